// Puts devices on packages and boards, and says of each board what decided. Evidence, the first
// that speaks: the operator's mapping; the vendor's board identity (board number, package, serial
// number); the catalogue (devices of a package, packages of a board); the PCI bus. A guess never
// joins what may be two boards, and what may be one is said to be uncertain: it is never below a
// threshold. Pure.
#ifndef TPP_AGENT_BOARDS_GROUPING_H
#define TPP_AGENT_BOARDS_GROUPING_H

#include "agent/boards/board_map.h"
#include "agent/model/catalog.h"
#include "agent/model/inventory.h"

namespace tpp {

// What is counted as one: a board, or a baseboard with all boards that plug into it.
enum class BoardLevel { board, baseboard };

struct BoardEvidence {
  const Catalog* catalog = nullptr;  // null: no row is known
  const BoardMap* map = nullptr;     // null: the operator said nothing
  BoardLevel level = BoardLevel::board;
};

// Fills `boards` of an inventory that has none, and where each device is. Before, `package` and
// `board` of a device hold what the vendor says of them, or "". Adds findings. Throws UsageError
// where the mapping names a device that is not there, or one on two boards.
void group_boards(Inventory& inventory, const BoardEvidence& evidence);

}  // namespace tpp

#endif
