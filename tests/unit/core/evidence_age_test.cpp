#include "agent/boards/evidence_age.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace tpp {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Measurement taken(const std::optional<std::string>& at, const std::string& device = "a") {
  Measurement one;
  one.id = {{device}, "mma", "fp16", ""};
  one.taken_at = at;
  return one;
}

std::vector<Finding> findings(std::vector<Measurement> measurements,
                              const Thresholds& thresholds = {}) {
  Report report;
  report.started_at = "2026-11-29T10:00:00Z";
  for (const char* id : {"a", "b"}) {
    Device& device = report.inventory.devices.emplace_back();
    device.id.value = id;
    device.board.value = std::string("board ") + id;
  }
  report.measurements = std::move(measurements);
  return evidence_age_findings(report, thresholds);
}

TEST(EvidenceAge, IsNoMatterUpToItsLimit) {
  EXPECT_THAT(findings({}), IsEmpty());
  EXPECT_THAT(findings({taken("2026-11-29T10:00:05Z"), taken("2026-09-25T10:00:00Z")}), IsEmpty());
}

TEST(EvidenceAge, IsAFindingOfTheBoardBeyondIt) {
  const auto found = findings({taken("2026-09-25T09:59:59Z"), taken("2026-09-20T10:00:00Z"),
                               taken("2026-11-01T10:00:00Z"), taken("2026-11-01T10:00:00Z", "b")});

  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].code, "evidence.stale");
  EXPECT_EQ(found[0].subject, "board a");
  EXPECT_EQ(found[0].finding_class, FindingClass::condition);
  EXPECT_EQ(found[0].severity, Severity::warning);
  EXPECT_THAT(found[0].message, HasSubstr("2 of its 3 measurements are over 65 days old"));
  EXPECT_THAT(found[0].message, HasSubstr("the oldest of 2026-09-20T10:00:00Z"));
}

TEST(EvidenceAge, ThatCannotBeToldIsAFinding) {
  for (const char* time : {"", "yesterday", "2026-11-30T10:00:01Z"}) {
    const auto found = findings({taken(time)});
    ASSERT_THAT(found, SizeIs(1)) << time;
    EXPECT_THAT(found[0].message, HasSubstr("do not tell how old they are (1)"));
  }
}

// Every pass dates what it measures: what has no date must not look fresh.
TEST(EvidenceAge, WithoutADateIsAFinding) {
  const auto found = findings({taken(std::nullopt), taken(std::nullopt),
                               taken("2026-11-29T10:00:05Z"), taken("2026-11-29T10:00:05Z", "b")});
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(found[0].subject, "board a");
  EXPECT_THAT(found[0].message, HasSubstr("2 of its 3 measurements are over 65 days old"));
  EXPECT_THAT(found[0].message, HasSubstr("do not tell how old they are (2), since the date is "
                                          "missing (2)"));
}

TEST(EvidenceAge, HasTheLimitThatIsGiven) {
  Thresholds thresholds;
  thresholds.set(Threshold::evidence_age, 1);
  EXPECT_THAT(findings({taken("2026-11-28T09:59:59Z")}, thresholds), SizeIs(1));
  EXPECT_THAT(findings({taken("2026-11-28T10:00:00Z")}, thresholds), IsEmpty());
}

TEST(EvidenceAge, IsNoneOfWhatWasGivenUp) {
  Measurement left = taken("2026-01-01T10:00:00Z");
  left.outcome = Failed{.reason = "somebody came", .interrupted = true};
  EXPECT_THAT(findings({left}), IsEmpty());
}

}  // namespace
}  // namespace tpp
