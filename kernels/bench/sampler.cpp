#include "kernels/bench/sampler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <vector>

#include "kernels/bench/batch_runner.h"
#include "kernels/bench/issue_grid.h"
#include "kernels/bench/search.h"
#include "kernels/bench/statistics.h"

namespace tpp::bench {
namespace {

constexpr double kProgressEvery_s = 0.1;
constexpr int kMostRefits = 20;
constexpr double kLongestHold_s = 600;  // as far as the time to start may lie ahead

// The counted batches of a measurement, in order of time.
struct Series {
  std::vector<Sample> samples;
  std::vector<double> rates;
  std::vector<double> clocks;
  std::vector<double> per_clock;
  std::vector<double> timer_ratios;  // of every batch, discarded ones too
  int discarded = 0;
  double counted_s = 0;
  double attempted_s = 0;
  CountedTime time;

  void add(const Batch& batch, bool counts) {
    timer_ratios.push_back(batch.timer_ratio());
    attempted_s += batch.host_seconds;
    if (!counts) {
      ++discarded;
      return;
    }
    samples.push_back({.amount = batch.amount, .seconds = batch.seconds});
    rates.push_back(batch.per_second());
    if (batch.clock_hz) clocks.push_back(*batch.clock_hz);
    if (batch.per_clock_per_unit) per_clock.push_back(*batch.per_clock_per_unit);
    counted_s += batch.seconds;
    if (rates.size() == 1) time.begin_ns = batch.begin_ns;
    time.end_ns = batch.end_ns;
  }
};

class TimersDisagree : public Error {
 public:
  using Error::Error;
};

bool timers_agree(const Batch& batch, const Policy& policy) {
  const double allowed =
      std::max(policy.timer_tolerance * batch.host_seconds, policy.timer_floor_s);
  return std::fabs(batch.seconds - batch.host_seconds) <= allowed;
}

class Measurement {
 public:
  Measurement(const Backend& backend, const Planned& planned, const SampleSettings& settings,
              const SampleHooks& hooks)
      : backend_(backend),
        planned_(planned),
        settings_(settings),
        policy_(settings.policy),
        hooks_(hooks) {}

  Outcome run();
  double wall_s() const { return stopwatch_.now_s(); }
  const std::optional<CountedTime>& counted() const { return counted_; }

 private:
  BatchRunner prepare(std::uint32_t variant);
  BatchRunner choose_variant();
  std::optional<double> try_variant(std::uint32_t variant, double slice_s);
  std::optional<tpp_verify_result> verified(BatchRunner& runner);
  void ramp(BatchRunner& runner);
  void hold(BatchRunner& runner);
  Series measure(BatchRunner& runner);
  // Throws TimersDisagree unless most batches agree on the time that passed.
  void require_agreeing_timers(const Series& series) const;
  bool enough(const Series& series, double limit_s) const;
  bool steady(const Series& series) const;
  Rate rate(BatchRunner& runner, const Series& series, const tpp_verify_result& check) const;
  void report(const char* phase, double fraction, std::optional<double> per_second = {});

