// What the measurements of one part of a board come to: which failed, which cannot be right, which
// of the paths that its row declares have an outcome, and which the row does not know. Pure.
#ifndef TPP_AGENT_BOARDS_PART_OUTCOMES_H
#define TPP_AGENT_BOARDS_PART_OUTCOMES_H

#include <set>

#include "agent/boards/board_parts.h"
#include "agent/model/catalog.h"
#include "agent/model/performance.h"
#include "agent/model/thresholds.h"

namespace tpp {

// Those in which the row declares anything.
std::set<Precision> native_precisions(const Chip& chip);

// Adds to `failed`, `suspect`, `overtaken`, `undeclared`, `outcomes_missing`, and to what differs
// where units worked that the device does not tell of. `chip` may be null.
void add_outcomes(const Part& part, const Chip* chip, const Thresholds& thresholds,
                  BoardFacts& facts);

}  // namespace tpp

#endif
