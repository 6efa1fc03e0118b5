#include "agent/daemon/device_book.h"

#include <algorithm>
#include <set>

#include "agent/support/text.h"

namespace tpp {
namespace {

// The newer of two, one from the future only where there is nothing else: it becomes good evidence
// if it is the clock that is wrong now.
std::optional<WallTime> newer(std::optional<WallTime> one, std::optional<WallTime> other,
                              WallTime now) {
  if (!one || !other) return one ? one : other;
  const auto is_good = [&](WallTime time) { return time <= now + kClockTolerance; };
  if (is_good(*one) != is_good(*other)) return is_good(*one) ? one : other;
  return std::max(one, other);
}

}  // namespace

void DeviceBook::learn(const std::vector<DeviceNews>& devices, WallTime now) {
  std::set<DeviceId> here;
  for (const DeviceNews& device : devices) {
    here.insert(device.device);
    learn_of(device, now);
  }
  std::erase_if(entries_, [&](const auto& entry) { return !here.contains(entry.first); });
}

void DeviceBook::learn_of(const DeviceNews& device, WallTime now) {
  const auto told = wall_time(device.seen_since);
  if (!told) return;
  const WallTime seen_since = std::min(*told, now);
  Entry& entry = entries_[device.device];
  if (entry.state != device.state) {
    const bool known = !entry.state.empty();
    entry = Entry{};
    entry.state = device.state;
    entry.evidence.seen_since = seen_since;
    entry.evidence.changed = device.changed || known;
  }
  // Where nothing can be kept, every pass sees the device for the first time.
  entry.evidence.seen_since = std::min(entry.evidence.seen_since, seen_since);
  entry.evidence.measured_at =
      newer(entry.evidence.measured_at, wall_time(device.measured_at), now);
  const auto wait = retry_after(std::max(entry.refusals, entry.hangs));
  if (entry.not_before) entry.not_before = std::min(*entry.not_before, now + wait);
}

void DeviceBook::measured(const DeviceNews& device, WallTime now) {
  learn_of(device, now);
  Entry& entry = entries_[device.device];
  entry.refusals = device.refused.empty() ? 0 : entry.refusals + 1;
  entry.hangs = device.hung ? entry.hangs + 1 : 0;
  entry.not_before = std::nullopt;
  // What came of it may be no evidence for later: it was tried, and is tried again in its turn.
  if (device.refused.empty() && !device.hung) entry.evidence.measured_at = now;
  if (!device.refused.empty()) entry.not_before = now + retry_after(entry.refusals);
  if (device.hung) entry.not_before = now + retry_after(entry.hangs);
}

std::optional<NextPass> DeviceBook::next(const SchedulePolicy& policy, std::string_view node,
                                         WallTime now) const {
  std::optional<NextPass> first;
  for (const auto& [device, entry] : entries_) {
    if (entry.hangs >= kHangsToQuarantine) continue;
    const Due due = due_of(entry.evidence, policy, node, now);
    const WallTime at = std::max(due.at, entry.not_before.value_or(due.at));
    if (!first || at < first->at) first = NextPass{device, at, due.by};
  }
  return first;
}

std::vector<DeviceId> DeviceBook::devices() const {
  std::vector<DeviceId> devices;
  for (const auto& [device, entry] : entries_) devices.push_back(device);
  return devices;
}

std::vector<DeviceId> DeviceBook::left_alone() const {
  std::vector<DeviceId> devices;
  for (const auto& [device, entry] : entries_) {
    if (entry.hangs >= kHangsToQuarantine) devices.push_back(device);
  }
  return devices;
}

std::optional<WallTime> wall_time(std::string_view text) {
  constexpr std::string_view kForm = "2026-11-29T10:15:02Z";  // a day alone is none
  const auto seconds = text.size() == kForm.size() ? parse_utc_s(text) : std::nullopt;
  if (!seconds) return std::nullopt;
  return WallTime(std::chrono::seconds(static_cast<std::int64_t>(*seconds)));
}

}  // namespace tpp
