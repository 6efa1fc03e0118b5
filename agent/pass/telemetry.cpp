#include "agent/pass/telemetry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <map>
#include <set>

#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "exporters/report_json.h"
#include "probes/probe.h"

namespace tpp {
namespace {

constexpr double kLongest_s = 86400;  // of a recording; the pass has its own deadline

template <class Member>
std::vector<double> values(std::span<const TelemetrySample> samples, Member member) {
  std::vector<double> found;
  for (const TelemetrySample& sample : samples) {
    if (const auto& value = sample.*member) found.push_back(*value);
  }
  return found;
}

std::optional<double> median(std::vector<double> values) {
  if (values.empty()) return std::nullopt;
  std::ranges::sort(values);
  const std::size_t middle = values.size() / 2;
  return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::optional<double> highest(const std::vector<double>& values) {
  if (values.empty()) return std::nullopt;
  return *std::ranges::max_element(values);
}

// By the energy counter over a second and more: readings of power are means over a second on some
// parts, and miss what lies between them on others. The counter moves in steps of up to 0.1 s,
// which a shorter time would turn into tens of percent.
std::optional<double> mean_power_w(std::span<const TelemetrySample> samples) {
  constexpr double kManySteps_s = 1;
  const TelemetrySample& first = samples.front();
  const TelemetrySample& last = samples.back();
  const double seconds = static_cast<double>(last.at_ns - first.at_ns) * 1e-9;
  if (seconds >= kManySteps_s && first.energy_j && last.energy_j &&
      *last.energy_j > *first.energy_j) {
    return (*last.energy_j - *first.energy_j) / seconds;
  }
  const auto powers = values(samples, &TelemetrySample::power_w);
  if (powers.empty()) return std::nullopt;
  double sum = 0;
  for (const double power : powers) sum += power;
  return sum / static_cast<double>(powers.size());
}

// Of the readings that could tell: one that failed is no sign that nothing held the clock down.
std::optional<std::vector<ClockLimit>> clock_limits(std::span<const TelemetrySample> samples) {
  std::map<std::string, int> seen;
  int told = 0;
  for (const TelemetrySample& sample : samples) {
    if (!sample.clock_limits) continue;
    ++told;
    for (const std::string& reason : *sample.clock_limits) ++seen[reason];
  }
  if (told == 0) return std::nullopt;
  std::vector<ClockLimit> limits;
  for (const auto& [reason, count] : seen) {
    limits.push_back({reason, count / static_cast<double>(told)});
  }
  std::ranges::stable_sort(limits, std::greater(), &ClockLimit::share);
  return limits;
}

struct LimitMeaning {
  std::string_view reason;
  FindingClass finding_class;
  const char* code;
  const char* words;
  const char* advice;
};
constexpr std::array kMeanings = {
    LimitMeaning{"hw_thermal", FindingClass::health, "device.slowed_down", "heat",
                 "look at its cooling"},
    LimitMeaning{"sw_thermal", FindingClass::health, "device.slowed_down", "heat",
                 "look at its cooling"},
    LimitMeaning{"power_brake", FindingClass::health, "device.slowed_down",
                 "the node's power supply", "look at the supply"},
    LimitMeaning{"hw_slowdown", FindingClass::health, "device.slowed_down",
                 "the hardware's protection", "look at cooling and supply"},
    LimitMeaning{"applications_clocks", FindingClass::condition, "device.clock_limited",
                 "a clock setting", "reset its clocks to see what the board can do"},
    LimitMeaning{"sync_boost", FindingClass::condition, "device.clock_limited",
                 "a group of devices that share one clock", "measure it outside the group"},
};

}  // namespace

std::string watching_probe(const Device& device) {
  for (const Probe& probe : probes()) {
    const std::string seen = fmt::format("probe {}", probe.name);
    if (probe.watch != nullptr && std::ranges::find(device.seen_by, seen) != device.seen_by.end()) {
      return std::string(probe.name);
    }
  }
  return "";
}

TelemetryRecorder::TelemetryRecorder(const std::filesystem::path& agent, std::string probe,
                                     const DeviceId& device, const Thresholds& thresholds)
    : probe_(std::move(probe)),
      thresholds_(thresholds),
      thread_([this, agent, device] { record(agent, device); }) {}

void TelemetryRecorder::record(const std::filesystem::path& agent, const DeviceId& device) {
  ChildCommand command;
  command.arguments = {agent.string(), "probe", probe_, "--watch", device.value};
  command.environment = allowed_environment();
  command.deadline_s = kLongest_s;
  command.silence_s = thresholds_[Threshold::reading_silence];
  command.stop = [this] { return stopped_.load(); };
  std::string trouble;
  const auto begin = std::chrono::steady_clock::now();
  const auto take = [&](std::string_view line) {
    try {
      auto code = record::code_in_line(line);
      if (code) {
        const std::lock_guard lock(mutex_);
        readings_.code.insert(readings_.code.end(), code->begin(), code->end());
        return true;
      }
      TelemetrySample sample = parse_sample(line, "probe " + probe_);
      const std::lock_guard lock(mutex_);
      readings_.samples.push_back(std::move(sample));
      news_.notify_all();
      return true;
    } catch (const Error& error) {
      trouble = error.what();
      return false;
    }
  };
  try {
    const ChildResult child = run_child(command, take);
    if (child.end != ChildEnd::stopped && trouble.empty()) {
      const std::string words(trim(child.error_tail));
      trouble = describe(child) + (words.empty() ? "" : ": " + words);
    }
  } catch (const std::exception& error) {  // none may leave a thread
    trouble = error.what();
  }
  const std::chrono::duration<double> lasted = std::chrono::steady_clock::now() - begin;
  const std::lock_guard lock(mutex_);
  const double late_s = thresholds_[Threshold::first_reading];
  if (trouble.empty() && readings_.samples.empty() && lasted.count() > late_s) {
    trouble = fmt::format("it gave no reading in {:.1f} s", lasted.count());
  }
  readings_.trouble = trouble;
  news_.notify_all();
}

TelemetryRecorder::Latest TelemetryRecorder::latest_locked() const {
  Latest latest;
  if (!readings_.samples.empty()) latest.sample = readings_.samples.back();
  latest.trouble = readings_.trouble;
  return latest;
}

TelemetryRecorder::Latest TelemetryRecorder::latest() const {
  const std::lock_guard lock(mutex_);
  return latest_locked();
}

TelemetryRecorder::Latest TelemetryRecorder::latest_after(std::uint64_t at_ns,
                                                          std::chrono::milliseconds so_long) const {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, so_long, [&] {
    return !readings_.trouble.empty() ||
           (!readings_.samples.empty() && readings_.samples.back().at_ns > at_ns);
  });
  return latest_locked();
}

Readings TelemetryRecorder::stop() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(mutex_);
  return readings_;
}

