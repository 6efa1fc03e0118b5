// One GPU on a node, what was measured of it earlier, and a report of now that has nothing yet.
#ifndef TPP_TESTS_UNIT_AGENT_CARRIED_SCENE_H
#define TPP_TESTS_UNIT_AGENT_CARRIED_SCENE_H

#include <string>
#include <utility>
#include <vector>

#include "agent/pass/carried.h"

namespace tpp::test {

inline const DeviceId kGpu{"0000:17:00.0"};
inline const DeviceId kOther{"0000:65:00.0"};

inline Device device(const DeviceId& id = kGpu) {
  Device device;
  device.id = id;
  device.name = "H100";
  device.pci_id = "10de:2330";
  device.uuid = "GPU-" + id.value;
  device.driver_version = "580.65.06";
  device.backend = "cuda";
  return device;
}

inline Measurement measurement(const std::string& subject, double per_second,
                               const DeviceId& id = kGpu) {
  Measurement one;
  one.id = {id, "mma", subject, ""};
  one.backend = "cuda";
  one.method_version = "cuda 7";
  Rate rate;
  rate.per_second = per_second;
  one.outcome = rate;
  one.taken_at = "2026-11-01T10:00:05Z";
  return one;
}

inline Measurement interrupted(const std::string& subject) {
  Measurement one = measurement(subject, 0);
  one.outcome = Failed{.reason = "a foreign process computes on it", .interrupted = true};
  return one;
}

inline Report report(const std::string& started_at, std::vector<Measurement> measurements = {}) {
  Report report;
  report.started_at = started_at;
  report.inventory.devices = {device()};
  report.measurements = std::move(measurements);
  return report;
}

inline Report before() {
  return report("2026-11-01T10:00:00Z", {measurement("fp16", 1e15), measurement("int8", 2e15)});
}

inline Report now() { return report("2026-11-29T10:00:00Z"); }

inline Survey survey(const std::string& method = "cuda 7") {
  Survey survey;
  SurveyedBackend& backend = survey.backends.emplace_back();
  backend.module.name = "cuda";
  backend.listing.method_version = method;
  return survey;
}

using Change = void (*)(Device&);

// All of them are of this boot.
inline Report carried(const std::vector<Report>& earlier, Report to = now(),
                      const Survey& from = survey()) {
  carry_measurements(from, {earlier, nullptr, {}, earlier.size()}, to);
  return to;
}

inline LibraryUse library(FileTrust trust, const std::string& user = "backend cuda") {
  LibraryUse file;
  file.path = "/tmp/libcublasLt.so";
  file.used_by = {user};
  file.trust = trust;
  return file;
}

}  // namespace tpp::test

#endif
