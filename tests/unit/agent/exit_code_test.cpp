#include "agent/exit_code.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

const std::set<FindingClass> kDefault = {FindingClass::contradiction, FindingClass::health};

Report report_with(ClassificationKind kind) {
  Report report;
  Board board;
  board.id.value = "b";
  report.inventory.boards.push_back(board);
  Measurement measured;
  measured.outcome = Rate();
  report.measurements.push_back(measured);
  Verdict verdict;
  verdict.board = board.id;
  verdict.kind = kind;
  report.verdicts.push_back(verdict);
  return report;
}

Finding finding(FindingClass finding_class, Severity severity) {
  return {.code = "x",
          .finding_class = finding_class,
          .severity = severity,
          .subject = "",
          .message = ""};
}

TEST(ExitCode, IsZeroForAControlledBoardByDefault) {
  Report report = report_with(ClassificationKind::controlled);
  report.findings.push_back(finding(FindingClass::classification, Severity::warning));

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kAssessed);
  EXPECT_EQ(exit_code(report, {.fail_on = {FindingClass::classification}}), kFindingToFailOn);
}

TEST(ExitCode, IsOneForAContradictionEvenIfTheBoardIsUndetermined) {
  Report report = report_with(ClassificationKind::undetermined);
  report.findings.push_back(finding(FindingClass::contradiction, Severity::error));

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kFindingToFailOn);
}

TEST(ExitCode, IsSeventyFiveForADeviceThatWasLeftToOthersWhateverElseIsWrong) {
  Report report = report_with(ClassificationKind::undetermined);
  report.findings.push_back(finding(FindingClass::health, Severity::error));

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault, .not_idle = true, .deadline_passed = true}),
            kBusy);
}

// Given to a virtual machine or not, it is in no answer.
TEST(ExitCode, IsTwoWhereTheBusShowsADeviceThatNobodyLists) {
  Report report = report_with(ClassificationKind::below);
  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kAssessed);
  report.findings.push_back(finding(FindingClass::condition, Severity::info));
  report.findings.back().code = "device.unseen";

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kNotAssessed);
  EXPECT_EQ(exit_code(report, {.fail_on = kDefault, .devices_named = true}), kAssessed);
  report.findings.back() = finding(FindingClass::health, Severity::warning);
  report.findings.back().code = "device.unseen";
  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kFindingToFailOn);
}

TEST(ExitCode, IsTwoForABoardThatCouldNotBeAssessed) {
  EXPECT_EQ(exit_code(report_with(ClassificationKind::undetermined), {.fail_on = kDefault}),
            kNotAssessed);
  EXPECT_EQ(exit_code(Report(), {.fail_on = kDefault}), kNotAssessed);
}

TEST(ExitCode, IsTwoIfNothingCouldBeMeasuredThoughItWasTried) {
  Report report = report_with(ClassificationKind::below);
  report.measurements[0].outcome = Failed{"no"};

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kNotAssessed);
}

TEST(ExitCode, IsTwoIfNothingWasMeasuredAtAll) {
  Report report = report_with(ClassificationKind::below);
  report.measurements.clear();

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kNotAssessed);
}

TEST(ExitCode, IsTwoIfNoRuleWasInForce) {
  Report report = report_with(ClassificationKind::below);
  report.verdicts.clear();

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kNotAssessed);
}

TEST(ExitCode, LeavesOutBoardsThatWereNotAskedFor) {
  const Report report = report_with(ClassificationKind::undetermined);

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault, .not_asked_for = {BoardId{"b"}}}), kAssessed);
}

TEST(ExitCode, PutsTheDeadlineBeforeFindings) {
  Report report = report_with(ClassificationKind::controlled);
  report.findings.push_back(finding(FindingClass::health, Severity::error));

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault, .deadline_passed = true}), kDeadline);
}

TEST(ExitCode, IsNotMovedByInformation) {
  Report report = report_with(ClassificationKind::below);
  report.findings.push_back(finding(FindingClass::health, Severity::info));

  EXPECT_EQ(exit_code(report, {.fail_on = kDefault}), kAssessed);
}

}  // namespace
}  // namespace tpp
