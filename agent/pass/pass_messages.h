// What a pass in a child process hands to the daemon that asked for it: lines of JSON on the record
// descriptor. What the daemon serves comes as finished texts, so that the long-lived process holds
// neither a catalogue nor a report's values.
//
//   {"progress": {"done": 3, "total": 24, "benchmark": "0000:17:00.0/mma/fp16", "phase": "..."}}
//   {"document": "metrics", "text": "..."}    a part of it; parts follow each other
//   {"news": {...}}                           the last line: what came of the pass
#ifndef TPP_AGENT_PASS_PASS_MESSAGES_H
#define TPP_AGENT_PASS_PASS_MESSAGES_H

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/model/agent_status.h"
#include "agent/model/ids.h"
#include "agent/model/report.h"

namespace tpp {

// A device after a pass, for the schedule.
struct DeviceNews {
  DeviceId device;
  std::string state;        // what its evidence holds for (measured_state)
  std::string measured_at;  // ISO 8601, the newest evidence of that state; "" if there is none
  std::string seen_since;   // since when it is known in that state
  // In one of the passes at hand it was away, in another state or slot, or another one was in its
  // slot, and that it was measured since is not known: by `seen_since` it may have been.
  bool changed = false;
  std::string refused;  // why no load was put on it; "" if it was or was not asked for
  bool hung = false;    // its worker had to be killed, or is stuck

  bool operator==(const DeviceNews&) const = default;
};

struct PassNews {
  std::string started_at;
  double duration_s = 0;
  PassOutcome outcome = PassOutcome::completed;
  std::vector<DeviceNews> devices;  // that a module can measure
  std::map<MeasurementOutcome, std::uint64_t> measurements;
  std::map<EventCause, std::uint64_t> board_changes;
  std::vector<ProbeStatus> probes;
  std::vector<std::string> warnings;  // for the log: what of the history could not be kept or read
};

struct PassStep {
  int done = 0;
  int total = 0;
  std::string benchmark;
  std::string phase;
};

// Lines, each with its end, to `write`.
class PassSender {
 public:
  using Write = std::function<void(std::string_view line)>;
  explicit PassSender(Write write) : write_(std::move(write)) {}

  void step(const PassStep& step) const;
  void document(std::string_view name, std::string_view text) const;
  void news(const PassNews& news) const;

 private:
  Write write_;
};

// Bounded: what a child may send is what a report may be.
class PassReceiver {
 public:
  explicit PassReceiver(std::function<void(const PassStep&)> on_step = nullptr)
      : on_step_(std::move(on_step)) {}

  // False for what is no line of a pass; then the child is not worth listening to any further.
  bool take(std::string_view line);

  // Set once the pass has come to its end.
  const std::optional<PassNews>& news() const { return news_; }
  // Documents by name, whole if there is news. Moved from.
  std::map<std::string, std::string> take_documents() { return std::move(documents_); }

 private:
  std::function<void(const PassStep&)> on_step_;
  std::map<std::string, std::string> documents_;
  std::size_t bytes_ = 0;
  std::optional<PassNews> news_;
};

}  // namespace tpp

#endif
