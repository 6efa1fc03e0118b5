// Holds a product that only the user's catalogue knows, and that nothing but its name picks out,
// against the shipped products with its units and memory: a name may be written over a smaller or a
// larger part's figures, silicon may not. Pure.
#ifndef TPP_AGENT_BOARDS_SAME_SILICON_H
#define TPP_AGENT_BOARDS_SAME_SILICON_H

#include <vector>

#include "agent/chips/row_differences.h"
#include "agent/model/catalog.h"
#include "agent/model/inventory.h"
#include "agent/model/performance.h"

namespace tpp {

// How the row `given` of `board` differs from the shipped row that fits its units, memory and
// maker, in words; empty where a row that fits says the same, where none fits, and where the PCI id
// that the devices tell is one of `given`: that is the maker's own word for another product.
RowDifferences silicon_differences(const Catalog& shipped, const Inventory& inventory,
                                   const BoardPerformance& board, const Chip& given,
                                   CompareRows compare);

// Adds them to the facts of those `boards`, aggregated with `catalog`, that have a row which ships
// under no id, name or PCI id.
void hold_against_silicon(const Catalog& shipped, const Catalog& catalog,
                          const Inventory& inventory, std::vector<BoardPerformance>& boards);

}  // namespace tpp

#endif
