#include "kernels/gpu/benchmark_list.h"

#include <algorithm>
#include <utility>

namespace tpp::gpu {

using boundary::Benchmark;

bool same_row(const Benchmark& benchmark, const IssueRow& row) {
  return benchmark.kernel == row.kernel && benchmark.subject == row.precision &&
         benchmark.accumulator == row.accumulator;
}

Benchmark& benchmark_of(std::vector<Benchmark>& list, const IssueRow& row) {
  const auto known = std::find_if(list.begin(), list.end(),
                                  [&](const Benchmark& one) { return same_row(one, row); });
  if (known != list.end()) return *known;
  Benchmark made;
  made.kernel = row.kernel;
  made.subject = row.precision;
  made.accumulator = row.accumulator;
  list.push_back(std::move(made));
  return list.back();
}

void add_way(Benchmark& benchmark, bool generic, boundary::MakeWorkload make) {
  if (benchmark.variants.empty()) benchmark.flags |= TPP_BENCHMARK_GENERIC;
  if (!generic) benchmark.flags &= ~uint32_t{TPP_BENCHMARK_GENERIC};
  benchmark.variants.push_back(std::move(make));
}

}  // namespace tpp::gpu
