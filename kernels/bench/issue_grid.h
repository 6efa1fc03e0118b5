// Operations per clock and unit that hardware is built for, and what a rate cannot exceed.
#ifndef TPP_KERNELS_BENCH_ISSUE_GRID_H
#define TPP_KERNELS_BENCH_ISSUE_GRID_H

#include <optional>
#include <string>

namespace tpp::bench {

// Multipliers are laid out in arrays, so the rate per clock of every known unit is a power of two,
// or one and a half of one (NVFP4 on sm_103: 49152). The grid value within 2 % of `raw`.
std::optional<double> snap_per_clock(double raw);

struct RateFacts {
  double per_second = 0;  // operations
  std::optional<double> per_clock_per_unit = std::nullopt;
  std::optional<double> clock_hz = std::nullopt;  // observed
  int units = 0;
  std::optional<double> most_per_clock = std::nullopt;  // that a unit can do, where it is known
};

// Why the figure cannot be right, if it cannot: above 1.02 x (grid value, or the raw one where none
// is near) x units x observed clock, or a rate per clock over 1.02 x what the unit can do or that
// no unit comes near. A fault of the measurement, not of the board.
std::optional<std::string> why_suspect(const RateFacts& facts);

}  // namespace tpp::bench

#endif
