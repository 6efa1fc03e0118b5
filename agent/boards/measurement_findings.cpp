#include "agent/boards/measurement_findings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tpp {
namespace {

struct Taken {
  const Measurement* measurement = nullptr;
  const Rate* rate = nullptr;
};

std::vector<Taken> rates_of(const Device& device, const std::vector<Measurement>& measurements) {
  std::vector<Taken> rates;
  for (const Measurement& measurement : measurements) {
    const auto* rate = std::get_if<Rate>(&measurement.outcome);
    if (rate != nullptr && measurement.id.device == device.id)
      rates.push_back({&measurement, rate});
  }
  return rates;
}

// "fp16 by mma, int8 by mma" of those that `is` takes; "" if there is none.
template <class Predicate>
std::string named(const std::vector<Taken>& rates, Predicate is) {
  std::vector<std::string> names;
  for (const Taken& one : rates) {
    const BenchmarkId& id = one.measurement->id;
    if (is(*one.rate)) names.push_back(fmt::format("{} by {}", id.subject, id.kernel));
  }
  return fmt::format("{}", fmt::join(names, ", "));
}

// The highest clock that the device or its row tells of: a device that says less of itself than the
// product is sold with is told of too.
std::optional<double> highest_clock_hz(const Device& device, const Report& report) {
  std::optional<double> highest = device.max_clock_hz;
  for (const BoardPerformance& board : report.performances) {
    if (board.board != device.board || !board.chip) continue;
    const auto row = std::ranges::find(report.chips, *board.chip, &Chip::id);
    if (row == report.chips.end()) continue;
    const auto& advertised = row->matrix_clock_hz ? row->matrix_clock_hz : row->boost_clock_hz;
    if (advertised) highest = std::max(highest.value_or(0), advertised->value);
  }
  return highest;
}

std::optional<Finding> clock_finding(const Device& device, const std::vector<Taken>& rates,
                                     std::optional<double> highest_hz, double least_share) {
  // A host's cores lower their clock for wide instructions, each for its own.
  if (!highest_hz || is_host_cpu(device)) return std::nullopt;
  const Taken* slowest = nullptr;
  int slow = 0;
  for (const Taken& one : rates) {
    // What waits for memory or a link needs no clock of the units.
    if (one.rate->quantity != Quantity::operations) continue;
    const auto clock_hz = one.rate->clock_hz;
    if (!clock_hz || !(*clock_hz < least_share * *highest_hz)) continue;
    ++slow;
    if (slowest == nullptr || *clock_hz < *slowest->rate->clock_hz) slowest = &one;
  }
  if (slowest == nullptr) return std::nullopt;
  return Finding{
      "device.clock_low", FindingClass::condition, Severity::info, device.id.value,
      fmt::format(
          "it ran below {:g} % of its {:.0f} MHz in {} of its measurements, at {:.0f} MHz in "
          "{} by {}: capped, locked, hot, or bound by its power limit; achieved rates are "
          "those of that clock, declared figures stand",
          100 * least_share, *highest_hz / 1e6, slow, *slowest->rate->clock_hz / 1e6,
          slowest->measurement->id.subject, slowest->measurement->id.kernel)};
}

}  // namespace

std::vector<Finding> measurement_findings(const Report& report, const Thresholds& thresholds) {
  std::vector<Finding> findings;
  for (const Device& device : report.inventory.devices) {
    const std::vector<Taken> rates = rates_of(device, report.measurements);
    const auto add = [&](const char* code, FindingClass finding_class, const std::string& names,
                         const std::string& words) {
      if (names.empty()) return;
      findings.push_back(
          {code, finding_class, Severity::info, device.id.value, names + ": " + words});
    };
    if (auto clock = clock_finding(device, rates, highest_clock_hz(device, report),
                                   thresholds[Threshold::clock_share])) {
      findings.push_back(std::move(*clock));
    }
    const double drift = thresholds[Threshold::timer_drift];
    add("evidence.timer_drift", FindingClass::health,
        named(rates, [&](const Rate& rate) { return !(std::abs(rate.timer_ratio - 1) <= drift); }),
        fmt::format("the device's timer is off the host's clock by over {:g} %; the intervals are "
                    "that much wider",
                    100 * drift));
    add("evidence.emulated_path", FindingClass::condition,
        named(rates, [](const Rate& rate) { return rate.emulated; }),
        "emulated by other precisions: the rate counts nowhere");
    add("evidence.generic_path", FindingClass::condition,
        named(rates, [](const Rate& rate) { return rate.generic && !rate.emulated; }),
        "measured by portable code: it can show that a threshold is met, and nothing else");
  }
  return findings;
}

}  // namespace tpp
