// Our measurements as Google Benchmark's benchmarks: each is one iteration of manual time whose
// counters carry the figures, so that people's tools and flags work on them.
#ifndef TPP_KERNELS_BENCH_GOOGLE_BENCHMARK_H
#define TPP_KERNELS_BENCH_GOOGLE_BENCHMARK_H

#include <string>
#include <vector>

#include "kernels/bench/options.h"
#include "kernels/bench/plan.h"
#include "kernels/bench/records.h"
#include "kernels/bench/sampler.h"

namespace tpp::bench {

struct GoogleRun {
  std::size_t matched = 0;   // benchmarks that the filter selected
  std::size_t outcomes = 0;  // written
};

// For the first line of every output that has simulated figures in it.
inline constexpr const char* kSimulatedLine =
    "SIMULATED: these figures come from a scenario, not from hardware";

// Registers and runs `plan` under Google Benchmark with the flags in `options`. Results go to its
// reporters, records to `records`. Throws Error if records can no longer be written.
GoogleRun run_google_benchmark(const Backend& backend, const std::vector<Planned>& plan,
                               const Options& options, const RecordWriter& records);

}  // namespace tpp::bench

#endif
