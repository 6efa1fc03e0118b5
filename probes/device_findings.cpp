#include "probes/device_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace tpp {
namespace {

class Findings {
 public:
  explicit Findings(const Device& device) : subject_(device.id.value) {}

  void health(const char* code, Severity severity, std::string message) {
    add(code, FindingClass::health, severity, std::move(message));
  }
  void condition(const char* code, Severity severity, std::string message) {
    add(code, FindingClass::condition, severity, std::move(message));
  }
  std::vector<Finding> take() { return std::move(findings_); }

 private:
  void add(const char* code, FindingClass finding_class, Severity severity, std::string message) {
    findings_.push_back({.code = code,
                         .finding_class = finding_class,
                         .severity = severity,
                         .subject = subject_,
                         .message = std::move(message)});
  }

  std::string subject_;
  std::vector<Finding> findings_;
};

// The settings of AMD's driver (rsmi_dev_perf_level_t): every one but "auto" holds clocks
// somewhere.
void add_of_level(const std::optional<std::string>& level, Findings& findings) {
  if (!level || *level == "auto") return;
  findings.condition(
      "device.clock_limited", Severity::info,
      fmt::format("its performance level is {}, auto is its default: achieved rates are those of "
                  "the clocks that it sets, declared figures stand",
                  *level));
}

void add_of_memory(const DeviceState& state, double most_errors, Findings& findings) {
  if (state.repair_failed.value_or(false)) {
    findings.health("device.memory_failed", Severity::error,
                    "a faulty row of its memory could not be replaced; have the board checked "
                    "before relying on its figures");
  }
  if (state.repair_pending.value_or(false)) {
    findings.health("device.reset_needed", Severity::warning,
                    "faulty memory is taken out of use at the next reset of the GPU; reset it when "
                    "it is idle");
  }
  // Since it was made: what was wrong may have been replaced long ago.
  if (static_cast<double>(state.uncorrected_errors.value_or(0)) > most_errors) {
    findings.health("device.memory_errors", Severity::info,
                    fmt::format("its memory has had {} errors that could not be corrected, as far "
                                "back as is counted; if they grow, have the board checked",
                                *state.uncorrected_errors));
  }
}

void add_of_others(const DeviceState& state, double busy, Findings& findings) {
  // One that computes through the sharing service may stand in both lists.
  const int others = std::max(state.processes.value_or(0), state.sharing_processes.value_or(0));
  if (others > 0) {
    findings.condition(
        "device.busy", Severity::warning,
        fmt::format("{} compute{} on it: rates measured beside {} are too low{}; measure when it "
                    "is idle",
                    others == 1 ? "another process" : fmt::format("{} other processes", others),
                    others == 1 ? "s" : "", others == 1 ? "it" : "them",
                    state.compute_mode == ComputeMode::exclusive_process
                        ? ", and its compute mode lets no second one in"
                        : ""));
  } else if (state.utilization.value_or(0) > busy) {
    // Processes of other containers are not listed to this one.
    findings.condition("device.busy", Severity::warning,
                       fmt::format("it was {:.0f} % busy before any load of ours, and lists no "
                                   "process: rates measured beside that are too low; measure when "
                                   "it is idle",
                                   100 * *state.utilization));
  }
}

void add_of_state(const DeviceState& state, const Thresholds& thresholds, Findings& findings) {
  add_of_memory(state, thresholds[Threshold::memory_errors], findings);
  if (state.compute_mode == ComputeMode::prohibited) {
    findings.condition("device.compute_prohibited", Severity::warning,
                       "its compute mode lets no process compute on it; set it to default before "
                       "measuring");
  }
  add_of_level(state.performance_level, findings);
  add_of_others(state, thresholds[Threshold::busy_utilization], findings);
}

void add_of_limits(const DeviceLimits& limits, const Thresholds& thresholds, Findings& findings) {
  const auto below = [&](const std::optional<double>& is, const std::optional<double>& usual,
                         Threshold share) {
    return is && usual && *is < thresholds[share] * *usual;
  };
  if (below(limits.power_limit_w, limits.default_power_limit_w, Threshold::power_limit_share)) {
    findings.condition(
        "device.power_capped", Severity::info,
        fmt::format("its power is limited to {:g} W, {:g} W is its default: achieved rates are "
                    "those of the capped board, declared figures stand",
                    *limits.power_limit_w, *limits.default_power_limit_w));
  }
  if (below(limits.application_clock_hz, limits.default_application_clock_hz,
            Threshold::application_clock_share)) {
    findings.condition(
        "device.clock_limited", Severity::info,
        fmt::format("applications are held to {:g} MHz, {:g} MHz is its default: achieved rates "
                    "are those of that clock, declared figures stand",
                    *limits.application_clock_hz / 1e6,
                    *limits.default_application_clock_hz / 1e6));
  }
  if (limits.overdrive_percent.value_or(0) > 0) {
    findings.condition(
        "device.overdriven", Severity::warning,
        fmt::format("its clock was raised by {} % over its maker's setting: achieved rates may be "
                    "higher than the board as delivered reaches",
                    *limits.overdrive_percent));
  }
}

}  // namespace

std::vector<Finding> device_findings(const Device& device, const Thresholds& thresholds) {
  Findings findings(device);
  if (device.state) add_of_state(*device.state, thresholds, findings);
  if (device.limits) add_of_limits(*device.limits, thresholds, findings);
  return findings.take();
}

void judge_again(const Thresholds& thresholds, Inventory& inventory) {
  for (const Device& device : inventory.devices) {
    for (const Finding& before : device_findings(device)) std::erase(inventory.findings, before);
    for (Finding& now : device_findings(device, thresholds)) {
      inventory.findings.push_back(std::move(now));
    }
  }
}

std::vector<Finding> partition_findings(const std::vector<Device>& devices) {
  std::vector<Finding> findings;
  std::set<std::string> told;
  for (const Device& device : devices) {
    // A part's id stands behind that of the whole (tpp_backend.h).
    const auto whole = device.id.value.substr(0, device.id.value.find('/'));
    const bool part = whole.size() < device.id.value.size();
    const bool divided = device.state && device.state->partitioned.value_or(false);
    if ((!part && !divided) || !told.insert(whole).second) continue;
    const auto mode = device.state ? device.state->compute_partition : std::nullopt;
    findings.push_back(
        {.code = "device.partitioned",
         .finding_class = FindingClass::condition,
         .severity = Severity::info,
         .subject = whole,
         .message = fmt::format("it is divided into parts{}: what is measured in one is never the "
                                "device's; declared figures stand, measure it undivided",
                                mode ? fmt::format(" ({})", *mode) : "")});
  }
  return findings;
}

Finding unreadable_device(bool denied, std::string message) {
  return {.code = "device.unreadable",
          .finding_class = denied ? FindingClass::condition : FindingClass::health,
          .severity = denied ? Severity::info : Severity::error,
          .subject = "",
          .message = std::move(message)};
}

}  // namespace tpp
