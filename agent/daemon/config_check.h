// Whether the daemon's configuration is right, and so whatever its first pass would go by: the
// words under `measure`, and the rules, catalogue and mapping that they name. A child reads them,
// as that pass does: what it would refuse is refused here, and nothing else.
#ifndef TPP_AGENT_DAEMON_CONFIG_CHECK_H
#define TPP_AGENT_DAEMON_CONFIG_CHECK_H

#include "agent/daemon/daemon.h"

namespace tpp {

// Throws Error "file:line:column: ..." for the first fault of the file; without a place where it is
// in what an installation adds to the shipped rules and rows. Loads nothing and looks at no device.
void check_config(const DaemonSettings& settings);

}  // namespace tpp

#endif
