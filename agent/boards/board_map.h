// The operator's word on which devices share a board, from a file (YAML). Strict: what is not
// known, and what stands there twice, is refused with its place. Leaves to grouping whether the
// devices are there.
#ifndef TPP_AGENT_BOARDS_BOARD_MAP_H
#define TPP_AGENT_BOARDS_BOARD_MAP_H

#include <filesystem>
#include <string>
#include <vector>

namespace tpp {

// A device by its id, its UUID or the serial number of its board, which several may have.
struct MappedDevice {
  std::string word;
  std::string place;  // "boards.yaml:4:16"
};

struct MappedBoard {
  std::string name;
  std::vector<MappedDevice> devices;
};

struct BoardMap {
  std::string origin;  // the file
  std::vector<MappedBoard> boards;
};

// Throws Error "file:line:column: ..." for every fault of the file.
BoardMap parse_board_map(const std::string& text, const std::string& origin);
BoardMap load_board_map(const std::filesystem::path& file);

}  // namespace tpp

#endif
