// The numbers that trigger findings of the agent and its probes: one table, and the values that a
// run works with. What tpp-bench holds its own measurements to is its policy. Plain values.
#ifndef TPP_AGENT_MODEL_THRESHOLDS_H
#define TPP_AGENT_MODEL_THRESHOLDS_H

#include <array>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

namespace tpp {

enum class Threshold {
  unlocked_above,
  cut_below,
  parts_within,
  corroborates_within,
  outcome_share,
  identity_facts,
  units_within,
  memory_within,
  overtaken_above,
  timer_drift,
  clock_share,
  clock_held_share,
  power_limit_share,
  application_clock_share,
  busy_utilization,
  idle_temperature,
  idle_memory,
  memory_errors,
  first_reading,
  reading_silence,
  report_age,
  evidence_age,
  history_rate,
  history_memory,
  history_driver_memory,
};
inline constexpr std::size_t kThresholds = 25;

// What a user may do to it.
enum class Adjustable {
  freely,    // within its range: it tells of circumstances, and no verdict rests on it
  stricter,  // a verdict rests on it: one end of its range is the default
  // A device is identified by it, and stricter here is laxer there; or by what it let through a
  // stored report is judged again.
  no,
};

// Documented one row each in docs/findings.md.
struct ThresholdInfo {
  Threshold threshold;
  std::string_view name;  // of --threshold
  double standard;
  double least;
  double most;
  std::string_view unit;
  Adjustable adjustable;
  bool whole = false;  // a count: no fraction of one is accepted
};

// A number as a pass worked with it.
struct ThresholdValue {
  Threshold threshold = Threshold::unlocked_above;
  double value = 0;

  bool operator==(const ThresholdValue&) const = default;
};

std::span<const ThresholdInfo, kThresholds> thresholds();
const ThresholdInfo& info(Threshold threshold);

class Thresholds {
 public:
  Thresholds();  // every default

  double operator[](Threshold threshold) const {
    return values_[static_cast<std::size_t>(threshold)];
  }
  // The value has to be in the threshold's range.
  void set(Threshold threshold, double value);
  // Those that are not the default, in the order of the table.
  std::vector<ThresholdValue> changed() const;

 private:
  std::array<double, kThresholds> values_;
};

}  // namespace tpp

#endif
