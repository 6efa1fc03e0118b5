// Whether a device may be put under load now: what was read of it, held against the numbers of
// docs/findings.md. Pure. Who reads, waits and stops is device_gate.
#ifndef TPP_AGENT_PASS_IDLE_GATE_H
#define TPP_AGENT_PASS_IDLE_GATE_H

#include <cstdint>
#include <optional>
#include <string>

#include "agent/model/telemetry.h"
#include "agent/model/thresholds.h"

namespace tpp {

struct IdleReading {
  TelemetrySample sample;
  std::optional<std::uint64_t> memory_bytes;  // all that the device has
  double age_s = 0;
};

// Before any load of ours. nullopt: idle; else why not, in words: the first that applies of
// processes, utilization, used memory, temperature. A list of processes that cannot be read is not
// idle, and neither is a reading that is too old; of the others, what is not told holds nobody up.
std::optional<std::string> why_not_idle(const IdleReading& reading, const Thresholds& thresholds);

// While a worker of ours runs on the device: whether somebody else came. Ours is one process, from
// when its context is there; before that, one that came alone is taken for ours until it shows. A
// list that cannot be read tells of nobody.
std::optional<std::string> why_to_leave(const TelemetrySample& sample);

// Of the host's processors, which nobody watches: the load average of `cores`, all of which the
// load of others is spread over.
std::optional<std::string> why_cores_not_idle(double load_average, int cores,
                                              const Thresholds& thresholds);

}  // namespace tpp

#endif