  const Backend& backend_;
  const Planned& planned_;
  const SampleSettings& settings_;
  const Policy& policy_;
  const SampleHooks& hooks_;
  Stopwatch stopwatch_;
  double reported_s_ = -kProgressEvery_s;
  Failed wrong_;                                   // why verified() said no
  std::map<std::uint32_t, BatchRunner> resident_;  // variants between rounds of the search
  std::string search_failure_, search_lack_;  // of the first variant that failed; is not supported
  std::uint32_t unsupported_variants_ = 0;
  std::optional<CountedTime> counted_;
};

BatchRunner Measurement::prepare(std::uint32_t variant) {
  if (hooks_.stop()) throw Stopped();
  tpp_prepare_request request = {};
  request.device = planned_.device;
  request.benchmark = planned_.benchmark;
  request.variant = variant;
  request.fill = settings_.fill;
  request.seed = settings_.seed;
  const BatchContext context = {.bytes = (planned_.info.flags & TPP_BENCHMARK_BYTES) != 0,
                                .simulated = planned_.simulated,
                                .stopwatch = &stopwatch_,
                                .before_batch = [this] {
                                  if (hooks_.stop()) throw Stopped();
                                }};
  return BatchRunner(backend_.prepare(request), context);
}

std::optional<double> Measurement::try_variant(std::uint32_t variant, double slice_s) {
  try {
    auto found = resident_.find(variant);
    if (found == resident_.end()) {
      found = resident_.emplace(variant, prepare(variant)).first;
      found->second.run(1);  // first touch of memory and code is no measure of speed
    }
    BatchRunner& runner = found->second;
    const double per_second = runner.calibrate(slice_s).per_second();
    std::uint64_t resident_bytes = 0;
    for (const auto& entry : resident_) resident_bytes += entry.second.info().working_set_bytes;
    if (resident_bytes > policy_.search_resident_bytes) resident_.erase(variant);
    return per_second;
  } catch (const Stopped&) {
    throw;
  } catch (const BackendError& error) {
    if (error.status() == TPP_DEVICE_LOST) throw;
    const bool unsupported = error.status() == TPP_UNSUPPORTED;
    if (unsupported) ++unsupported_variants_;
    std::string& reason = unsupported ? search_lack_ : search_failure_;
    if (reason.empty()) reason = error.what();
    return std::nullopt;
  } catch (const Error& error) {
    // A variant that cannot run here (an algorithm that wants more memory, say) is no failure of
    // the benchmark while another can.
    if (search_failure_.empty()) search_failure_ = error.what();
    return std::nullopt;
  }
}

BatchRunner Measurement::choose_variant() {
  if (planned_.info.variants <= 1) return prepare(0);
  report("search", 0);
  std::uint32_t trials = 0;
  const auto trial = [&](std::uint32_t variant, double slice_s) {
    const auto per_second = try_variant(variant, slice_s);
    ++trials;
    report("search", std::min(1.0, trials / (1.0 + planned_.info.variants)), per_second);
    return per_second;
  };
  const SearchResult result = search(
      planned_.info.variants, {.budget_s = policy_.search_s, .slice_s = policy_.search_slice_s},
      trial, [this] { return stopwatch_.now_s(); },
      [this](std::uint32_t variant) { resident_.erase(variant); });
  if (!result.best && unsupported_variants_ == result.tried) {
    throw BackendError(TPP_UNSUPPORTED, search_lack_);
  }
  if (!result.best) {
    throw Error(fmt::format("none of {} variants could run; the first that failed: {}",
                            result.tried, search_failure_));
  }
  auto kept = resident_.extract(*result.best);
  return kept.empty() ? prepare(*result.best) : std::move(kept.mapped());
}

std::optional<tpp_verify_result> Measurement::verified(BatchRunner& runner) {
  report("verify", 0);
  const tpp_verify_result result = runner.session().verify(settings_.seed, settings_.corrupt);
  // Not `error > bound`: a NaN must not pass.
  if (result.values >= 1 && result.max_error <= result.error_bound) return result;
  wrong_.cause = "product";
  wrong_.reason = fmt::format(
      "product differs from the reference: error {:.3g} where {:.3g} is the most that correct "
      "rounding can leave ({} values compared; {})",
      result.max_error, result.error_bound, result.values, text(runner.info().path));
  return std::nullopt;
}

void Measurement::ramp(BatchRunner& runner) {
  double spent_s = 0;
  int calm = 0;
  double previous = 0;
  Batch batch;
  while (spent_s < policy_.ramp_most_s &&
         (spent_s < policy_.ramp_least_s || calm < policy_.ramp_windows)) {
    double window_s = 0;
    double sum = 0;
    int count = 0;
    while (window_s < policy_.ramp_window_s) {
      batch = runner.run();
      window_s += batch.host_seconds;
      sum += batch.clock_hz.value_or(batch.per_second());
      ++count;
    }
    const double level = sum / count;
    calm = std::fabs(level - previous) <= policy_.ramp_change * level ? calm + 1 : 0;
    previous = level;
    spent_s += window_s;
    report("warm_up", std::min(1.0, spent_s / policy_.ramp_most_s), batch.per_second());
  }
  runner.fit(batch, policy_.batch_s);
}

// Under load until the time at which others begin to count too, by the clock of the batches.
void Measurement::hold(BatchRunner& runner) {
  const double most_s = stopwatch_.now_s() + kLongestHold_s;
  std::uint64_t now_ns = 0;
  while (now_ns < settings_.start_at_ns && stopwatch_.now_s() < most_s) {
    const Batch batch = runner.run();
    now_ns = batch.end_ns;
    report("warm_up", 1, batch.per_second());
  }
}

bool Measurement::steady(const Series& series) const {
  const auto windows = window_rates(series.samples, policy_.window_s);
  return std::fabs(relative_drift(windows, policy_.windows)) <= policy_.steady_change;
}

bool Measurement::enough(const Series& series, double limit_s) const {
  if (series.counted_s >= policy_.counted_most_s) return true;
  if (series.attempted_s >= 2 * policy_.counted_most_s) return true;  // most were discarded
  if (series.rates.size() < kBootstrapLeast) return false;
  if (series.counted_s >= limit_s) return true;
  return series.counted_s >= policy_.counted_least_s && steady(series) &&
         relative_half_width(series.rates) <= policy_.steady_change;
}

void Measurement::require_agreeing_timers(const Series& series) const {
  const int tried = static_cast<int>(series.timer_ratios.size());
  if (!series.rates.empty() && series.discarded * 2 <= tried) return;
  throw TimersDisagree(fmt::format(
      "device timer and host clock disagree: the device timer shows {:.4f} times the host's "
      "time (median of {} batches, {} of them off by more than {:.0f} %)",
      median(series.timer_ratios), tried, series.discarded, 100 * policy_.timer_tolerance));
}

Series Measurement::measure(BatchRunner& runner) {
  const double left_s = policy_.total_s - stopwatch_.now_s();
  const double limit_s = std::clamp(left_s, policy_.counted_floor_s, policy_.counted_most_s);
  Series series;
  int refits = 0;
  while (!enough(series, limit_s)) {
    const Batch batch = runner.run();
    // Calibrated while something else held the device up: such batches are too short to be timed.
    if (batch.seconds < policy_.batch_s_least && refits < kMostRefits) {
      runner.fit(batch, policy_.batch_s);
      ++refits;
      continue;
    }
    series.add(batch, timers_agree(batch, policy_));
    report("measure", std::min(1.0, series.attempted_s / limit_s), batch.per_second());
    const int tried = static_cast<int>(series.timer_ratios.size());
    if (tried >= policy_.timer_batches_least) require_agreeing_timers(series);
  }
  // Long batches end before the usual number of them was seen: the majority rule holds all the
  // same.
  require_agreeing_timers(series);
  return series;
}

Rate Measurement::rate(BatchRunner& runner, const Series& series,
                       const tpp_verify_result& check) const {
  const MedianInterval interval = median_interval(series.rates, settings_.seed);
  Rate rate;
  rate.bytes = (planned_.info.flags & TPP_BENCHMARK_BYTES) != 0;
  rate.per_second = median(series.rates);
  rate.interval = {interval.low, interval.high};
  rate.bootstrap = interval.bootstrap;
  rate.batches = static_cast<int>(series.rates.size());
  rate.steady = steady(series);
  rate.sustained_s = series.counted_s;
  rate.units = runner.info().units;
  if (!series.clocks.empty()) rate.clock_hz = median(series.clocks);
  if (!series.per_clock.empty()) {
    const MedianInterval per_clock = median_interval(series.per_clock, settings_.seed);
    rate.per_clock_per_unit = median(series.per_clock);
    rate.per_clock_interval = {per_clock.low, per_clock.high};
    rate.snapped_per_clock = snap_per_clock(*rate.per_clock_per_unit);
  }
  rate.max_error = check.max_error;
  rate.error_bound = check.error_bound;
  rate.checked_values = check.values;
  const std::uint32_t flags = planned_.info.flags | runner.info().flags;
  rate.generic = (flags & TPP_BENCHMARK_GENERIC) != 0;
  rate.emulated = (flags & TPP_BENCHMARK_EMULATED) != 0;
  rate.timer_ratio = median(series.timer_ratios);
  if (!rate.bytes) {
    const double most = runner.info().operations_per_clock;
    rate.suspect = why_suspect({.per_second = rate.per_second,
                                .per_clock_per_unit = rate.per_clock_per_unit,
                                .clock_hz = rate.clock_hz,
                                .units = static_cast<int>(rate.units),
                                .most_per_clock = most > 0 ? std::optional(most) : std::nullopt});
  }
  rate.path = (planned_.simulated ? "simulated: " : "") + text(runner.info().path) +
              (settings_.fill == TPP_FILL_ZEROS ? " (operands all zero)" : "");
  return rate;
}

Outcome Measurement::run() {
  BatchRunner runner = choose_variant();
  // Before the load, so that a wrong product costs no time; after it, because that is what counts.
  runner.run(1);
  if (!verified(runner)) return wrong_;
  runner.calibrate(policy_.batch_s);
  ramp(runner);
  hold(runner);
  const Series series = measure(runner);
  const auto check = verified(runner);
  if (!check) return wrong_;
  if (!planned_.simulated) counted_ = series.time;
  return rate(runner, series, *check);
}

void Measurement::report(const char* phase, double fraction, std::optional<double> per_second) {
  const double now = stopwatch_.now_s();
  if (now - reported_s_ < kProgressEvery_s) return;
  reported_s_ = now;
  hooks_.progress({.phase = phase, .fraction = fraction, .per_second = per_second});
}

}  // namespace

Sampled sample(const Backend& backend, const Planned& planned, const SampleSettings& settings,
               const SampleHooks& hooks) {
  if (planned.info.status != TPP_OK) {
    return {.outcome = Unsupported{.by = text(planned.info.unsupported_by),
                                   .reason = text(planned.info.reason)}};
  }
  Measurement measurement(backend, planned, settings, hooks);
  Sampled sampled;
  try {
    sampled.outcome = measurement.run();
  } catch (const Stopped&) {
    throw;
  } catch (const BackendError& error) {
    // What the device or a library turns out not to be able to do is no failure.
    if (error.status() == TPP_UNSUPPORTED) {
      sampled.outcome = Unsupported{.by = "library", .reason = error.what()};
    } else {
      sampled.outcome = Failed{error.what()};
      sampled.device_lost = error.status() == TPP_DEVICE_LOST;
    }
  } catch (const TimersDisagree& error) {
    sampled.outcome = Failed{.reason = error.what(), .cause = "timer"};
  } catch (const Error& error) {
    sampled.outcome = Failed{error.what()};
  }
  sampled.wall_s = measurement.wall_s();
  sampled.counted = measurement.counted();
  return sampled;
}

}  // namespace tpp::bench
