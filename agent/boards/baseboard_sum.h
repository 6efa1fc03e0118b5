// What the boards that plug into one baseboard add up to: information, for each is a board of its
// own. Pure.
#ifndef TPP_AGENT_BOARDS_BASEBOARD_SUM_H
#define TPP_AGENT_BOARDS_BASEBOARD_SUM_H

#include <optional>
#include <vector>

#include "agent/model/inventory.h"
#include "agent/model/performance.h"
#include "agent/model/report.h"

namespace tpp {

// One a baseboard of two boards and more, in the order of its first one; nullopt without any.
std::optional<std::vector<BaseboardSum>> baseboard_sums(
    const Inventory& inventory, const std::vector<BoardPerformance>& performances);

}  // namespace tpp

#endif