std::optional<Telemetry> summarise(std::span<const TelemetrySample> samples,
                                   const record::CountedTime& time, const std::string& source) {
  const auto before = [](const TelemetrySample& sample, std::uint64_t at) {
    return sample.at_ns < at;
  };
  const auto begin = std::lower_bound(samples.begin(), samples.end(), time.begin_ns, before);
  const auto end = std::lower_bound(begin, samples.end(), time.end_ns, before);
  const std::span within(begin, end);
  if (within.empty()) return std::nullopt;
  Telemetry telemetry;
  telemetry.source = source;
  telemetry.samples = static_cast<int>(within.size());
  telemetry.clock_hz = median(values(within, &TelemetrySample::clock_hz));
  telemetry.memory_clock_hz = median(values(within, &TelemetrySample::memory_clock_hz));
  telemetry.power_w = mean_power_w(within);
  telemetry.temperature_c = highest(values(within, &TelemetrySample::temperature_c));
  telemetry.memory_temperature_c = highest(values(within, &TelemetrySample::memory_temperature_c));
  telemetry.utilization = median(values(within, &TelemetrySample::utilization));
  telemetry.clock_limits = clock_limits(within);
  return telemetry;
}

std::vector<Finding> clock_findings(const DeviceId& device,
                                    std::span<const Measurement> measurements,
                                    const Thresholds& thresholds) {
  const double least_share = thresholds[Threshold::clock_held_share];
  std::vector<Finding> findings;
  std::set<std::string_view> said;
  for (const LimitMeaning& meaning : kMeanings) {
    int held = 0;
    double most = 0;
    for (const Measurement& measurement : measurements) {
      const auto& telemetry = measurement.telemetry;
      if (measurement.id.device != device || !telemetry || !telemetry->clock_limits) continue;
      for (const ClockLimit& limit : *telemetry->clock_limits) {
        if (limit.reason != meaning.reason || limit.share <= least_share) continue;
        ++held;
        most = std::max(most, limit.share);
      }
    }
    // Hardware names its slowdown and the reason for it together: the reason is enough.
    if (held == 0 || (meaning.reason == "hw_slowdown" && said.contains("device.slowed_down"))) {
      continue;
    }
    if (!said.insert(meaning.code).second) continue;
    findings.push_back(
        {.code = meaning.code,
         .finding_class = meaning.finding_class,
         .severity =
             meaning.finding_class == FindingClass::health ? Severity::warning : Severity::info,
         .subject = device.value,
         .message = fmt::format("its clock was held down by {} ({}) in {} of its measurements, up "
                                "to {:.0f} % of the time: achieved rates are lower than the board "
                                "can do; {}",
                                meaning.words, meaning.reason, held, 100 * most, meaning.advice)});
  }
  return findings;
}

}  // namespace tpp
