#include "kernels/bench/issue_grid.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "agent/support/text.h"

namespace tpp::bench {
namespace {

constexpr double kSnapTolerance = 0.02;
constexpr double kLargestExcess = 1.02;

// The densest unit known is sm_90 at one bit, 65536; four times that leaves room for successors and
// still catches a clock counter that stood still.
constexpr double kLargestPerClock = 262144;

}  // namespace

std::optional<double> snap_per_clock(double raw) {
  if (!(raw > 0) || !std::isfinite(raw)) return std::nullopt;
  const double floor = std::exp2(std::floor(std::log2(raw)));
  for (const double candidate : std::array{floor, 1.5 * floor, 2 * floor}) {
    if (std::fabs(raw - candidate) <= kSnapTolerance * candidate) return candidate;
  }
  return std::nullopt;
}

std::optional<std::string> why_suspect(const RateFacts& facts) {
  if (!facts.per_clock_per_unit) return std::nullopt;
  const double raw = *facts.per_clock_per_unit;
  if (!(raw > 0 && raw <= kLargestPerClock)) {
    return fmt::format("{:.6g} operations per clock and unit, where no known unit exceeds {:.0f}",
                       raw, kLargestPerClock);
  }
  if (facts.most_per_clock && raw > kLargestExcess * *facts.most_per_clock) {
    return fmt::format(
        "{:.6g} operations per clock and unit, where this unit can do {:.6g}: the "
        "clock was read too low",
        raw, *facts.most_per_clock);
  }
  if (!facts.clock_hz || facts.units <= 0) return std::nullopt;
  const double per_clock = snap_per_clock(raw).value_or(raw);
  const double possible = per_clock * facts.units * *facts.clock_hz;
  if (facts.per_second <= kLargestExcess * possible) return std::nullopt;
  return fmt::format(
      "{}op/s is {:.3f} times what {:.6g} operations per clock, {} units and the observed clock of "
      "{}Hz allow: timer, clock and operation count do not fit together",
      si(facts.per_second), facts.per_second / possible, per_clock, facts.units,
      si(*facts.clock_hz));
}

}  // namespace tpp::bench
