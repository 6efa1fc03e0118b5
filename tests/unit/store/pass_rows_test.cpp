#include "agent/store/pass_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::Key;
using testing::SizeIs;

TEST(PassRow, HasWhatAPassIsFoundBy) {
  const Report report = samples::controlled_simulated();
  const PassRow row = pass_row(report);
  EXPECT_EQ(row.started_at, report.started_at);
  EXPECT_EQ(row.node, report.inventory.node.hostname);
  EXPECT_EQ(row.mode, "full");
  EXPECT_TRUE(row.simulated);
  EXPECT_EQ(row.agent_version, report.agent_version);
  EXPECT_EQ(row.report_schema, kReportSchemaVersion);
  ASSERT_THAT(row.boards, SizeIs(1));
  const BoardRow& board = row.boards.front();
  EXPECT_THAT(board.names, Contains(report.inventory.boards.front().id.value));
  for (const Verdict& verdict : report.verdicts) {
    ASSERT_THAT(board.classes, Contains(Key(verdict.rule.value)));
    EXPECT_EQ(board.classes.at(verdict.rule.value).classification, verdict.classification);
  }
  EXPECT_EQ(board.tpp.at("declared"), report.performances.front().tpp.at(Basis::declared).value);
}

TEST(PassRow, SignsABoardByItsSerialNumberElseItsUuidElseItsPlace) {
  Report report = samples::controlled_simulated();
  Device& device = report.inventory.devices.front();
  device.vendor = "NVIDIA";
  device.serial = "1652523000017";
  device.uuid = "GPU-1";
  const auto sign = [&] { return pass_row(report).boards.front().sign; };
  EXPECT_EQ(sign(), "serial NVIDIA 1652523000017");
  EXPECT_THAT(pass_row(report).boards.front().names, Contains("1652523000017"));
  device.serial = "0000000000000";
  EXPECT_EQ(sign(), "uuid GPU-1");
  device.uuid.reset();
  EXPECT_EQ(sign().substr(0, 5), "slot ");
  EXPECT_NE(sign().find(report.inventory.node.hostname), std::string::npos);
}

TEST(PassRow, LeavesTheBoardsOfANameAlone) {
  Report report = samples::inventory_only();
  ASSERT_GT(report.inventory.boards.size(), 1u);
  const Board wanted = report.inventory.boards.back();
  keep_boards_named(wanted.id.value, report);
  ASSERT_THAT(report.inventory.boards, SizeIs(1));
  EXPECT_EQ(report.inventory.boards.front().id, wanted.id);
  keep_boards_named("nothing", report);
  EXPECT_THAT(report.inventory.boards, SizeIs(0));
}

}  // namespace
}  // namespace tpp
