#include "agent/boards/evidence_age.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr double kDay_s = 86400;
// A pass takes hours at most, and a clock that is set right by less than a day has not been wrong.
constexpr double kTolerance_s = kDay_s;

struct BoardEvidence {
  int measurements = 0;
  int stale = 0;
  int untold = 0;   // of these: without a time before the report
  int undated = 0;  // of these: without any
  std::optional<double> oldest_s;
  std::string oldest;
};

void add(const Measurement& measurement, double report_s, double most_s, BoardEvidence& board) {
  ++board.measurements;
  // Every pass writes it: a report without it is of an early version, or was changed.
  if (!measurement.taken_at) ++board.undated;
  const auto taken_s = measurement.taken_at ? parse_utc_s(*measurement.taken_at) : std::nullopt;
  const bool told = taken_s && *taken_s <= report_s + kTolerance_s;
  if (!told) ++board.untold;
  if (!told || report_s - *taken_s > most_s) ++board.stale;
  if (!told || (board.oldest_s && *board.oldest_s <= *taken_s)) return;
  board.oldest_s = taken_s;
  board.oldest = *measurement.taken_at;
}

std::string words_of(const BoardEvidence& board, double most_days) {
  std::string text = fmt::format("{} of its {} measurements are over {:g} days old (evidence_age)",
                                 board.stale, board.measurements, most_days);
  if (board.untold > 0) text += fmt::format(", or do not tell how old they are ({})", board.untold);
  if (board.undated > 0) text += fmt::format(", since the date is missing ({})", board.undated);
  if (board.oldest_s) text += fmt::format(", the oldest of {}", board.oldest);
  return text + ": it is known as it was then; measure again";
}

}  // namespace

std::vector<Finding> evidence_age_findings(const Report& report, const Thresholds& thresholds) {
  const double most_days = thresholds[Threshold::evidence_age];
  // Of a report that does not say its own time nothing can be held against it: report.stale says
  // so.
  const auto report_s = parse_utc_s(report.started_at);
  if (!report_s) return {};
  std::map<BoardId, BoardEvidence> boards;
  for (const Measurement& measurement : report.measurements) {
    const Device* device = find_device(report.inventory, measurement.id.device);
    if (device == nullptr || is_interrupted(measurement.outcome)) continue;
    add(measurement, *report_s, most_days * kDay_s, boards[device->board]);
  }
  std::vector<Finding> findings;
  for (const auto& [board, evidence] : boards) {
    if (evidence.stale == 0) continue;
    findings.push_back({.code = "evidence.stale",
                        .finding_class = FindingClass::condition,
                        .severity = Severity::warning,
                        .subject = board.value,
                        .message = words_of(evidence, most_days)});
  }
  return findings;
}

}  // namespace tpp
