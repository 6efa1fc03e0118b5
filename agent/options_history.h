// The words of `tpp-agent history`. Inside options only.
#ifndef TPP_AGENT_OPTIONS_HISTORY_H
#define TPP_AGENT_OPTIONS_HISTORY_H

#include <string>
#include <vector>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// Words before they are understood.
struct HistoryWords {
  std::string format = "table";
  std::string output;
  std::vector<std::string> reports, fail_on, thresholds;
  std::string state_directory, since, board, limit, print;
};

// Adds `history` to `app`; `words` outlives it.
void add_history(CLI::App& app, HistoryWords& words);

// Throws UsageError with the option and what it takes.
void understand_history(const HistoryWords& words, Options& options);

}  // namespace tpp

#endif
