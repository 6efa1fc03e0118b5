#include "agent/model/thresholds.h"

#include "agent/support/error.h"

namespace tpp {
namespace {

using enum Adjustable;

constexpr std::array<ThresholdInfo, kThresholds> kTable = {{
    // More operations per clock than the catalogue's grid cannot be a matter of clocks, caps or
    // load.
    {Threshold::unlocked_above, "unlocked_above", 1.02, 1, 1.02, "ratio", stricter},
    {Threshold::cut_below, "cut_below", 0.98, 0.98, 1, "ratio", stricter},
    // Rates of one loop on devices that are alike come back far closer to each other. What one has
    // too much and another too little would add up to the board.
    {Threshold::parts_within, "parts_within", 0.01, 0.01, 0.01, "share", no},
    // Inferred and declared are one figure learnt twice; sheets round clocks and rates to about a
    // percent.
    {Threshold::corroborates_within, "corroborates_within", 0.03, 0, 0.03, "share", stricter},
    // A library's product, or a rate without a clock, is no grid: honest ones stay over this, and
    // what
    // stays under it may be another path than the declared one.
    {Threshold::outcome_share, "outcome_share", 0.55, 0.55, 1, "share", stricter},
    {Threshold::identity_facts, "identity_facts", 2, 2, 3, "facts", stricter, true},
    // As for the grid: fewer or more units than this is other silicon than the catalogue's.
    {Threshold::units_within, "units_within", 0.02, 0.02, 0.02, "share", no},
    // Drivers report what firmware and page tables leave of the nominal size, and vendors write GB
    // where they mean GiB (7 % apart). Products of one id differ by a third or more.
    {Threshold::memory_within, "memory_within", 0.1, 0.1, 0.1, "share", no},
    {Threshold::overtaken_above, "overtaken_above", 1.02, 1, 1.5, "ratio", freely},
    // Batches that are off by over 1 % do not count: what is told is what is left of that.
    {Threshold::timer_drift, "timer_drift", 0.005, 0, 0.01, "share", freely},
    // A dense product is held down by its power limit on many boards, a T4 to two thirds.
    {Threshold::clock_share, "clock_share", 0.75, 0, 1, "share", freely},
    {Threshold::clock_held_share, "clock_held_share", 0, 0, 0.5, "share", freely},
    {Threshold::power_limit_share, "power_limit_share", 1, 0.5, 1, "share", freely},
    {Threshold::application_clock_share, "application_clock_share", 1, 0.5, 1, "share", freely},
    // An idle device shows 0; readings are whole percent and means over up to a second.
    {Threshold::busy_utilization, "busy_utilization", 0.05, 0, 0.5, "share", freely},
    // Cards whose fans stand still while they are idle start them at 50 to 60 C, and what is warmer
    // has just worked: clocks begin to be held down 20 C above that.
    {Threshold::idle_temperature, "idle_temperature", 65, 30, 95, "C", freely},
    // What a desktop or a driver that does not tell its reserve apart holds of 16 GB and more; who
    // computes holds its context and its data.
    {Threshold::idle_memory, "idle_memory", 0.05, 0, 0.5, "share", freely},
    {Threshold::memory_errors, "memory_errors", 0, 0, 100000, "errors", freely, true},
    {Threshold::first_reading, "first_reading", 2, 0.5, 60, "s", freely},
    // A library that starts up on many GPUs takes seconds.
    {Threshold::reading_silence, "reading_silence", 5, 1, 60, "s", freely},
    {Threshold::report_age, "report_age", 31, 0, 3660, "days", freely},
    // Two of the daemon's intervals, which is how long a device that is seldom idle may wait, and
    // some days.
    {Threshold::evidence_age, "evidence_age", 65, 0, 7400, "days", freely},
    // The tolerance of the grid: rates of one loop on one part come back within it.
    {Threshold::history_rate, "history_rate", 0.02, 0, 0.1, "share", freely},
    {Threshold::history_memory, "history_memory", 0.02, 0, 0.1, "share", freely},
    // Drivers keep a part of the memory for themselves, each its own; GDDR with ECC gives a
    // sixteenth.
    {Threshold::history_driver_memory, "history_driver_memory", 0.1, 0, 0.25, "share", freely},
}};

constexpr bool is_in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].threshold) != i) return false;
  }
  return true;
}
static_assert(is_in_order());

}  // namespace

std::span<const ThresholdInfo, kThresholds> thresholds() { return kTable; }

const ThresholdInfo& info(Threshold threshold) {
  return kTable[static_cast<std::size_t>(threshold)];
}

Thresholds::Thresholds() {
  for (const ThresholdInfo& row : kTable) {
    values_[static_cast<std::size_t>(row.threshold)] = row.standard;
  }
}

void Thresholds::set(Threshold threshold, double value) {
  const ThresholdInfo& row = info(threshold);
  TPP_CHECK(value >= row.least && value <= row.most);
  values_[static_cast<std::size_t>(threshold)] = value;
}

std::vector<ThresholdValue> Thresholds::changed() const {
  std::vector<ThresholdValue> found;
  for (const ThresholdInfo& row : kTable) {
    const double value = (*this)[row.threshold];
    if (value != row.standard) found.push_back({row.threshold, value});
  }
  return found;
}

}  // namespace tpp
