// How a device was while a benchmark ran on it: single readings, and what they come to.
#ifndef TPP_AGENT_MODEL_TELEMETRY_H
#define TPP_AGENT_MODEL_TELEMETRY_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tpp {

// One reading. What the device or its driver does not tell is absent.
struct TelemetrySample {
  std::uint64_t at_ns = 0;  // CLOCK_MONOTONIC, when the reading was complete
  std::optional<double> clock_hz;
  std::optional<double> memory_clock_hz;
  std::optional<double> power_w;
  std::optional<double> energy_j;  // a counter: differences alone mean something
  std::optional<double> temperature_c;
  std::optional<double> memory_temperature_c;
  std::optional<double> utilization;  // 0 to 1
  // That compute on it, ours included, as of a tenth of a second ago at most. Absent: the list
  // cannot be read.
  std::optional<int> processes;
  std::optional<std::uint64_t> memory_used_bytes;        // without what its driver reserves
  std::optional<std::vector<std::string>> clock_limits;  // empty: nothing holds it down
};

// What held the clock down, and in which share of the readings that could tell, 0 to 1.
struct ClockLimit {
  std::string reason;
  double share = 0;
};

// Of the readings between the first counted batch and the end of the last one.
struct Telemetry {
  std::string source;  // "probe nvidia"
  int samples = 0;
  std::optional<double> clock_hz;         // median
  std::optional<double> memory_clock_hz;  // median
  std::optional<double> power_w;          // mean: by the energy counter, else of the readings
  std::optional<double> temperature_c;    // highest
  std::optional<double> memory_temperature_c;
  std::optional<double> utilization;                    // median
  std::optional<std::vector<ClockLimit>> clock_limits;  // empty: nothing held it down
};

}  // namespace tpp

#endif
