// A pass by the daemon of this node, which knows when it may measure: asked for by its socket.
#ifndef TPP_AGENT_COMMAND_VIA_DAEMON_H
#define TPP_AGENT_COMMAND_VIA_DAEMON_H

#include "agent/command/command.h"

namespace tpp {

// `measure --via-daemon`. Ends with kBusy where it refuses, with its reason on standard error; it
// gives the pass up when this process ends. Throws Error if there is none.
int measure_via_daemon(const Options& options);

}  // namespace tpp

#endif
