// The words that say what a board is: the operator's mapping, and the level that is counted. Inside
// options only.
#ifndef TPP_AGENT_OPTIONS_BOARDS_H
#define TPP_AGENT_OPTIONS_BOARDS_H

#include <string>

#include "agent/options.h"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own name
class App;
}

namespace tpp {

// Words before they are understood.
struct BoardWords {
  std::string map, level;
};

// `words` outlives `command`.
void add_board_options(CLI::App& command, BoardWords& words);
void understand_boards(const BoardWords& words, Options& options);

// What stands in the first line of every output.
std::vector<std::string> board_banners(const Options& options);

}  // namespace tpp

#endif
