#include "kernels/bench/selftest.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <utility>

#include "kernels/bench/statistics.h"

namespace tpp::bench {
namespace {

// Short, so that some batches of many are not disturbed even on a machine that is shared.
constexpr double kBatchS = 0.004;
constexpr int kPairs = 40;
// A timer that counts in the wrong unit, or work that is done once where twice is claimed, is far
// off.
constexpr double kDoublingTolerance = 0.05;
constexpr double kTimerTolerance = 0.01;
constexpr double kClockTolerance = 0.03;
// As the sampler allows it: the clock is read beside the work.
constexpr double kMostPerClock = 1.02;
// Where the host's clock times the device, its cores can be taken away by other programs or a
// hypervisor: that adds to the time and to no core's cycles. A device's own timer has no such
// excuse.
constexpr double kTakenAwayTolerance = 0.5;

double relative(double value, double expected) { return std::fabs(value / expected - 1); }

// The batch that was disturbed least. Whatever else runs on a shared machine only adds time, so the
// shortest of many batches shows the timer, where a median would show the neighbours.
const Batch& shortest(const std::vector<Batch>& batches) {
  return *std::ranges::min_element(batches, {}, &Batch::seconds);
}

// Less than one repeat more or less: a batch may be cut a little differently than into whole
// repeats (an unrolled loop, a last step), as long as it counts what was done.
SelftestCheck counted(const Doubling& doubling, const char* name, double per_repeat) {
  const double expected = per_repeat * static_cast<double>(doubling.repeats);
  const auto known = [&](const std::vector<Batch>& batches, double amount) {
    return std::ranges::all_of(
        batches, [&](const Batch& batch) { return std::fabs(batch.amount - amount) < per_repeat; });
  };
  return {.device = "",
          .name = name,
          .passed = known(doubling.once, expected) && known(doubling.twice, 2 * expected),
          .detail = fmt::format("expected {:.6g} and {:.6g} a batch, found {:.6g} and {:.6g}",
                                expected, 2 * expected, doubling.once.front().amount,
                                doubling.twice.front().amount)};
}

// The median rate per clock of one unit against the most that its kind can do.
std::vector<SelftestCheck> possible_rate(const Doubling& doubling) {
  std::vector<double> rates;
  for (const std::vector<Batch>* batches : {&doubling.once, &doubling.twice}) {
    for (const Batch& batch : *batches) {
      if (batch.per_clock_per_unit) rates.push_back(*batch.per_clock_per_unit);
    }
  }
  if (rates.empty() || doubling.operations_per_clock <= 0) return {};
  const double rate = median(rates);
  const double most = kMostPerClock * doubling.operations_per_clock;
  return {{.device = "",
           .name = "a unit counts no more work a clock than it can do",
           .passed = rate <= most,
           .detail = fmt::format("expected at most {:.6g} operations, found {:.6g}", most, rate)}};
}

// By the module's own word of a repeat, which catches an arithmetic that does not add up; and by
// what it cannot bend, where there is such a thing.
std::vector<SelftestCheck> counts_agree(const Doubling& doubling) {
  std::vector<SelftestCheck> checks = {
      counted(doubling, "work is counted in proportion to repeats", doubling.amount_per_repeat)};
  if (doubling.product_operations > 0) {
    checks.push_back(counted(doubling, "a product is counted as 2 m n k operations",
                             doubling.product_operations));
  }
  for (SelftestCheck& check : possible_rate(doubling)) checks.push_back(std::move(check));
  return checks;
}

double total_s(const std::vector<Batch>& batches) {
  double sum = 0;
  for (const Batch& batch : batches) sum += batch.seconds;
  return sum;
}

// Two estimates, because what else runs can spoil one: the shortest batches miss what preempts
// every long batch and few short ones, the sums miss nothing and scatter. A fault shows in both.
SelftestCheck doubled_time(const Doubling& doubling) {
  const double shortest_ratio = shortest(doubling.twice).seconds / shortest(doubling.once).seconds;
  const double total_ratio = total_s(doubling.twice) / total_s(doubling.once);
  return {.device = "",
          .name = "twice the work takes twice the time",
          .passed = relative(shortest_ratio, 2) < kDoublingTolerance ||
                    relative(total_ratio, 2) < kDoublingTolerance,
          .detail = fmt::format(
              "expected 2 within {:.0f} %, found {:.4f} by the shortest, {:.4f} by "
              "the sum of {} batches each",
              kDoublingTolerance * 100, shortest_ratio, total_ratio, doubling.once.size())};
}

SelftestCheck timers_agree(const Doubling& doubling) {
  std::vector<double> ratios;
  for (const Batch& batch : doubling.twice) ratios.push_back(batch.timer_ratio());
  const double ratio = median(ratios);
  return {.device = "",
          .name = "device timer agrees with the host's monotonic clock",
          .passed = relative(ratio, 1) < kTimerTolerance,
          .detail = fmt::format("expected 1 within {:.0f} %, found {:.5f}", kTimerTolerance * 100,
                                ratio)};
}

// Rate per clock x units x clock is the rate: the clock's reading and the timer's fit together. A
// core that is taken away for a while adds to the time alone, so the least of all batches counts; a
// clock or timer that is wrong is wrong in every one of them.
std::vector<SelftestCheck> clock_agrees(const Doubling& doubling) {
  double least = std::numeric_limits<double>::infinity();
  for (const std::vector<Batch>* batches : {&doubling.once, &doubling.twice}) {
    for (const Batch& batch : *batches) {
      if (!batch.clock_hz || !batch.per_clock_per_unit) return {};
      least = std::min(
          least, *batch.per_clock_per_unit * doubling.units * *batch.clock_hz / batch.per_second());
    }
  }
  const double most = 1 + (doubling.host_timed ? kTakenAwayTolerance : kClockTolerance);
  return {{.device = "",
           .name = "timer agrees with the clock of the units",
           .passed = least > 1 - kClockTolerance && least < most,
           .detail = fmt::format("expected {:.2f} to {:.2f}, found {:.4f} (least of {} batches)",
                                 1 - kClockTolerance, most, least,
                                 doubling.once.size() + doubling.twice.size())}};
}

std::vector<SelftestCheck> product_checks(BatchRunner& runner) {
  const tpp_verify_result right = runner.session().verify(1, false);
  const tpp_verify_result wrong = runner.session().verify(1, true);
  const auto words = [](const tpp_verify_result& result) {
    return fmt::format("error {:.3g}, bound {:.3g}, {} values", result.max_error,
                       result.error_bound, result.values);
  };
  return {{.device = "",
           .name = "the product agrees with a reference",
           .passed = right.max_error <= right.error_bound && right.values > 0,
           .detail = words(right)},
          {.device = "",
           .name = "a corrupted product is caught",
           // Written so that a NaN counts as caught.
           .passed = !(wrong.max_error <= wrong.error_bound),
           .detail = words(wrong)}};
}

std::vector<SelftestCheck> run_checks(const Backend& backend, const Planned& planned) {
  Stopwatch stopwatch;
  const tpp_prepare_request request = {.struct_size = sizeof(tpp_prepare_request),
                                       .device = planned.device,
                                       .benchmark = planned.benchmark,
                                       .variant = 0,
                                       .fill = TPP_FILL_NORMAL,
                                       .seed = 1,
                                       .memory_limit_bytes = 0};
  const bool bytes = (planned.info.flags & TPP_BENCHMARK_BYTES) != 0;
  BatchRunner runner(backend.prepare(request), {.bytes = bytes,
                                                .simulated = planned.simulated,
                                                .stopwatch = &stopwatch,
                                                .before_batch = [] {}});
  runner.calibrate(kBatchS);
  Doubling doubling;
  doubling.repeats = runner.repeats();
  doubling.amount_per_repeat =
      bytes ? runner.info().bytes_per_repeat : runner.info().operations_per_repeat;
  doubling.product_operations = 2 * static_cast<double>(runner.info().product_m) *
                                static_cast<double>(runner.info().product_n) *
                                static_cast<double>(runner.info().product_k);
  doubling.operations_per_clock = runner.info().operations_per_clock;
  doubling.units = runner.info().units;
  doubling.host_timed = planned.host_timed;
  for (int pair = 0; pair < kPairs; ++pair) {
    doubling.once.push_back(runner.run(doubling.repeats));
    doubling.twice.push_back(runner.run(2 * doubling.repeats));
  }
  auto checks = judge(doubling);
  for (SelftestCheck& check : product_checks(runner)) checks.push_back(std::move(check));
  return checks;
}

}  // namespace

std::vector<SelftestCheck> judge(const Doubling& doubling) {
  std::vector<SelftestCheck> checks = counts_agree(doubling);
  checks.push_back(doubled_time(doubling));
  checks.push_back(timers_agree(doubling));
  for (SelftestCheck& check : clock_agrees(doubling)) checks.push_back(std::move(check));
  return checks;
}

std::vector<SelftestCheck> selftest(const Backend& backend, const Planned& planned) {
  const std::string device =
      planned.name.substr(0, planned.name.rfind('/', planned.name.rfind('/') - 1));
  const std::string what = planned.name.substr(device.size() + 1);
  std::vector<SelftestCheck> checks;
  try {
    checks = run_checks(backend, planned);
  } catch (const Error& error) {
    checks = {{.device = "", .name = "it runs", .passed = false, .detail = error.what()}};
  }
  for (SelftestCheck& check : checks) {
    check.device = device;
    check.name = what + ": " + check.name;
  }
  return checks;
}

std::vector<Planned> selftest_choice(const std::vector<Planned>& planned) {
  std::set<std::pair<std::uint32_t, std::string>> seen;
  std::vector<Planned> chosen;
  for (const Planned& one : planned) {
    if (one.info.status != TPP_OK) continue;
    const bool first = seen.insert({one.device, text(one.info.kernel)}).second;
    if (first || one.simulated) chosen.push_back(one);
  }
  return chosen;
}

}  // namespace tpp::bench
