#include "agent/pass/device_gate.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <system_error>

#include "agent/pass/idle_gate.h"
#include "agent/support/child_process.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

using Clock = std::chrono::steady_clock;  // CLOCK_MONOTONIC, as the readings' times are

constexpr std::chrono::milliseconds kLookEvery{50};
constexpr const char* kStopped = "the pass was stopped";

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double age_s(const TelemetrySample& sample) {
  const std::chrono::nanoseconds now = Clock::now().time_since_epoch();
  return (static_cast<double>(now.count()) - static_cast<double>(sample.at_ns)) * 1e-9;
}

// A hook's output is bytes until proven otherwise, and stands in a report.
std::string one_line(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string line(trim(text).substr(0, kLongest));
  std::ranges::replace_if(
      line, [](char c) { return c < ' ' || c > '~'; }, '?');
  return line;
}

}  // namespace

DeviceGate::DeviceGate(const GateInputs& inputs, const Device& device)
    : inputs_(inputs), device_(device), probe_(device.simulated ? "" : watching_probe(device)) {
  if (probe_.empty()) return;
  try {
    recorder_ =
        std::make_unique<TelemetryRecorder>(inputs_.agent, probe_, device_.id, inputs_.thresholds);
  } catch (const std::system_error&) {
    // No thread to be had: asked, it says that it could not be watched.
  }
}

GateAnswer DeviceGate::ask(Heat heat) {
  const auto reserved = stopped() ? std::nullopt : why_reserved();
  if (stopped()) return {GateState::stopped, kStopped};
  if (reserved) return {GateState::shut, *reserved};
  if (device_.simulated) return {};
  return probe_.empty() ? ask_unwatched() : ask_readings(heat);
}

std::optional<std::string> DeviceGate::why_reserved() const {
  auto why = lock();
  return why ? why : hook();
}

std::optional<std::string> DeviceGate::lock() const {
  const auto& file = inputs_.request.lock_file;
  if (!file) return std::nullopt;
  std::error_code error;
  const auto found = std::filesystem::symlink_status(*file, error).type();
  if (found == std::filesystem::file_type::not_found) return std::nullopt;
  if (found == std::filesystem::file_type::none) {
    return fmt::format("it cannot be seen whether the node is reserved: {}: {}", file->string(),
                       error.message());
  }
  return fmt::format("the node is reserved: {} exists", file->string());
}

std::optional<std::string> DeviceGate::hook() const {
  const GateRequest& request = inputs_.request;
  if (request.hook.empty()) return std::nullopt;
  ChildCommand command;
  // Its output becomes the lines that are read; a child's own standard output goes nowhere.
  command.arguments = {"/bin/sh", "-c", "exec \"$@\" >&3 3>&-", "hook"};
  command.arguments.insert(command.arguments.end(), request.hook.begin(), request.hook.end());
  command.environment = allowed_environment();
  command.environment.push_back("TPP_AGENT_DEVICE=" + device_.id.value);
  command.deadline_s = command.silence_s = request.hook_timeout_s;
  command.stop = inputs_.stop;
  std::string line;
  std::string trouble;
  try {
    const ChildResult child = run_child(command, [&line](std::string_view said) {
      if (line.empty()) line = one_line(said);
      return true;
    });
    if (child.end == ChildEnd::exited && child.code == 0) return std::nullopt;
    trouble = describe(child);
    if (line.empty()) line = one_line(child.error_tail);
  } catch (const Error& error) {
    trouble = error.what();
  }
  return line.empty() ? fmt::format("the hook {} {}", request.hook.front(), trouble)
                      : fmt::format("the hook {} {}: {}", request.hook.front(), trouble, line);
}

GateAnswer DeviceGate::not_idle(const std::string& why) const {
  return {inputs_.request.force ? GateState::open_forced : GateState::shut, why};
}

GateAnswer DeviceGate::ask_unwatched() const {
  const bool host = is_host_cpu(device_);
  if (host && !inputs_.host_load) return {};
  const std::string why = host ? *inputs_.host_load : "no probe can tell who computes on it";
  if (inputs_.request.strict) return not_idle(why);
  return {GateState::open_unsure, why};
}

GateAnswer DeviceGate::ask_readings(Heat heat) {
  if (recorder_ == nullptr) return not_idle("it cannot be watched: there is no thread to be had");
  std::optional<Clock::time_point> first;
  std::uint64_t at_ns = 0;
  while (true) {
    const TelemetryRecorder::Latest latest = recorder_->latest_after(at_ns, kLookEvery);
    if (stopped()) return {GateState::stopped, kStopped};
    if (const auto why = lock()) return {GateState::shut, *why};
    if (!latest.trouble.empty()) {
      return not_idle(fmt::format("probe {} could not watch it: {}", probe_, latest.trouble));
    }
    if (!latest.sample) continue;  // a recorder that hears nothing ends with trouble
    if (!first) first = Clock::now();
    at_ns = latest.sample->at_ns;
    IdleReading reading{*latest.sample, device_.memory_bytes, age_s(*latest.sample)};
    if (heat == Heat::may_be_ours) reading.sample.temperature_c.reset();
    const auto why = why_not_idle(reading, inputs_.thresholds);
    if (!why) return {};
    if (seconds_since(*first) >= inputs_.thresholds[Threshold::first_reading]) {
      return not_idle(*why);
    }
  }
}

std::optional<std::string> DeviceGate::leave() {
  if (stopped()) return kStopped;
  if (auto why = lock()) return why;
  if (recorder_ == nullptr) return std::nullopt;
  const TelemetryRecorder::Latest latest = recorder_->latest();
  std::optional<std::string> why;
  if (latest.sample) why = why_to_leave(*latest.sample);
  if (!why && inputs_.request.strict) {
    const bool blind = !latest.trouble.empty() || !latest.sample || !latest.sample->processes;
    if (blind) why = fmt::format("probe {} can no longer tell who computes on it", probe_);
  }
  if (!why || !inputs_.request.force) return why;
  disregarded_ = *why;
  return std::nullopt;
}

Readings DeviceGate::readings() { return recorder_ == nullptr ? Readings{} : recorder_->stop(); }

}  // namespace tpp
