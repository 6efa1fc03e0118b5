// Batches of one prepared session: each one checked for sense, and as many repeats in it as make it
// long enough to be timed.
#ifndef TPP_KERNELS_BENCH_BATCH_RUNNER_H
#define TPP_KERNELS_BENCH_BATCH_RUNNER_H

#include <cstdint>
#include <functional>
#include <optional>

#include "kernels/bench/backend.h"

namespace tpp::bench {

// Seconds since construction. A simulated device claims more time than passes; what it claims
// counts, so that budgets and stop rule behave as on hardware.
class Stopwatch {
 public:
  Stopwatch();
  double now_s() const;
  void add_claimed(double seconds) { claimed_s_ += seconds; }

 private:
  std::uint64_t begin_ns_;
  double claimed_s_ = 0;
};

struct Batch {
  double amount = 0;           // operations or bytes
  double seconds = 0;          // device timer
  double host_seconds = 0;     // the same on the host's monotonic clock, launch and wait included
  std::uint64_t begin_ns = 0;  // of host_seconds, CLOCK_MONOTONIC
  std::uint64_t end_ns = 0;
  std::optional<double> clock_hz;
  std::optional<double> per_clock_per_unit;

  double per_second() const { return amount / seconds; }
  double timer_ratio() const { return seconds / host_seconds; }
};

struct BatchContext {
  bool bytes = false;
  bool simulated = false;
  Stopwatch* stopwatch = nullptr;
  std::function<void()> before_batch;  // throws to stop
};

class BatchRunner {
 public:
  BatchRunner(Session session, const BatchContext& context);

  const tpp_session_info& info() const { return info_; }
  Session& session() { return session_; }
  std::uint64_t repeats() const { return repeats_; }

  // One batch of `repeats`, which the next one keeps. Throws Error if the module fails or what it
  // reports cannot be: no time, no work, another amount of work than its session says, host times
  // outside the call (but for simulated devices).
  Batch run(std::uint64_t repeats);
  Batch run() { return run(repeats_); }

  // Raises repeats until a batch lasts at least `seconds`; the last batch.
  Batch calibrate(double seconds);
  // Repeats for batches of `seconds` at the speed of `batch`, which was the last one.
  void fit(const Batch& batch, double seconds);

 private:
  Session session_;
  tpp_session_info info_;
  BatchContext context_;
  std::uint64_t repeats_ = 1;
};

}  // namespace tpp::bench

#endif
