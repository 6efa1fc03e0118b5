// How a board's figures fit what its catalogue row declares: the comparisons that assurance and
// findings rest on. Pure.
#ifndef TPP_AGENT_BOARDS_DECLARATION_FIT_H
#define TPP_AGENT_BOARDS_DECLARATION_FIT_H

#include <optional>
#include <string>
#include <vector>

#include "agent/boards/clock_allowance.h"
#include "agent/model/performance.h"
#include "agent/model/thresholds.h"

namespace tpp {

// "+29.3 %" of 1.293.
std::string percent(double ratio);

// TPP over the figures that may decide, TF32 as 32 bits and no kinds of units added; nullopt
// without such.
std::optional<double> default_value(const BoardPerformance& board, Basis basis);

// Inferred over declared: at the advertised clock where there is one, else at the highest.
std::optional<double> inferred_ratio(const BoardPerformance& board);
bool corroborates(double ratio, const Thresholds& thresholds);

// How far the achieved TPP is above all that declaration and clocks allow; nullopt if it is not.
// A path that the row does not know shows only here, if it has no rate per clock. Without `clocks`
// those alone explain something at which a precision that the row declares was measured.
std::optional<double> unexplained_excess(const BoardPerformance& board,
                                         const Thresholds& thresholds,
                                         const ClockAllowance& clocks = {});
std::string describe_excess(const BoardPerformance& board, double ratio);

// The same of each precision that the row declares, in words: none of them has to make the TPP. Of
// portable code, whose clock nobody knows, the TPP alone accuses a board.
std::vector<std::string> rates_in_excess(const BoardPerformance& board,
                                         const Thresholds& thresholds,
                                         const ClockAllowance& clocks = {});

// TPP and rates that nothing but `clocks` explains, in words: a clock that somebody told of, or
// that a rate shows. It accuses no board; nor does it show that it is no larger product. nullopt
// without.
std::optional<std::string> explained_by_clocks_alone(const BoardPerformance& board,
                                                     const Thresholds& thresholds,
                                                     const ClockAllowance& clocks);

// What portable code achieved in precisions that the row declares, over all that declaration and
// clocks allow, in words: with its clock unknown it accuses no board, and corroborates none.
// nullopt if it is not over.
std::optional<std::string> portable_excess(const BoardPerformance& board,
                                           const Thresholds& thresholds,
                                           const ClockAllowance& clocks = {});

enum class Fit { fits, unlocked, cut };
Fit grid_fit(const GridCheck& check, const Thresholds& thresholds);
std::string describe(const GridCheck& check);

}  // namespace tpp

#endif
