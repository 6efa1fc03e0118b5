#include "agent/history/masked_reports.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

#include "agent/history/board_tracks.h"
#include "agent/model/recorded.h"

namespace tpp {
namespace {

// Nothing but what stands in which slot.
Report without_identity(Report report) {
  report.inventory.node.hostname.clear();
  for (Device& device : report.inventory.devices) {
    device.serial.reset();
    device.uuid.reset();
  }
  return report;
}

// Another board may stand there.
void blame_placement(BoardEvent& event) {
  std::set<EventCause> causes(event.causes.begin(), event.causes.end());
  if (causes.erase(EventCause::hardware) > 0) causes.insert(EventCause::placement);
  event.causes.assign(causes.begin(), causes.end());
}

void compare_by_slot(const StoredReport& before, const StoredReport& after,
                     const Thresholds& thresholds, HistoryStep& step) {
  const Report was = without_identity(*before.report);
  const Report is = without_identity(*after.report);
  const History history = follow_boards({{before.origin, &was}, {after.origin, &is}}, thresholds);
  step.events = history.steps.back().events;
  step.notes = history.steps.back().notes;
  step.by_slot_alone = true;
  for (BoardEvent& event : step.events) blame_placement(event);
}

std::string note_of_masks(const std::vector<StoredReport>& reports) {
  const auto masked = std::ranges::count_if(
      reports, [](const StoredReport& stored) { return !mask_of(*stored.report).empty(); });
  return fmt::format(
      "who the boards are is masked by recording in {} of these reports: no board of a masked "
      "recording is known in another report; what stands in each slot was compared, and nothing "
      "tells that any board is the same (devices --record-serials records who they are)",
      masked);
}

}  // namespace

std::string mask_of(const Report& report) {
  const bool masked = std::ranges::any_of(report.banners, [](const std::string& banner) {
    return banner.starts_with(kRecordedBanner) && banner.find(kMasked) != std::string::npos;
  });
  return masked ? report.inventory.node.hostname : "";
}

History follow_known_boards(const std::vector<StoredReport>& reports,
                            const Thresholds& thresholds) {
  std::set<std::string> masks;
  for (const StoredReport& stored : reports) masks.insert(mask_of(*stored.report));
  if (masks.size() < 2) return follow_boards(reports, thresholds);
  History history;
  history.steps.resize(reports.size());
  for (const std::string& mask : masks) {
    std::vector<std::size_t> places;
    std::vector<StoredReport> told;
    for (std::size_t i = 0; i < reports.size(); ++i) {
      if (mask_of(*reports[i].report) != mask) continue;
      places.push_back(i);
      told.push_back(reports[i]);
    }
    History part = follow_boards(told, thresholds);
    for (std::size_t i = 0; i < places.size(); ++i) {
      history.steps[places[i]] = std::move(part.steps[i]);
    }
    std::ranges::move(part.boards, std::back_inserter(history.boards));
    const std::size_t first = places.front();
    if (first == 0) continue;
    compare_by_slot(reports[first - 1], reports[first], thresholds, history.steps[first]);
  }
  std::ranges::stable_sort(history.boards, {}, &BoardTrack::first_seen);
  history.notes.push_back(note_of_masks(reports));
  return history;
}

}  // namespace tpp
