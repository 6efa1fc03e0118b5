// The words of `tpp-agent run` as settings. Every default stands in daemon.h and web_options.h.
#ifndef TPP_AGENT_DAEMON_DAEMON_OPTIONS_H
#define TPP_AGENT_DAEMON_DAEMON_OPTIONS_H

#include <optional>

#include "agent/daemon/daemon.h"
#include "agent/support/log.h"

namespace tpp {

struct DaemonOptions {
  DaemonSettings settings;
  LogLevel log_level = LogLevel::info;
  LogFormat log_format = LogFormat::logfmt;
  bool only_check = false;  // --config.check
};

// nullopt after --help, which was printed. Throws UsageError.
std::optional<DaemonOptions> parse_daemon_options(int argc, const char* const* argv);

}  // namespace tpp

#endif
