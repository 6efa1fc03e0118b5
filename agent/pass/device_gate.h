// The idle gate of one device in a pass: reads it from before its worker starts until that has
// ended, asks whether the node is reserved, and says when load may begin and when it has to end.
// What a reading means is idle_gate's.
#ifndef TPP_AGENT_PASS_DEVICE_GATE_H
#define TPP_AGENT_PASS_DEVICE_GATE_H

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "agent/model/inventory.h"
#include "agent/model/thresholds.h"
#include "agent/pass/gate_request.h"
#include "agent/pass/telemetry.h"

namespace tpp {

// Outlives the gate.
struct GateInputs {
  const GateRequest& request;
  const std::function<bool()>& stop;  // of the pass; may be empty
  const Thresholds& thresholds;
  std::filesystem::path agent;           // this program: readings are taken by a child
  std::optional<std::string> host_load;  // why the host's cores are not idle
};

enum class GateState {
  open,
  open_unsure,  // nobody can tell whether it is idle, or it is a busy host CPU: `why`
  open_forced,  // it is not idle: `why`
  shut,         // it is not idle or is reserved: `why`
  stopped,      // the pass is to end
};
struct GateAnswer {
  GateState state = GateState::open;
  std::string why;
};

// Whose load a device may be warm from: where this pass has loaded its board before, the heat of
// that says nothing of others.
enum class Heat { of_others, may_be_ours };

class DeviceGate {
 public:
  // Begins to read, where a probe can watch the device.
  DeviceGate(const GateInputs& inputs, const Device& device);

  // Before any load of ours on the device. Waits for a reading, and where it is not idle
  // `first_reading` seconds more: means over the last second, and contexts of a process that has
  // just ended, take so long to go.
  GateAnswer ask(Heat heat = Heat::of_others);

  // While load is on it: why it has to end now. One thread at a time.
  std::optional<std::string> leave();

  // Why it was not idle while load was on it and `force` kept it there; "" if it was.
  std::string disregarded() const { return disregarded_; }

  bool stopped() const { return inputs_.stop && inputs_.stop(); }

  // Of the probe that watches it: its name, "" if there is none, and all that it read.
  const std::string& probe() const { return probe_; }
  Readings readings();

 private:
  std::optional<std::string> why_reserved() const;
  GateAnswer ask_readings(Heat heat);
  GateAnswer ask_unwatched() const;
  GateAnswer not_idle(const std::string& why) const;
  std::optional<std::string> lock() const;
  std::optional<std::string> hook() const;

  const GateInputs& inputs_;
  const Device device_;
  const std::string probe_;
  std::unique_ptr<TelemetryRecorder> recorder_;
  std::string disregarded_;
};

}  // namespace tpp

#endif
