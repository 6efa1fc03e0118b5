// Adds what was measured on a board's devices, and what the catalogue declares, up to the board:
// rates, TPP, density and memory bandwidth on each basis, never mixed. Concludes nothing (evidence,
// classify). Pure.
#ifndef TPP_AGENT_BOARDS_AGGREGATE_H
#define TPP_AGENT_BOARDS_AGGREGATE_H

#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"
#include "agent/model/thresholds.h"

namespace tpp {

// One entry a board, in the inventory's order. `measurements` may be empty (inventory pass) and may
// hold several runs of one benchmark: the highest verified one counts.
std::vector<BoardPerformance> aggregate(const Inventory& inventory,
                                        const std::vector<Measurement>& measurements,
                                        const Catalog& catalog, const Thresholds& thresholds = {});

}  // namespace tpp

#endif
