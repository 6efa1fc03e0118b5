// Why a drafted board may be a part of a larger one, or none at all. Inside grouping only. Pure.
#ifndef TPP_AGENT_BOARDS_BOARD_DOUBTS_H
#define TPP_AGENT_BOARDS_BOARD_DOUBTS_H

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "agent/boards/board_drafts.h"
#include "agent/model/finding.h"

namespace tpp {

// What the vendor puts on one board and the mapping on several; of each such draft, why it is
// uncertain.
std::vector<Finding> splits(const BoardDrafts& drafts,
                            std::map<std::size_t, std::string>& uncertain);

// What the vendor puts on one board, with more devices than the catalogue has on one: whether it is
// one or several is then open, and what they add up to is a lower bound.
std::vector<Finding> joins(const BoardDrafts& drafts,
                           std::map<std::size_t, std::string>& uncertain);

// By any of its units; "" where nothing says so.
std::string doubt_of(const Draft& draft, const BoardDrafts& drafts);

}  // namespace tpp

#endif
