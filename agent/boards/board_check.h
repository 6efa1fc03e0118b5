// Whether the figures of a stored board can be: a report may have been damaged, or changed by hand,
// and what stands in it is classified without a measurement. Pure.
#ifndef TPP_AGENT_BOARDS_BOARD_CHECK_H
#define TPP_AGENT_BOARDS_BOARD_CHECK_H

#include <string>
#include <vector>

#include "agent/model/performance.h"

namespace tpp {

// Throws UsageError naming the board, the member and the accepted range for a figure that is
// negative, not finite or larger than any board's, for a TPP that is below what the board's own
// rates make, and for a board that stands there twice.
void check_boards(const std::vector<BoardPerformance>& boards);

}  // namespace tpp

#endif
