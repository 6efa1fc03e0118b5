// Finds a row among others by its id, and those that a board was held against. Pure; leaves to
// catalog_match what a person may call a row.
#ifndef TPP_AGENT_CHIPS_CATALOG_ROW_H
#define TPP_AGENT_CHIPS_CATALOG_ROW_H

#include <algorithm>
#include <optional>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/performance.h"
#include "agent/support/add_once.h"

namespace tpp {

// Points into `chips`; null if no row has the id.
inline const Chip* row_of(const std::vector<Chip>& chips, const ChipId& id) {
  const auto row = std::ranges::find(chips, id, &Chip::id);
  return row == chips.end() ? nullptr : &*row;
}

// The same of an id that may be missing.
inline const Chip* row_of(const Catalog& catalog, const std::optional<ChipId>& id) {
  return id ? row_of(catalog.chips, *id) : nullptr;
}

// Its own, those of products that it may be, and those of its parts; each once.
inline std::vector<ChipId> rows_of(const BoardPerformance& board) {
  std::vector<ChipId> rows;
  if (board.chip) rows.push_back(*board.chip);
  for (const auto* products : {&board.candidates, &board.parts}) {
    if (!*products) continue;
    for (const DeclaredProduct& product : **products) add_once(product.chip, rows);
  }
  return rows;
}

}  // namespace tpp

#endif
