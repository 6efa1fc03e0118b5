// What a row's declared rates come to at the highest clocks that a board's devices tell of or were
// seen at: a rate above what is declared at the advertised clock, and not above this, accuses no
// board. It corroborates none either. Leaves the comparing to declaration_fit. Pure.
#ifndef TPP_AGENT_BOARDS_CLOCK_ALLOWANCE_H
#define TPP_AGENT_BOARDS_CLOCK_ALLOWANCE_H

#include <map>
#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"

namespace tpp {

// Operations/s of the whole board, of the precisions that its row declares.
using ClockAllowance = std::map<Precision, double>;

// Of each device the declared grid x units x the highest of three clocks: the advertised one, the
// one that its driver calls the highest, and the highest at which native rates that fit the grid
// show it to have worked. Of a precision without a grid the declared rate, as much higher as that
// clock is than the advertised one. Rests on nothing of the row that a stored report lacks.
ClockAllowance clock_allowance(const Inventory& inventory, const Board& board,
                               const std::vector<Measurement>& measurements, const Chip& chip);

// Of each board that has a row among `chips`.
std::map<BoardId, ClockAllowance> clock_allowances(
    const Inventory& inventory, const std::vector<Measurement>& measurements,
    const std::vector<BoardPerformance>& performances, const std::vector<Chip>& chips);

}  // namespace tpp

#endif
