#include "agent/options_boards.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "agent/options_catalog.h"

namespace tpp {

void add_board_options(CLI::App& command, BoardWords& words) {
  command
      .add_option("--board-map", words.map,
                  "Which devices share a board, from this file (YAML); stands in the first line")
      ->type_name("FILE");
  command
      .add_option("--board-level", words.level,
                  "What counts as one: board (the default), or baseboard: modules that plug into "
                  "one are then one board")
      ->type_name("board|baseboard");
}

void understand_boards(const BoardWords& words, Options& options) {
  options.board_map = path_of(words.map);
  if (words.level.empty() || words.level == "board") return;
  if (words.level != "baseboard") {
    fail_unknown_word("--board-level", words.level, {"board", "baseboard"});
  }
  options.board_level = BoardLevel::baseboard;
}

std::vector<std::string> board_banners(const Options& options) {
  std::vector<std::string> banners;
  if (options.board_map) {
    banners.push_back(
        fmt::format("ENTERED: boards by the mapping {}", options.board_map->string()));
  }
  if (options.board_level == BoardLevel::baseboard) {
    banners.emplace_back("BOARD LEVEL: modules of one baseboard are counted as one board");
  }
  return banners;
}

}  // namespace tpp
