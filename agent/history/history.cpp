#include "agent/history/history.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/history/board_tracks.h"
#include "agent/history/masked_reports.h"
#include "agent/model/simulated.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"
#include "agent/support/text.h"
#include "agent/threshold_settings.h"

namespace tpp {
namespace {

// "2026-11-29T06:49:35Z", as every report has it: then text sorts by time.
bool is_time(const std::string& text) {
  constexpr std::size_t kDay = 10;
  constexpr std::size_t kLength = 20;
  return text.size() == kLength && is_day(std::string_view(text).substr(0, kDay)) &&
         text[kDay] == 'T' && text.back() == 'Z';
}

void check_times(const std::vector<StoredReport>& reports) {
  for (const StoredReport& stored : reports) {
    if (is_time(stored.report->started_at)) continue;
    throw Error(fmt::format(
        "{}: started_at is '{}', expected a time such as 2026-11-29T06:49:35Z; reports are put in "
        "order by it",
        stored.origin, stored.report->started_at));
  }
}

void add_notes(const std::vector<StoredReport>& reports, std::vector<std::string>& notes) {
  std::vector<std::string> nodes;
  std::size_t simulated = 0;
  for (const StoredReport& stored : reports) {
    if (mask_of(*stored.report).empty()) add_once(stored.report->inventory.node.hostname, nodes);
    simulated += is_simulated(*stored.report) ? 1 : 0;
  }
  if (nodes.size() > 1) {
    notes.push_back(
        fmt::format("these are reports of {} nodes ({}): a slot is no sign between "
                    "them, only serial numbers and UUIDs are",
                    nodes.size(), fmt::join(nodes, ", ")));
  }
  if (simulated > 0 && simulated < reports.size()) {
    notes.emplace_back(
        "some of these reports are simulated: no simulated board is taken for a real one");
  }
}

History history_of(const std::vector<StoredReport>& reports, const Thresholds& thresholds) {
  History history = follow_known_boards(reports, thresholds);
  add_notes(reports, history.notes);
  if (const auto banner = threshold_banner(thresholds)) history.banners.push_back(*banner);
  for (const StoredReport& stored : reports) {
    for (const std::string& banner : stored.report->banners) {
      // Its findings and verdicts were made by them, and not what follows.
      const bool its_own = banner.starts_with(kThresholdBanner);
      add_once((its_own ? "OF A REPORT, " : "") + banner, history.banners);
    }
  }
  return history;
}

}  // namespace

History board_history(std::vector<StoredReport> reports, const Thresholds& thresholds) {
  check_times(reports);
  std::ranges::stable_sort(reports, {}, [](const StoredReport& stored) -> const std::string& {
    return stored.report->started_at;
  });
  return history_of(reports, thresholds);
}

History kept_history(const std::vector<StoredReport>& reports, const Thresholds& thresholds) {
  check_times(reports);
  return history_of(reports, thresholds);
}

History history_since(const StoredReport& previous, const StoredReport& now,
                      const Thresholds& thresholds) {
  return kept_history({previous, now}, thresholds);
}

std::vector<Finding> findings_since(const StoredReport& previous, const Report& report,
                                    const Thresholds& thresholds) {
  const History history = history_since(previous, {"this pass", &report}, thresholds);
  std::vector<Finding> findings;
  const auto tell = [&](const char* code, const std::string& subject, const std::string& message) {
    findings.push_back({.code = code,
                        .finding_class = FindingClass::condition,
                        .severity = Severity::info,
                        .subject = subject,
                        .message = message});
  };
  for (const std::string& note : history.notes) tell("board.not_compared", "", note);
  const HistoryStep& step = history.steps.back();
  findings.insert(findings.end(), step.findings.begin(), step.findings.end());
  for (const BoardEvent& event : step.events) {
    if (by_hardware(event)) continue;
    tell("board.event", event.board.value,
         fmt::format("{} (since {})", to_sentence(event), previous.report->started_at));
  }
  for (const std::string& note : step.notes) tell("board.not_compared", "", note);
  return findings;
}

}  // namespace tpp
