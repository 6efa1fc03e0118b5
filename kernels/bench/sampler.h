// One whole measurement: choice of variant, ramp, calibration, batches, stop rule, checks. Says
// what the rate is, not what it means. Everything that can go wrong with one benchmark becomes its
// outcome.
#ifndef TPP_KERNELS_BENCH_SAMPLER_H
#define TPP_KERNELS_BENCH_SAMPLER_H

#include <cstdint>
#include <functional>

#include "kernels/bench/backend.h"
#include "kernels/bench/outcome.h"
#include "kernels/bench/plan.h"
#include "kernels/bench/policy.h"
#include "kernels/bench/records.h"

namespace tpp::bench {

struct SampleSettings {
  Policy policy;
  std::uint32_t fill = TPP_FILL_NORMAL;
  std::uint64_t seed = 1;
  std::uint64_t start_at_ns = 0;  // CLOCK_MONOTONIC: the ramp lasts until then at least
  bool corrupt = false;           // damage every product before its check
};

struct SampleHooks {
  std::function<void(const Progress&)> progress;  // at most ten times a second
  std::function<bool()> stop;                     // looked at before each batch
};

// The stop hook said yes; there is no outcome.
class Stopped : public Error {
 public:
  Stopped() : Error("stopped by a signal") {}
};

// Throws Stopped, and what the hooks throw.
Sampled sample(const Backend& backend, const Planned& planned, const SampleSettings& settings,
               const SampleHooks& hooks);

}  // namespace tpp::bench

#endif
