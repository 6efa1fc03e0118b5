// How the agent itself has fared: its version, its passes, its probes, what changed. What a report
// cannot tell, because it is of one pass. The daemon fills it; exporters tell it. Plain values.
#ifndef TPP_AGENT_MODEL_AGENT_STATUS_H
#define TPP_AGENT_MODEL_AGENT_STATUS_H

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/history.h"

namespace tpp {

// How a pass ended.
//   completed  to its end, whatever it found
//   refused    no load was put on anything: not idle, reserved, or not allowed to
//   aborted    ended before its end, for a foreign process, a lock or a signal
//   failed     it could not do its work
// In the order of how much is missing.
enum class PassOutcome { completed, refused, aborted, failed };

enum class MeasurementOutcome { rate, unsupported, failed };

// Since the agent started. What is not in a map has not happened yet.
struct AgentCounters {
  std::map<PassOutcome, std::uint64_t> passes = {};
  std::map<MeasurementOutcome, std::uint64_t> measurements = {};
  std::map<EventCause, std::uint64_t> board_changes = {};  // an event of two causes counts in both
};

struct LastPass {
  PassOutcome outcome = PassOutcome::completed;
  std::string ended_at;  // ISO 8601, UTC
  double duration_s = 0;
};

// The last time that a probe was asked.
struct ProbeStatus {
  std::string probe = {};
  bool success = false;
  double duration_s = 0;
};

struct AgentStatus {
  std::string version = {};   // "" where it is not known
  std::string revision = {};  // of the sources
  // None of a program that ends with its pass.
  std::optional<AgentCounters> counters = std::nullopt;
  std::optional<LastPass> last_pass = std::nullopt;
  // Whether the configuration was taken over when it was last read; nullopt before that.
  std::optional<bool> config_in_force = std::nullopt;
  std::vector<ProbeStatus> probes = {};
};

}  // namespace tpp

#endif
