#include "agent/daemon/schedule.h"

#include <algorithm>
#include <cstdint>

namespace tpp {
namespace {

using std::chrono::seconds;

// FNV-1a: equal on every machine and in every version, which std::hash is not.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const char c : text) {
    hash ^= static_cast<unsigned char>(c);
    hash *= 0x100000001b3;
  }
  return hash;
}

// A moment of this node's own, from 0 to `whole`, `whole` itself left out.
seconds share_of(seconds whole, std::string_view node) {
  return seconds(hash_of(node) % static_cast<std::uint64_t>(whole.count()));
}

// The first moment at or after `time` that is in the node's phase.
WallTime slot_from(WallTime time, seconds interval, std::string_view node) {
  const seconds since_phase = time.time_since_epoch() - share_of(interval, node);
  seconds into = since_phase % interval;
  if (into < seconds(0)) into += interval;
  return into == seconds(0) ? time : time + (interval - into);
}

}  // namespace

Due due_of(const MeasuredState& state, const SchedulePolicy& policy, std::string_view node,
           WallTime now) {
  const seconds interval = policy.interval;
  const bool changes_count = state.changed && policy.on_change;
  // What was measured before a device was away says nothing of what was done to it meanwhile. Times
  // have whole seconds: of the same one it may be of before.
  const bool is_of_before =
      changes_count && state.measured_at && *state.measured_at <= state.seen_since;
  if (state.measured_at && !is_of_before && *state.measured_at <= now + kClockTolerance) {
    // A pass begins a little after it is due, so the next one would always miss its slot: a tenth
    // of the interval is let go. What was measured out of phase falls back into it.
    const WallTime slot = slot_from(*state.measured_at + interval - interval / 10, interval, node);
    return {std::max(slot, *state.measured_at + interval), DueBy::interval};
  }
  if (changes_count) {
    return {state.seen_since + share_of(policy.change_delay, node), DueBy::change};
  }
  return {slot_from(state.seen_since, interval, node), DueBy::interval};
}

seconds retry_after(int refusals) {
  constexpr int kDoublings = 6;
  return std::min(seconds(60) * (1 << std::clamp(refusals - 1, 0, kDoublings)), seconds(3600));
}

}  // namespace tpp
