// Boards on their way into an inventory: which of its units are on which. Inside grouping only.
#ifndef TPP_AGENT_BOARDS_BOARD_DRAFTS_H
#define TPP_AGENT_BOARDS_BOARD_DRAFTS_H

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "agent/boards/board_units.h"
#include "agent/model/catalog.h"
#include "agent/model/inventory.h"

namespace tpp {

using Indices = std::vector<std::size_t>;  // of units

struct Draft {
  Indices units;
  Source source = Source::inferred;
  std::string reason;
  std::string id = {};  // the vendor's; "": that of its first package
  bool mapped = false;  // by the operator
};

class BoardDrafts {
 public:
  // Points into the inventory and the catalogue, which may be null.
  BoardDrafts(Inventory& inventory, const Catalog* catalog);

  const std::vector<BoardUnit>& units() const { return units_; }
  const std::vector<Draft>& drafts() const { return drafts_; }

  bool is_free(std::size_t unit) const { return !board_of_[unit]; }
  Indices free_units() const;
  // Index of the draft that a unit is on, which is not free.
  std::size_t board_of(std::size_t unit) const { return *board_of_[unit]; }
  const Draft& draft_of(std::size_t unit) const { return drafts_[*board_of_[unit]]; }

  void add(Draft draft);
  // Takes a unit from the draft that it is alone on.
  void move(std::size_t unit, std::size_t draft);
  // Gives all devices of these units the package of the first.
  void join_packages(const Indices& units);

 private:
  std::vector<BoardUnit> units_;
  std::vector<Draft> drafts_;
  std::vector<std::optional<std::size_t>> board_of_;  // index of a draft, by unit
};

// Whether the serial number of a unit is its board's. Which dies are one package is for the probe
// to say, which knows when a number is no board's.
bool has_board_serial(const BoardUnit& unit);

}  // namespace tpp

#endif
