#include "agent/pass/gate_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace tpp {
namespace {

constexpr std::string_view kForced = "FORCED: measured although not idle: ";

void add(const char* code, Severity severity, const DeviceId& subject, std::string message,
         PassResult& result) {
  result.report.findings.push_back({.code = code,
                                    .finding_class = FindingClass::condition,
                                    .severity = severity,
                                    .subject = subject.value,
                                    .message = std::move(message)});
}

void note_unsure(const Device& device, const std::string& why, PassResult& result) {
  if (is_host_cpu(device)) {
    add("device.busy", Severity::warning, device.id,
        why + ": rates measured beside that are too low; measure when it is idle", result);
  } else {
    add("device.idle_unknown", Severity::info, device.id,
        why + ": if others do, rates measured beside them are too low", result);
  }
}

// One banner for all devices.
void note_forced(const Device& device, const std::string& why, PassResult& result) {
  add("device.not_idle", Severity::warning, device.id,
      fmt::format("measured although not idle: {}: its achieved rates are lower bounds, and rates "
                  "per clock may be too low as well",
                  why),
      result);
  const std::string what = fmt::format("{}: {}", device.id.value, why);
  std::vector<std::string>& banners = result.report.banners;
  const auto known = std::ranges::find_if(
      banners, [](const std::string& banner) { return banner.starts_with(kForced); });
  if (known == banners.end()) {
    banners.push_back(std::string(kForced) + what);
  } else {
    *known += "; " + what;
  }
}

void note_stopped(PassResult& result) {
  if (std::exchange(result.stopped, true)) return;
  add("pass.stopped", Severity::warning, {},
      "the pass was stopped before everything was measured; what is missing was not measured",
      result);
}

}  // namespace

void note_answer(const Device& device, const GateAnswer& answer, PassResult& result) {
  switch (answer.state) {
    case GateState::open:
      return;
    case GateState::open_unsure:
      return note_unsure(device, answer.why, result);
    case GateState::open_forced:
      return note_forced(device, answer.why, result);
    case GateState::shut:
      result.not_idle.insert(device.id);
      return add("device.not_idle", Severity::warning, device.id,
                 fmt::format("not measured: {}; measure when it is idle", answer.why), result);
    case GateState::stopped:
      return note_stopped(result);
  }
}

void note_end(const Device& device, const DeviceGate& gate, const WorkerResult& worked,
              PassResult& result) {
  if (!gate.disregarded().empty()) {
    note_forced(device, gate.disregarded(), result);
  }
  if (!worked.interrupted) return;
  if (gate.stopped()) return note_stopped(result);
  const auto left =
      std::ranges::count_if(worked.measurements, is_interrupted, &Measurement::outcome);
  result.not_idle.insert(device.id);
  add("device.not_idle", Severity::warning, device.id,
      fmt::format("left while it was measured, {} of its {} benchmarks undone: {}; measure when it "
                  "is idle",
                  left, worked.measurements.size(), *worked.interrupted),
      result);
}

}  // namespace tpp
