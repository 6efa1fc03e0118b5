#include "agent/report_age.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kNow = "2026-09-01T12:00:00Z";

std::vector<Finding> age_of(const std::string& started_at, double most_days = 31) {
  Report report;
  report.started_at = started_at;
  return age_findings(report, {"2026-09-01", kNow, most_days});
}

std::vector<std::string> codes_of(const std::vector<Finding>& findings) {
  std::vector<std::string> codes;
  for (const Finding& finding : findings) codes.push_back(finding.code);
  return codes;
}

TEST(ReportAge, IsAFindingFromTheDayAfterTheLast) {
  EXPECT_TRUE(age_of("2026-08-01T00:00:00Z").empty());
  const auto findings = age_of("2026-07-31T23:59:59Z");
  ASSERT_EQ(codes_of(findings), (std::vector<std::string>{"report.stale"}));
  EXPECT_EQ(findings[0].finding_class, FindingClass::condition);
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_THAT(findings[0].message, HasSubstr("32 days before 2026-09-01, where 31 are the most"));
  EXPECT_TRUE(age_of("2026-07-31T23:59:59Z", 32).empty());
  EXPECT_TRUE(age_of("2026-09-01T00:00:00Z", 0).empty());
}

TEST(ReportAge, ThatIsNotToldIsStale) {
  for (const char* none : {"", "yesterday", "2026-02-30T00:00:00Z"}) {
    EXPECT_EQ(codes_of(age_of(none)), (std::vector<std::string>{"report.stale"})) << none;
  }
}

TEST(ReportAge, CannotBeToldByAClockThatLiesBeforeTheReport) {
  EXPECT_TRUE(age_of(kNow).empty());
  const auto findings = age_of("2026-09-01T12:00:01Z");
  ASSERT_EQ(codes_of(findings), (std::vector<std::string>{"report.later_than_clock"}));
  EXPECT_EQ(findings[0].severity, Severity::warning);
  EXPECT_THAT(age_banners(findings), ElementsAre(HasSubstr("CLOCK: the report began at ")));
}

TEST(ReportAge, StandsInTheFirstLine) {
  EXPECT_THAT(age_banners(age_of("2026-01-01T00:00:00Z")),
              ElementsAre(HasSubstr("STALE: the report is of 2026-01-01")));
  EXPECT_TRUE(age_banners({}).empty());
}

}  // namespace
}  // namespace tpp
