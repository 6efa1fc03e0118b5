// Histories with reports of recordings that masked who is who.
#include "agent/history/masked_reports.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "agent/model/recorded.h"
#include "tests/unit/core/histories.h"

namespace tpp {
namespace {

using test::followed;
using test::history_of;
using test::report_on;
using test::Scene;
using testing::ElementsAre;
using testing::HasSubstr;

// Of the same node, by a recording with that tag.
Report masked(const std::string& day, const std::string& tag, Scene scene = followed()) {
  scene.device().serial = tag + "00001";
  scene.device().uuid = "GPU-" + tag;
  Report report = report_on(day, scene);
  report.inventory.node.hostname = "node-" + tag;
  report.banners = {std::string(kRecordedBanner) + "not this node, but the one in d (" + kMasked +
                    ")"};
  return report;
}

Scene cut() {
  Scene scene = followed();
  scene.device().units = 114;
  return scene;
}

TEST(MaskedReports, AreComparedBySlotAndNoBoardIsKnownAgain) {
  const History history = history_of({masked("05-01", "11111111"), masked("06-01", "22222222")});
  EXPECT_THAT(history.notes, ElementsAre(HasSubstr("masked by recording in 2 of these reports")));
  EXPECT_FALSE(history.steps[0].by_slot_alone);
  EXPECT_TRUE(history.steps[1].by_slot_alone);
  EXPECT_TRUE(history.steps[1].events.empty());
  ASSERT_EQ(history.boards.size(), 2u);
  for (const BoardTrack& board : history.boards) {
    EXPECT_EQ(board.reports, 1);
    EXPECT_TRUE(board.present) << "as far as anybody can tell";
  }
}

TEST(MaskedReports, AccuseNoBoardOfWhatAnotherInItsSlotMayBe) {
  const History history =
      history_of({masked("05-01", "11111111"), masked("06-01", "22222222", cut())});
  const HistoryStep& step = history.steps[1];
  EXPECT_TRUE(step.findings.empty());
  const auto units =
      std::ranges::find(step.events, BoardEventKind::units_changed, &BoardEvent::kind);
  ASSERT_NE(units, step.events.end());
  EXPECT_EQ(units->recognised_by, RecognisedBy::slot);
  for (const BoardEvent& event : step.events) {
    EXPECT_THAT(event.causes, testing::Not(testing::Contains(EventCause::hardware)));
    EXPECT_NE(event.kind, BoardEventKind::identity_changed) << "stand-ins are no identity";
  }
  EXPECT_EQ(units->causes, (test::Causes{EventCause::placement}));
}

TEST(MaskedReports, TellOfSlotsThatAreEmptyNow) {
  Report none = masked("06-01", "22222222");
  none.inventory.boards.clear();
  none.inventory.devices.clear();
  const auto events = test::events_of({masked("05-01", "11111111"), none});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, BoardEventKind::gone);
  EXPECT_EQ(events[0].before, "0000:01:00.0, NVIDIA large") << "and no stand-in";
}

TEST(MaskedReports, OfOneRecordingAreComparedAsAnyOthers) {
  const History history =
      history_of({masked("05-01", "11111111"), masked("06-01", "11111111", cut())});
  EXPECT_TRUE(history.notes.empty());
  EXPECT_FALSE(history.steps[1].by_slot_alone);
  EXPECT_EQ(history.steps[1].findings.size(), 1u);
  ASSERT_EQ(history.boards.size(), 1u);
  EXPECT_EQ(history.boards[0].reports, 2);
}

// A recording in between hides no change from those that tell who is who.
TEST(MaskedReports, StandBetweenNoOthers) {
  const History history = history_of(
      {report_on("05-01", followed()), masked("06-01", "22222222"), report_on("07-01", cut())});
  EXPECT_TRUE(history.steps[1].by_slot_alone);
  const HistoryStep& last = history.steps[2];
  EXPECT_FALSE(last.by_slot_alone);
  EXPECT_EQ(last.started_at, "2026-07-01T12:00:00Z");
  ASSERT_EQ(last.findings.size(), 1u);
  EXPECT_THAT(last.findings[0].message, HasSubstr("since 2026-05-01"));
  ASSERT_EQ(history.boards.size(), 2u);
  EXPECT_EQ(history.boards[0].reports, 2);
}

TEST(MaskedReports, GiveAPassNoFinding) {
  const Report before = masked("05-01", "11111111");
  for (const Finding& finding : findings_since({"a.json", &before}, report_on("06-01", cut()))) {
    EXPECT_EQ(finding.severity, Severity::info) << finding.message;
  }
}

}  // namespace
}  // namespace tpp
