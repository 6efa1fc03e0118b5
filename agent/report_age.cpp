#include "agent/report_age.h"

#include <fmt/format.h>

#include <chrono>

#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr const char* kStale = "report.stale";
constexpr std::size_t kDayLength = 10;

std::chrono::sys_days day_of(const std::string& iso) {
  const auto part = [&](std::size_t at, std::size_t length) {
    return static_cast<int>(parse_int(iso.substr(at, length)).value_or(0));
  };
  return std::chrono::year(part(0, 4)) / part(5, 2) / part(8, 2);
}

Finding finding_of(const char* code, std::string message) {
  return {.code = code,
          .finding_class = FindingClass::condition,
          .severity = Severity::warning,
          .subject = "",
          .message = std::move(message)};
}

// Boards are changed, repaired and swapped: what was measured is how it was then.
std::optional<Finding> stale(const std::string& started_at, const AgeLimits& limits) {
  const std::string taken = started_at.substr(0, kDayLength);
  if (!is_day(taken)) {
    return finding_of(kStale, fmt::format("the report does not say when it was taken: started_at "
                                          "is '{}': measure again",
                                          started_at));
  }
  const auto days = (day_of(limits.as_of) - day_of(taken)).count();
  if (static_cast<double>(days) <= limits.most_days) return std::nullopt;
  return finding_of(kStale, fmt::format("the report is of {}, {} days before {}, where {:g} are "
                                        "the most (report_age): measure again",
                                        taken, days, limits.as_of, limits.most_days));
}

}  // namespace

std::optional<Finding> later_than_clock(const std::string& started_at, const std::string& now) {
  if (started_at <= now || !is_day(started_at.substr(0, kDayLength))) return std::nullopt;
  return finding_of("report.later_than_clock",
                    fmt::format("the report began at {}, and it is {} now: one of the two clocks "
                                "is wrong, and how old the report is cannot be told",
                                started_at, now));
}

std::vector<Finding> age_findings(const Report& report, const AgeLimits& limits) {
  std::vector<Finding> findings;
  for (auto& finding :
       {stale(report.started_at, limits), later_than_clock(report.started_at, limits.now)}) {
    if (finding) findings.push_back(*finding);
  }
  return findings;
}

std::vector<std::string> age_banners(const std::vector<Finding>& findings) {
  std::vector<std::string> banners;
  for (const Finding& finding : findings) {
    banners.push_back(
        fmt::format("{}: {}", finding.code == kStale ? "STALE" : "CLOCK", finding.message));
  }
  return banners;
}

}  // namespace tpp
