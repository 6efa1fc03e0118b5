#include "agent/boards/board_drafts.h"

#include <utility>

namespace tpp {

BoardDrafts::BoardDrafts(Inventory& inventory, const Catalog* catalog)
    : units_(board_units(inventory, catalog)), board_of_(units_.size()) {}

Indices BoardDrafts::free_units() const {
  Indices found;
  for (std::size_t i = 0; i < units_.size(); ++i) {
    if (is_free(i)) found.push_back(i);
  }
  return found;
}

void BoardDrafts::add(Draft draft) {
  for (const std::size_t unit : draft.units) board_of_[unit] = drafts_.size();
  drafts_.push_back(std::move(draft));
}

void BoardDrafts::move(std::size_t unit, std::size_t draft) {
  drafts_[*board_of_[unit]].units.clear();
  board_of_[unit] = draft;
  drafts_[draft].units.push_back(unit);
}

void BoardDrafts::join_packages(const Indices& units) {
  const PackageId package = units_[units.front()].device().package;
  for (const std::size_t unit : units) {
    for (Device* device : units_[unit].devices) device->package = package;
  }
}

bool has_board_serial(const BoardUnit& unit) {
  const bool die = unit.chip != nullptr && unit.chip->devices_per_package > 1;
  return unit.serial && !unit.host && !die;
}

}  // namespace tpp
