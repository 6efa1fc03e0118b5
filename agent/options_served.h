// The words of the daemon's child `pass`, beside those of `measure`: what is measured on whose
// behalf, and what is kept. Inside options only.
#ifndef TPP_AGENT_OPTIONS_SERVED_H
#define TPP_AGENT_OPTIONS_SERVED_H

#include <string>
#include <vector>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

struct ServedWords {
  std::vector<std::string> left_alone;
  std::vector<std::string> hook;
  std::string lock_file, telemetry_path, hook_timeout, keep_days, keep_bytes, handed;
  bool check = false;
  bool inventory = false;
};

// Of `measure`: that the daemon does it. `socket` outlives it.
void add_daemon_option(CLI::App& measure, std::string& socket);
// Throws UsageError for options beside it that are the daemon's own.
void understand_daemon(const CLI::App& measure, const std::string& socket, Options& options);

// `words` outlives `pass`.
void add_served_options(CLI::App& pass, ServedWords& words);

// Throws UsageError with the option and what it takes.
void understand_served(const ServedWords& words, Options& options);

}  // namespace tpp

#endif
