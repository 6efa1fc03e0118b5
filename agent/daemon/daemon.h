// The long-lived process of a node: says what is attached and what is known of it, and measures
// where, and when, it may. Everything that can hang, crash or take memory runs in children; this
// process holds finished texts, times and counters.
#ifndef TPP_AGENT_DAEMON_DAEMON_H
#define TPP_AGENT_DAEMON_DAEMON_H

#include <filesystem>
#include <string>
#include <vector>

#include "agent/support/log.h"
#include "exporters/http/web_options.h"

namespace tpp {

struct DaemonSettings {
  std::filesystem::path config_file = "/etc/tpp-agent/tpp-agent.yaml";
  std::filesystem::path state_directory = "/var/lib/tpp-agent";
  std::filesystem::path socket = "/run/tpp-agent/tpp-agent.sock";  // "" for none
  std::filesystem::path agent;                                     // this program, for its children
  std::vector<std::string> source;  // what replaces this node's devices: "--simulate=FILE"
  WebOptions web;
  double clock_speed = 1;  // of simulations: seconds of the schedule in one of the clock
};

// Until SIGTERM or SIGINT. SIGHUP reads the config file again, and rules and catalogue with the
// pass that follows; any error keeps what was. Throws Error if it cannot begin: its config file is
// wrong, or it cannot listen.
void run_daemon(const DaemonSettings& settings, const Log& log);

}  // namespace tpp

#endif
