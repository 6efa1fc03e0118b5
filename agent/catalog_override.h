// Keeps a catalogue given by the user from arguing away what the shipped one shows: contradictions
// are judged against the shipped row too, and figures that differ from it corroborate nothing.
// Pure.
#ifndef TPP_AGENT_CATALOG_OVERRIDE_H
#define TPP_AGENT_CATALOG_OVERRIDE_H

#include <vector>

#include "agent/model/performance.h"

namespace tpp {

// Both lists are of the same boards in the same order: `shipped` aggregated with the shipped
// catalogue, `boards` with the one that decides. Adds to the facts of `boards`.
void hold_against_shipped(const std::vector<BoardPerformance>& shipped,
                          std::vector<BoardPerformance>& boards);

}  // namespace tpp

#endif
