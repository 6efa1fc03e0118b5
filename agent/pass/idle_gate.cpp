#include "agent/pass/idle_gate.h"

#include <fmt/format.h>

namespace tpp {
namespace {

std::string counted(int processes) {
  return processes == 1 ? "a foreign process computes on it"
                        : fmt::format("{} foreign processes compute on it", processes);
}

}  // namespace

std::optional<std::string> why_not_idle(const IdleReading& reading, const Thresholds& thresholds) {
  const TelemetrySample& sample = reading.sample;
  const double oldest_s = thresholds[Threshold::reading_silence];
  if (!(reading.age_s <= oldest_s)) {
    return fmt::format("its last reading is {:.1f} s old, and {:g} s is the most", reading.age_s,
                       oldest_s);
  }
  if (!sample.processes) return "the list of processes that compute on it cannot be read";
  if (*sample.processes > 0) return counted(*sample.processes);
  const double busy = thresholds[Threshold::busy_utilization];
  if (sample.utilization && !(*sample.utilization <= busy)) {
    // Processes of other containers are not listed to this one.
    return fmt::format("it is {:.0f} % busy, and lists no process", 100 * *sample.utilization);
  }
  const double most_share = thresholds[Threshold::idle_memory];
  if (sample.memory_used_bytes && reading.memory_bytes && *reading.memory_bytes > 0) {
    const auto used = static_cast<double>(*sample.memory_used_bytes);
    const double share = used / static_cast<double>(*reading.memory_bytes);
    if (!(share <= most_share)) {
      return fmt::format("{:.1f} GB of its memory are in use ({:.0f} %), and {:g} % is the most",
                         used / 1e9, 100 * share, 100 * most_share);
    }
  }
  const double hottest_c = thresholds[Threshold::idle_temperature];
  if (sample.temperature_c && !(*sample.temperature_c <= hottest_c)) {
    return fmt::format("it is {:.0f} C warm, and {:g} C is the most: it has just worked",
                       *sample.temperature_c, hottest_c);
  }
  return std::nullopt;
}

std::optional<std::string> why_to_leave(const TelemetrySample& sample) {
  constexpr int kOurs = 1;
  if (sample.processes.value_or(0) <= kOurs) return std::nullopt;
  return counted(*sample.processes - kOurs);
}

std::optional<std::string> why_cores_not_idle(double load_average, int cores,
                                              const Thresholds& thresholds) {
  if (cores < 1) return "it is not known how many cores the node has";
  const double share = load_average / cores;
  if (share <= thresholds[Threshold::busy_utilization]) return std::nullopt;
  return fmt::format("the node's load average was {:.2f} on {} cores before any load of ours",
                     load_average, cores);
}

}  // namespace tpp
