// Which of several variants (instruction sets, shapes, algorithms) is fastest: successive halving.
// Pure: time and rates come from the caller.
#ifndef TPP_KERNELS_BENCH_SEARCH_H
#define TPP_KERNELS_BENCH_SEARCH_H

#include <cstdint>
#include <functional>
#include <optional>

namespace tpp::bench {

struct SearchPlan {
  double budget_s;  // no further trial is started that would not fit
  double slice_s;   // of one trial in the first round; doubles every round
};

// The rate of one variant, run for about `slice_s`; nullopt if it cannot run. Lower-numbered
// variants are expected to be better.
using Trial = std::function<std::optional<double>(std::uint32_t variant, double slice_s)>;
// Seconds from any fixed point.
using Clock = std::function<double()>;
// Told of each variant that will not be tried again, so that its memory can go.
using Dropped = std::function<void(std::uint32_t variant)>;

struct SearchResult {
  std::optional<std::uint32_t> best;  // nullopt: none could run
  std::uint32_t tried = 0;            // at least once, those that could not run included
};

// Tries variants in order for as long as the budget lasts (the first one always, and on until one
// could run), then halves the field until one is left or the budget is used up.
SearchResult search(std::uint32_t variants, const SearchPlan& plan, const Trial& trial,
                    const Clock& now, const Dropped& dropped);

}  // namespace tpp::bench

#endif
