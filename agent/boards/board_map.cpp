#include "agent/boards/board_map.h"

#include <fmt/format.h>

#include <cstddef>
#include <set>

#include "agent/documents/yaml_reader.h"
#include "agent/support/file.h"

namespace tpp {
namespace {

// More is a mistake: no node has so many boards.
constexpr std::size_t kLargestMap = 1u << 20;
constexpr std::size_t kMostBoards = 1024;

MappedBoard read_board(const YamlValue& yaml, std::set<std::string>& words) {
  yaml.expect_keys({"name", "devices"});
  MappedBoard board;
  board.name = yaml.at("name").text();
  for (const YamlValue& item : yaml.at("devices").items()) {
    const std::string word = item.text();
    if (!words.insert(word).second) {
      item.fail(fmt::format("'{}' again", word), "each device once");
    }
    board.devices.push_back({word, item.place()});
  }
  if (board.devices.empty()) yaml.at("devices").fail("an empty list", "the devices of the board");
  return board;
}

BoardMap read_map(const YamlValue& yaml) {
  yaml.expect_keys({"boards"});
  BoardMap map;
  map.origin = yaml.origin();
  std::set<std::string> names;
  std::set<std::string> words;
  const YamlValue boards = yaml.at("boards");
  for (const YamlValue& item : boards.items()) {
    map.boards.push_back(read_board(item, words));
    const std::string& name = map.boards.back().name;
    if (!names.insert(name).second) {
      item.at("name").fail(fmt::format("'{}' again", name), "each board once");
    }
  }
  const std::size_t count = map.boards.size();
  if (count < 1 || count > kMostBoards) {
    boards.fail(fmt::format("{} boards", count), fmt::format("1 to {}", kMostBoards));
  }
  return map;
}

}  // namespace

BoardMap parse_board_map(const std::string& text, const std::string& origin) {
  return read_map(YamlValue::parse(text, origin));
}

BoardMap load_board_map(const std::filesystem::path& file) {
  return parse_board_map(read_file(file, kLargestMap), file.string());
}

}  // namespace tpp
