// When a device is due to be measured. Pure: what is known of it, and the time, are the caller's.
//
// A node has a phase of its own in the interval, so that the passes of a fleet spread over all of
// it, whenever its daemons were started, updated or asked at once. Nothing is due because the
// daemon starts.
#ifndef TPP_AGENT_DAEMON_SCHEDULE_H
#define TPP_AGENT_DAEMON_SCHEDULE_H

#include <chrono>
#include <optional>
#include <string_view>

namespace tpp {

using WallTime = std::chrono::sys_seconds;

struct SchedulePolicy {
  std::chrono::seconds interval = std::chrono::days(30);
  // What changed is measured within this time, each node at a moment of its own.
  std::chrono::seconds change_delay = std::chrono::hours(1);
  bool on_change = true;
};

// A device as it is now: same silicon, driver, firmware, partition and method.
struct MeasuredState {
  std::optional<WallTime> measured_at;  // the newest evidence of exactly this state
  WallTime seen_since;                  // when it was first seen in this state
  bool changed = false;                 // as DeviceNews has it (pass_messages.h)
};

enum class DueBy { interval, change };

struct Due {
  WallTime at;
  DueBy by = DueBy::interval;

  bool operator==(const Due&) const = default;
};

// A clock that is set right by less than this has not been wrong.
inline constexpr std::chrono::seconds kClockTolerance = std::chrono::days(1);

// `node` is what tells this node from others: its machine id. Evidence that is from after `now`,
// by more than the tolerance, counts for nothing: the clock was wrong then, or is now. Where
// changes count, neither does what is older than the change.
Due due_of(const MeasuredState& state, const SchedulePolicy& policy, std::string_view node,
           WallTime now);

// How long to wait after the `refusals`-th refusal in a row, from 1: a minute, doubled each time,
// an hour at most.
std::chrono::seconds retry_after(int refusals);

}  // namespace tpp

#endif
