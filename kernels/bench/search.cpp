#include "kernels/bench/search.h"

#include <algorithm>
#include <vector>

namespace tpp::bench {
namespace {

struct Candidate {
  std::uint32_t variant;
  double rate;
};

// The first round may use this share: without a second look a close race is decided by noise.
constexpr double kFirstRoundShare = 0.7;

}  // namespace

SearchResult search(std::uint32_t variants, const SearchPlan& plan, const Trial& trial,
                    const Clock& now, const Dropped& dropped) {
  const double begin = now();
  double longest = 0;  // trial so far, preparation included
  std::vector<Candidate> field;
  SearchResult result;
  for (; result.tried < variants; ++result.tried) {
    const double spent = now() - begin;
    if (!field.empty() && spent + longest > kFirstRoundShare * plan.budget_s) break;
    const double trial_begin = now();
    if (const auto rate = trial(result.tried, plan.slice_s)) {
      field.push_back({result.tried, *rate});
    } else {
      dropped(result.tried);
    }
    longest = std::max(longest, now() - trial_begin);
  }
  const auto faster = [](const Candidate& a, const Candidate& b) { return a.rate > b.rate; };
  double slice = plan.slice_s;
  bool duelled = false;  // the last two are looked at once more before one goes
  while (field.size() > 1) {
    std::stable_sort(field.begin(), field.end(), faster);
    const std::size_t keep = field.size() > 2 ? (field.size() + 1) / 2 : duelled ? 1 : 2;
    for (std::size_t i = keep; i < field.size(); ++i) dropped(field[i].variant);
    field.resize(keep);
    slice *= 2;
    if (keep == 1 || now() - begin + static_cast<double>(keep) * slice > plan.budget_s) break;
    duelled = keep == 2;
    for (Candidate& candidate : field) {
      candidate.rate = trial(candidate.variant, slice).value_or(0);
    }
  }
  if (field.empty()) return result;
  for (std::size_t i = 1; i < field.size(); ++i) dropped(field[i].variant);
  result.best = field.front().variant;
  return result;
}

}  // namespace tpp::bench
