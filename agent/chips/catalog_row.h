// Finds a row among others by its id. Pure; leaves to catalog_match what a person may call it.
#ifndef TPP_AGENT_CHIPS_CATALOG_ROW_H
#define TPP_AGENT_CHIPS_CATALOG_ROW_H

#include <algorithm>
#include <vector>

#include "agent/model/catalog.h"

namespace tpp {

// Points into `chips`; null if no row has the id.
inline const Chip* row_of(const std::vector<Chip>& chips, const ChipId& id) {
  const auto row = std::ranges::find(chips, id, &Chip::id);
  return row == chips.end() ? nullptr : &*row;
}

}  // namespace tpp

#endif
