// The numbers of a board that is one of several products: what is declared lies from the least of
// them to the most, and decides where the whole interval does and no figure from memory objects.
// Pure.
#ifndef TPP_AGENT_BOARDS_CANDIDATE_VALUES_H
#define TPP_AGENT_BOARDS_CANDIDATE_VALUES_H

#include "agent/boards/board_values.h"
#include "agent/model/performance.h"
#include "agent/regulation/readings.h"

namespace tpp {

// The board's own numbers where it has no candidates.
BoardValues candidate_values(const BoardPerformance& board, const Readings& readings);

}  // namespace tpp

#endif
