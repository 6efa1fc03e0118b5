#include "agent/history/member_events.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <utility>

namespace tpp {
namespace {

using Devices = std::vector<const Device*>;

// Whether something on the node may hide a device that is there. Where nothing says which device it
// is that could not be shown, it may be any.
bool may_hide(const Report& report, const Device& device) {
  constexpr std::array kCodes = {"device.unseen", "device.unreadable", "probe.failed",
                                 "backend.failed"};
  return std::ranges::any_of(report.findings, [&](const Finding& finding) {
    if (std::ranges::find(kCodes, finding.code) == kCodes.end()) return false;
    const bool told = finding.code == kCodes.front() && !finding.subject.empty();
    return !told || finding.subject == address_of(device);
  });
}

// "3, without 0000:13:00.0"
std::string count_text(std::size_t count, std::string_view how, const Devices& devices) {
  std::vector<std::string> ids;
  for (const Device* device : devices) ids.push_back(device->id.value);
  return fmt::format("{}, {} {}", count, how, fmt::join(ids, ", "));
}

BoardEvent count_event(const Sighting& last, std::size_t now, EventCause cause) {
  BoardEvent event;
  event.kind = BoardEventKind::units_changed;
  event.causes = {cause};
  event.subject = "devices";
  event.before = std::to_string(devices_of(last).size());
  event.after = std::to_string(now);
  event.since = last.report->started_at;
  return event;
}

// One event for those that are gone, and one for those of which that cannot be told.
void add_lost(const Sighting& last, std::size_t now, const Devices& lost, const Report& later,
              BoardChanges& changes) {
  Devices gone;
  Devices hidden;
  for (const Device* device : lost) (may_hide(later, *device) ? hidden : gone).push_back(device);
  for (const auto& [devices, cause] :
       {std::pair(gone, EventCause::hardware), std::pair(hidden, EventCause::condition)}) {
    if (devices.empty()) continue;
    BoardEvent& event = changes.events.emplace_back(count_event(last, now, cause));
    event.after = count_text(now, "without", devices);
  }
}

bool any_slice(const Sighting& sighting) {
  return std::ranges::any_of(devices_of(sighting), [](const Device* d) { return d->slice; });
}

// "0000:17:00.0 (module 2), NVIDIA H100 80GB HBM3, serial 1652523000017"
std::string member_text(const Device& device) {
  std::string text = device.id.value;
  if (device.labels && device.labels->module_id.value_or(0) > 0) {
    text += fmt::format(" (module {})", *device.labels->module_id);
  }
  return text + name_and_serial(device);
}

// Of the report that shows fewer: all that the other has more may be hidden there.
bool may_be_hidden(const Sighting& more, const Report& fewer) {
  const Devices lost = whereabouts({more}, fewer).lost;
  return !lost.empty() &&
         std::ranges::all_of(lost, [&](const Device* device) { return may_hide(fewer, *device); });
}

void add_soldered(const Sighting& last, const Sighting& after, BoardChanges& changes) {
  const std::size_t was = devices_of(last).size();
  const std::size_t now = devices_of(after).size();
  if (was == now || any_slice(last) || any_slice(after)) return;
  const bool hidden =
      was > now ? may_be_hidden(last, *after.report) : may_be_hidden(after, *last.report);
  changes.events.push_back(
      count_event(last, now, hidden ? EventCause::condition : EventCause::hardware));
}

void add_by_word(const Sighting& last, const Sighting& after, BoardChanges& changes) {
  const std::size_t was = devices_of(last).size();
  const std::size_t now = devices_of(after).size();
  const Whereabouts then = whereabouts({last}, *after.report);
  for (const Whereabouts::Replaced& devices : then.replaced) {
    changes.events.push_back(replaced_member(devices, after.board->id, *last.report));
  }
  add_lost(last, now, then.lost, *after.report, changes);
  const Devices fresh = whereabouts({after}, *last.report).lost;
  if (!fresh.empty()) {
    const bool hidden = std::ranges::any_of(
        fresh, [&](const Device* device) { return may_hide(*last.report, *device); });
    BoardEvent& event = changes.events.emplace_back(
        count_event(last, now, hidden ? EventCause::condition : EventCause::placement));
    event.after = count_text(now, "with", fresh);
  }
  const bool moved = was + fresh.size() != now + then.lost.size();
  if (moved && !any_slice(last) && !any_slice(after)) {
    changes.events.push_back(count_event(last, now, EventCause::condition));
  }
}

}  // namespace

void add_member_events(const Sighting& last, const Sighting& after, BoardChanges& changes) {
  if (is_entered(last) || is_entered(after)) {
    add_by_word(last, after, changes);
  } else {
    add_soldered(last, after, changes);
  }
}

BoardChanges lost_members(const Sighting& board, const Report& later) {
  const Devices lost = whereabouts({board}, later).lost;
  BoardChanges changes;
  add_lost(board, devices_of(board).size() - lost.size(), lost, later, changes);
  for (BoardEvent& event : changes.events) event.board = board.board->id;
  return changes;
}

BoardEvent replaced_member(const Whereabouts::Replaced& devices, const BoardId& board,
                           const Report& earlier) {
  BoardEvent event;
  event.kind = BoardEventKind::replaced;
  event.board = board;
  event.causes = {EventCause::placement};
  event.subject = "slot";
  event.before = member_text(*devices.before);
  event.after = member_text(*devices.after);
  event.since = earlier.started_at;
  return event;
}

}  // namespace tpp
