// Readings of a device while a worker puts load on it, by a probe in a child of its own, and what
// they come to for each benchmark. Telemetry is worth having and never worth waiting for: a child
// that fails or hangs is told of, and costs no figure.
#ifndef TPP_AGENT_PASS_TELEMETRY_H
#define TPP_AGENT_PASS_TELEMETRY_H

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/thresholds.h"
#include "agent/pass/bench_records.h"
#include "agent/pass/worker.h"

namespace tpp {

// The name of the probe that showed `device` and can watch it; "" if there is none.
std::string watching_probe(const Device& device);

struct Readings {
  std::vector<TelemetrySample> samples;  // in order of time
  std::string trouble;                   // why there are no more; "" if they were stopped
  std::vector<MappedFile> code = {};     // that was in the child
};

// Reads from construction to stop(). One thread at a time may use it where nothing else is said.
class TelemetryRecorder {
 public:
  TelemetryRecorder(const std::filesystem::path& agent, std::string probe, const DeviceId& device,
                    const Thresholds& thresholds = {});
  ~TelemetryRecorder() { stop(); }
  TelemetryRecorder(const TelemetryRecorder&) = delete;
  TelemetryRecorder& operator=(const TelemetryRecorder&) = delete;

  struct Latest {
    std::optional<TelemetrySample> sample;
    std::string trouble;  // why there will be no more; "" while there may be
  };
  // Of any thread.
  Latest latest() const;
  // ... once there is a reading after `at_ns`, or no more, or so long has passed.
  Latest latest_after(std::uint64_t at_ns, std::chrono::milliseconds so_long) const;

  // At once; within seconds where the child hangs in the kernel.
  Readings stop();

 private:
  void record(const std::filesystem::path& agent, const DeviceId& device);
  Latest latest_locked() const;

  const std::string probe_;
  const Thresholds thresholds_;
  std::atomic<bool> stopped_ = false;
  mutable std::mutex mutex_;  // guards readings_
  mutable std::condition_variable news_;
  Readings readings_;
  std::thread thread_;
};

// Pure. nullopt if no reading lies within `time`.
std::optional<Telemetry> summarise(std::span<const TelemetrySample> samples,
                                   const record::CountedTime& time, const std::string& source);

// Pure. What held the clocks of a device down while it was measured, where that is no matter of
// course: heat and supply (health), settings (condition). A power limit is the ordinary end of a
// dense product and is told with each figure only.
std::vector<Finding> clock_findings(const DeviceId& device,
                                    std::span<const Measurement> measurements,
                                    const Thresholds& thresholds = {});

}  // namespace tpp

#endif
