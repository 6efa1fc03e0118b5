#include "kernels/bench/batch_runner.h"

#include <fmt/format.h>
#include <time.h>

#include <algorithm>
#include <cmath>

namespace tpp::bench {
namespace {

// CLOCK_MONOTONIC itself, because modules report in it.
std::uint64_t monotonic_ns() {
  timespec now = {};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000'000 +
         static_cast<std::uint64_t>(now.tv_nsec);
}

struct HostTimes {
  std::uint64_t before;
  std::uint64_t after;
};

// Batches aim a little longer than asked, for the next one may be a little faster.
constexpr double kMargin = 1.1;
constexpr double kLargestStep = 100;
constexpr int kCalibrationSteps = 12;
constexpr double kMostRepeats = 1e18;     // what a count holds, of batches that never get longer
constexpr double kCountTolerance = 1e-6;  // doubles that were added up

void check_times(const tpp_batch_result& result, const HostTimes& host, bool simulated) {
  if (!(result.elapsed_ns > 0) || !std::isfinite(result.elapsed_ns)) {
    throw Error(fmt::format("the device timer showed {} ns for a batch", result.elapsed_ns));
  }
  if (result.end_ns <= result.begin_ns) {
    throw Error("the module reported a batch that ends before it begins");
  }
  if (!simulated && (result.begin_ns < host.before || result.end_ns > host.after)) {
    throw Error("the module reported host times that lie outside its call");
  }
}

// A batch may be cut a little differently than into whole repeats (an unrolled loop, a last step),
// as long as it counts what was done: less than one repeat more or less.
void check_amount(double done, double per_repeat, std::uint64_t repeats) {
  if (!(done > 0) || !std::isfinite(done)) {
    throw Error(fmt::format("the module counted {} operations or bytes in a batch", done));
  }
  const double expected = per_repeat * static_cast<double>(repeats);
  if (expected > 0 && std::fabs(done - expected) > per_repeat + kCountTolerance * expected) {
    throw Error(fmt::format("the module counted {:.9g} where {} repeats of {:.9g} are {:.9g}", done,
                            repeats, per_repeat, expected));
  }
}

}  // namespace

Stopwatch::Stopwatch() : begin_ns_(monotonic_ns()) {}

double Stopwatch::now_s() const {
  return static_cast<double>(monotonic_ns() - begin_ns_) * 1e-9 + claimed_s_;
}

BatchRunner::BatchRunner(Session session, const BatchContext& context)
    : session_(std::move(session)), info_(session_.info()), context_(context) {}

Batch BatchRunner::run(std::uint64_t repeats) {
  context_.before_batch();
  repeats_ = std::max<std::uint64_t>(repeats, 1);
  const std::uint64_t before = monotonic_ns();
  const tpp_batch_result result = session_.run(repeats_);
  const HostTimes host = {.before = before, .after = monotonic_ns()};
  check_times(result, host, context_.simulated);

  Batch batch;
  batch.amount = context_.bytes ? result.bytes : result.operations;
  check_amount(batch.amount, context_.bytes ? info_.bytes_per_repeat : info_.operations_per_repeat,
               repeats_);
  batch.seconds = result.elapsed_ns * 1e-9;
  batch.host_seconds = static_cast<double>(result.end_ns - result.begin_ns) * 1e-9;
  batch.begin_ns = result.begin_ns;
  batch.end_ns = result.end_ns;
  if (result.clock_hz > 0) batch.clock_hz = result.clock_hz;
  if (result.unit_cycles > 0 && info_.units > 0 && !context_.bytes) {
    batch.per_clock_per_unit = batch.amount / info_.units / result.unit_cycles;
  }
  if (context_.simulated) {
    const double passed = static_cast<double>(host.after - host.before) * 1e-9;
    context_.stopwatch->add_claimed(std::max(0.0, batch.host_seconds - passed));
  }
  return batch;
}

Batch BatchRunner::calibrate(double seconds) {
  Batch batch = run();
  for (int step = 0; step < kCalibrationSteps && batch.seconds < seconds; ++step) {
    fit(batch, seconds);
    batch = run();
  }
  return batch;
}

void BatchRunner::fit(const Batch& batch, double seconds) {
  const double factor = std::min(kLargestStep, kMargin * seconds / batch.seconds);
  const double repeats = std::ceil(static_cast<double>(repeats_) * factor);
  repeats_ = static_cast<std::uint64_t>(std::clamp(repeats, 1.0, kMostRepeats));
}

}  // namespace tpp::bench
