// Keeps a catalogue given by the user from arguing away what the shipped one shows: contradictions
// are judged against the shipped row too, and figures that differ from it corroborate nothing.
// Pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_OVERRIDE_H
#define TPP_AGENT_CHIPS_CATALOG_OVERRIDE_H

#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/performance.h"

namespace tpp {

// The boards of a pass as one catalogue shows them.
struct BoardsByCatalog {
  const Catalog& catalog;
  const std::vector<BoardPerformance>& boards;
};

// `shipped` and `boards` are the same boards in the same order, `boards` aggregated with `catalog`,
// the one that decides. Adds to the facts of `boards`.
void hold_against_shipped(const BoardsByCatalog& shipped, const Catalog& catalog,
                          std::vector<BoardPerformance>& boards);

}  // namespace tpp

#endif
