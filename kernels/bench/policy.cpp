#include "kernels/bench/policy.h"

#include <algorithm>

namespace tpp::bench {
namespace {

constexpr double kAround = 0.05;          // both checks, preparation
constexpr double kShortestSearch = 0.05;  // two variants, once each

}  // namespace

// Counted time gives way to the total, but not below its floor.
double expected_s(const Policy& policy, bool searched) {
  const double around = (searched ? policy.search_s : 0) + policy.ramp_most_s + kAround;
  const double least = (searched ? policy.search_s : 0) + policy.ramp_least_s + kAround +
                       std::min(policy.counted_floor_s, policy.counted_most_s);
  return std::max(least, std::min(policy.total_s, around + policy.counted_most_s));
}

Policy within(const Policy& policy, double limit_s) {
  if (limit_s >= expected_s(policy, true)) return policy;
  Policy shorter = policy;
  shorter.total_s = limit_s;
  // Clocks are up already after the first benchmark of a device: ramps are short.
  const double left = limit_s - kAround - policy.ramp_least_s;
  const double share = std::min(1.0, left / (policy.search_s + policy.counted_most_s));
  shorter.search_s = std::max(kShortestSearch, share * policy.search_s);
  shorter.counted_most_s = std::max(policy.counted_floor_s, share * policy.counted_most_s);
  shorter.counted_least_s = std::min(
      shorter.counted_most_s, std::max(policy.counted_floor_s, share * policy.counted_least_s));
  // As many windows as ever must fit into what is counted.
  shorter.window_s = policy.window_s * shorter.counted_most_s / policy.counted_most_s;
  return shorter;
}

Policy side_by_side(const Policy& policy) {
  Policy same = policy;
  same.counted_least_s = same.counted_most_s;
  same.total_s = std::numeric_limits<double>::infinity();
  return same;
}

}  // namespace tpp::bench
