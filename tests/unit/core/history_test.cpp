#include "agent/history/history.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "agent/support/error.h"
#include "tests/unit/core/histories.h"

namespace tpp {
namespace {

using test::Causes;
using test::events_of;
using test::followed;
using test::history_of;
using test::report_on;
using test::Scene;

Scene cut() {
  Scene scene = followed();
  scene.device().units = 114;
  return scene;
}

Scene in_slot(const std::string& address, const std::string& serial) {
  Scene scene = followed();
  for (Measurement& measurement : scene.measurements) measurement.id.device.value = address;
  scene.device().id.value = address;
  scene.board().devices = {scene.device().id};
  scene.device().serial = serial;
  scene.device().uuid = "GPU-" + serial;
  return scene;
}

TEST(BoardHistory, MakesAFindingOfAHardwareCauseAlone) {
  const History history = history_of({report_on("05-01", followed()), report_on("06-01", cut())});
  const auto& findings = history.steps.back().findings;
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "board.changed");
  EXPECT_EQ(findings[0].finding_class, FindingClass::contradiction);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_EQ(findings[0].subject, "board-0");
  EXPECT_NE(findings[0].message.find("132 SM -> 114 SM"), std::string::npos);
}

TEST(BoardHistory, AlarmsNobodyAboutAHostProcessor) {
  Scene before = followed();
  before.device().kind = DeviceKind::cpu;
  before.device().id.value = "cpu:0";
  before.device().pci_id.reset();
  before.device().unit_kind = "core";
  before.board().devices = {before.device().id};
  Scene after = before;
  after.device().units = 8;
  const History history = history_of({report_on("05-01", before), report_on("06-01", after)});
  ASSERT_EQ(history.steps.back().findings.size(), 1u);
  EXPECT_EQ(history.steps.back().findings[0].finding_class, FindingClass::condition);
  EXPECT_EQ(history.steps.back().findings[0].severity, Severity::info);
}

TEST(BoardHistory, PutsReportsInOrderOfTime) {
  const History history = history_of({report_on("06-01", cut()), report_on("05-01", followed())});
  EXPECT_EQ(history.steps[0].started_at, "2026-05-01T12:00:00Z");
  EXPECT_TRUE(history.steps[0].events.empty());
  EXPECT_EQ(history.steps[1].findings.size(), 1u);
}

TEST(BoardHistory, RefusesAReportWithoutATime) {
  Report report = report_on("05-01", followed());
  report.started_at = "yesterday";
  EXPECT_THROW(history_of({report, report_on("06-01", followed())}), Error);
}

TEST(BoardHistory, TellsAReplacedBoardAsAnEventWithoutAFinding) {
  const History history = history_of({report_on("05-01", in_slot("0000:01:00.0", "A1")),
                                      report_on("06-01", in_slot("0000:01:00.0", "B2"))});
  const HistoryStep& step = history.steps.back();
  ASSERT_EQ(step.events.size(), 1u);
  EXPECT_EQ(step.events[0].kind, BoardEventKind::replaced);
  EXPECT_EQ(step.events[0].before, "0000:01:00.0, NVIDIA large, serial A1");
  EXPECT_EQ(step.events[0].after, "0000:01:00.0, NVIDIA large, serial B2");
  EXPECT_TRUE(step.findings.empty());
  ASSERT_EQ(history.boards.size(), 2u);
  EXPECT_FALSE(history.boards[0].present);
  EXPECT_TRUE(history.boards[1].present);
}

TEST(BoardHistory, TellsAMovedBoardAsAnEventWithoutAFinding) {
  const History history = history_of({report_on("05-01", in_slot("0000:01:00.0", "A1")),
                                      report_on("06-01", in_slot("0000:02:00.0", "A1"))});
  ASSERT_EQ(history.steps.back().events.size(), 1u);
  EXPECT_EQ(history.steps.back().events[0].kind, BoardEventKind::moved);
  EXPECT_EQ(history.steps.back().events[0].causes, (Causes{EventCause::placement}));
  EXPECT_TRUE(history.steps.back().findings.empty());
  EXPECT_EQ(history.boards.size(), 1u);
}

TEST(BoardHistory, TellsBoardsThatCameAndWent) {
  Report none = report_on("06-01", followed());
  none.inventory.boards.clear();
  none.inventory.devices.clear();
  const auto gone = events_of({report_on("05-01", followed()), none});
  ASSERT_EQ(gone.size(), 1u);
  EXPECT_EQ(gone[0].kind, BoardEventKind::gone);
  const auto appeared = events_of({none, report_on("07-01", followed())});
  ASSERT_EQ(appeared.size(), 1u);
  EXPECT_EQ(appeared[0].kind, BoardEventKind::appeared);
  EXPECT_EQ(appeared[0].recognised_by, std::nullopt);
}

TEST(BoardHistory, HoldsABoardThatCameBackAgainstWhatItWas) {
  Report none = report_on("06-01", followed());
  none.inventory.boards.clear();
  none.inventory.devices.clear();
  const History history =
      history_of({report_on("05-01", followed()), none, report_on("07-01", cut())});
  const HistoryStep& step = history.steps.back();
  EXPECT_EQ(step.events.front().kind, BoardEventKind::appeared);
  EXPECT_EQ(step.events.front().recognised_by, RecognisedBy::serial);
  EXPECT_EQ(step.findings.size(), 1u);
  EXPECT_EQ(history.boards.size(), 1u);
  EXPECT_EQ(history.boards[0].reports, 2);
}

// A spare that was away takes the slot of another.
TEST(BoardHistory, KnowsABoardThatCameBackIntoAnotherSlot) {
  Report away = report_on("06-01", in_slot("0000:02:00.0", "B2"));
  const History history = history_of({report_on("05-01", in_slot("0000:01:00.0", "A1")), away,
                                      report_on("07-01", in_slot("0000:02:00.0", "A1"))});
  EXPECT_EQ(history.boards.size(), 2u);
  std::vector<BoardEventKind> kinds;
  for (const BoardEvent& event : history.steps.back().events) kinds.push_back(event.kind);
  EXPECT_EQ(kinds, (std::vector{BoardEventKind::appeared, BoardEventKind::moved,
                                BoardEventKind::replaced}));
}

TEST(BoardHistory, SaysThatReportsAreOfSeveralNodes) {
  Report elsewhere = report_on("06-01", followed());
  elsewhere.inventory.node.hostname = "node-2";
  const History history = history_of({report_on("05-01", followed()), elsewhere});
  ASSERT_EQ(history.notes.size(), 1u);
  EXPECT_NE(history.notes[0].find("node-1, node-2"), std::string::npos);
  // Its serial number is a sign all the same.
  EXPECT_EQ(history.boards.size(), 1u);
  EXPECT_EQ(history.steps.back().events.at(0).after, "0000:01:00.0 of node node-2");
}

Report of_node(const std::string& hostname, Report report) {
  report.inventory.node.hostname = hostname;
  return report;
}

std::vector<BoardEventKind> kinds_of(const HistoryStep& step) {
  std::vector<BoardEventKind> kinds;
  for (const BoardEvent& event : step.events) kinds.push_back(event.kind);
  return kinds;
}

TEST(HistoryOfSeveralNodes, LosesNoBoardWhoseNodeWasNotLookedAt) {
  const Scene one = in_slot("0000:01:00.0", "A1");
  const Scene two = in_slot("0000:02:00.0", "B2");
  const History history = history_of(
      {of_node("node-1", report_on("05-01", one)), of_node("node-2", report_on("05-02", two)),
       of_node("node-1", report_on("05-03", one)), of_node("node-2", report_on("05-04", two))});
  for (const HistoryStep& step : history.steps) EXPECT_TRUE(step.events.empty()) << step.started_at;
  ASSERT_EQ(history.boards.size(), 2u);
  for (const BoardTrack& board : history.boards) {
    EXPECT_TRUE(board.present);
    EXPECT_EQ(board.reports, 2);
  }
  // Whether a board came cannot be told of a node that was not looked at before.
  ASSERT_EQ(history.steps[1].notes.size(), 1u);
  EXPECT_NE(history.steps[1].notes[0].find("node-2"), std::string::npos);
  EXPECT_TRUE(history.steps[2].notes.empty());
}

TEST(HistoryOfSeveralNodes, HoldsABoardAgainstWhatItWasInItsOwnNode) {
  const Scene two = in_slot("0000:02:00.0", "B2");
  const History history = history_of({of_node("node-1", report_on("05-01", followed())),
                                      of_node("node-2", report_on("05-02", two)),
                                      of_node("node-1", report_on("05-03", cut()))});
  EXPECT_TRUE(history.steps[1].findings.empty());
  EXPECT_EQ(history.steps[2].findings.size(), 1u);
}

TEST(HistoryOfSeveralNodes, TellsABoardThatTurnsUpInAnotherNodeAsMoved) {
  const Scene board = in_slot("0000:01:00.0", "A1");
  Report none = report_on("05-03", board);
  none.inventory.boards.clear();
  none.inventory.devices.clear();
  const History history = history_of(
      {of_node("node-1", report_on("05-01", board)), of_node("node-2", report_on("05-02", board)),
       of_node("node-1", none), of_node("node-2", report_on("05-04", board))});
  EXPECT_EQ(kinds_of(history.steps[1]), (std::vector{BoardEventKind::moved}));
  EXPECT_TRUE(history.steps[2].events.empty());
  EXPECT_TRUE(history.steps[3].events.empty());
  ASSERT_EQ(history.boards.size(), 1u);
  EXPECT_TRUE(history.boards[0].present);
}

TEST(HistoryOfSeveralNodes, LosesABoardThatALaterReportOfItsNodeLacks) {
  Report none = report_on("05-03", followed());
  none.inventory.boards.clear();
  none.inventory.devices.clear();
  const Scene two = in_slot("0000:02:00.0", "B2");
  const Scene three = in_slot("0000:03:00.0", "C3");
  const History history = history_of(
      {of_node("node-1", report_on("05-01", followed())),
       of_node("node-2", report_on("05-02", two)), of_node("node-1", none),
       of_node("node-2", report_on("05-04", two)), of_node("node-1", report_on("05-05", three))});
  EXPECT_EQ(kinds_of(history.steps[2]), (std::vector{BoardEventKind::gone}));
  EXPECT_TRUE(history.steps[3].events.empty());
  EXPECT_EQ(kinds_of(history.steps[4]), (std::vector{BoardEventKind::appeared}));
  ASSERT_EQ(history.boards.size(), 3u);
  EXPECT_FALSE(history.boards[0].present);
  EXPECT_TRUE(history.boards[1].present);
}

TEST(HistoryOfSeveralNodes, TakesNoSlotOrSocketOfOneForThatOfAnother) {
  Scene one = followed();
  one.device().serial.reset();
  one.device().uuid.reset();
  one.device().labels = DeviceLabels{};
  one.device().labels->module_id = 3;
  Scene two = one;
  two.device().units = 114;
  const History history = history_of(
      {of_node("node-1", report_on("05-01", one)), of_node("node-2", report_on("05-02", two))});
  EXPECT_TRUE(history.steps[1].events.empty());
  EXPECT_TRUE(history.steps[1].findings.empty());
  EXPECT_EQ(history.boards.size(), 2u);
}

TEST(BoardHistory, SaysThatSomeReportsAreSimulated) {
  Scene simulated = followed();
  simulated.device().simulated = true;
  const History history =
      history_of({report_on("05-01", followed()), report_on("06-01", simulated)});
  ASSERT_EQ(history.notes.size(), 1u);
  EXPECT_NE(history.notes[0].find("simulated"), std::string::npos);
  EXPECT_TRUE(history.steps.back().findings.empty());
}

std::vector<BoardEvent> class_events(const Report& before, const Report& after) {
  return events_of(BoardEventKind::class_changed, {before, after});
}

// The verdict of a board that was, or is, another one.
Report judged(Report report, const std::string& classification) {
  report.verdicts.at(0).kind = ClassificationKind::undetermined;
  report.verdicts.at(0).classification = classification;
  return report;
}

TEST(ClassChange, NamesEveryCauseThatDiffers) {
  const Report before = report_on("05-01", followed());
  Report after = judged(report_on("06-01", followed()), "undetermined");
  const auto causes = [&] { return class_events(before, after).at(0).causes; };

  after.rules[0].provisions[0].all[0].threshold += 1;
  EXPECT_EQ(causes(), (Causes{EventCause::rule}));
  after.chips[0].declared[Precision::fp16].value *= 2;
  EXPECT_EQ(causes(), (Causes{EventCause::rule, EventCause::catalogue}));
  for (Measurement& measurement : after.measurements) measurement.method_version = "2";
  EXPECT_EQ(causes(), (Causes{EventCause::rule, EventCause::catalogue, EventCause::method}));
  after.agent_version = "2.0";
  EXPECT_EQ(causes(), (Causes{EventCause::rule, EventCause::catalogue, EventCause::method,
                              EventCause::agent}));
}

TEST(ClassChange, IsNotByAFileThatMovedOrIsKnownForLonger) {
  const Report before = report_on("05-01", followed());
  Report after = judged(report_on("06-01", followed()), "undetermined");
  after.rules[0].origin = "/elsewhere.yaml";
  after.rules[0].known_through = "2027-01-01";
  after.chips[0].origin = "/elsewhere.yaml:7";
  EXPECT_EQ(class_events(before, after).at(0).causes, (Causes{EventCause::condition}));
}

TEST(ClassChange, ByAReadingIsByTheRule) {
  const Report before = report_on("05-01", followed());
  Report after = judged(report_on("06-01", followed()), "undetermined");
  after.banners = {"READING: tf32_bits=19"};
  EXPECT_EQ(class_events(before, after).at(0).causes, (Causes{EventCause::rule}));
}

TEST(ClassChange, ByKernelsThatWereAddedIsByTheMethodUnlessOneWasSelected) {
  const Report before = report_on("05-01", followed());
  Scene more = followed();
  more.measurements.push_back(
      test::measurement(more.device().id, "mma", "int4", Unsupported{"hardware", "none"}));
  EXPECT_EQ(class_events(before, judged(report_on("06-01", more), "x")).at(0).causes,
            (Causes{EventCause::method}));
  more.device().forced = true;
  EXPECT_EQ(class_events(before, judged(report_on("06-01", more), "x")).at(0).causes,
            (Causes{EventCause::condition}));
}

TEST(ClassChange, IsByTheHardwareWhereTheBoardChanged) {
  const History history = history_of(
      {report_on("05-01", followed()), judged(report_on("06-01", cut()), "undetermined")});
  const auto& events = history.steps.back().events;
  EXPECT_EQ(events.back().kind, BoardEventKind::class_changed);
  EXPECT_EQ(events.back().causes, (Causes{EventCause::hardware}));
  EXPECT_EQ(history.steps.back().findings.size(), 1u);
}

// Without a catalogue row a class rests on achieved rates, which heat lowers.
TEST(ClassChange, ByClocksAccusesNothing) {
  const History history = history_of(
      {report_on("05-01", followed()), judged(report_on("06-01", followed()), "undetermined")});
  EXPECT_EQ(history.steps.back().events.at(0).causes, (Causes{EventCause::condition}));
  EXPECT_TRUE(history.steps.back().findings.empty());
}

TEST(ClassChange, ToAnotherEditionIsByTheRule) {
  const Report before = report_on("05-01", followed());
  Report after = judged(report_on("06-01", followed()), "below");
  after.verdicts[0].rule.value = after.rules[0].id.value = "us-ear-2030-01";
  const auto events = class_events(before, after);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::rule}));
  EXPECT_EQ(events[0].before, "3A090.a (us-ear-2023-10)");
  EXPECT_EQ(events[0].after, "below (us-ear-2030-01)");
}

TEST(ClassChange, ByThresholdsOfTheReportsIsByTheirCondition) {
  const Report before = report_on("05-01", followed());
  Report after = report_on("06-01", followed());
  after.agent_version = "1.1";
  after.thresholds = {{Threshold::identity_facts, 3}};
  after.verdicts.front().kind = ClassificationKind::undetermined;
  after.verdicts.front().classification = "undetermined";
  const auto events = class_events(before, after);
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (Causes{EventCause::agent, EventCause::condition}));
}

TEST(BoardHistory, SaysByWhichThresholdsItWasMade) {
  Report before = report_on("05-01", followed());
  before.banners = {"THRESHOLDS: history_rate=0.1 (default 0.02)"};
  Thresholds thresholds;
  thresholds.set(Threshold::history_memory, 0.05);
  EXPECT_EQ(test::history_of({before, report_on("06-01", followed())}, thresholds).banners,
            (std::vector<std::string>{"THRESHOLDS: history_memory=0.05 (default 0.02)",
                                      "OF A REPORT, THRESHOLDS: history_rate=0.1 (default 0.02)"}));
}

TEST(KeptHistory, IsInTheOrderInWhichPassesWereKeptThoughTheClockWasPutBack) {
  const Report whole = report_on("06-01", followed());
  const Report less = report_on("05-01", cut());
  const std::vector<StoredReport> kept{{"pass 1", &whole}, {"pass 2", &less}};

  const History history = kept_history(kept);

  ASSERT_EQ(history.steps.size(), 2u);
  EXPECT_EQ(history.steps[1].origin, "pass 2");
  EXPECT_EQ(history.steps[1].events, events_of({whole, report_on("07-01", cut())}));
  EXPECT_NE(history.steps[1].events, board_history(kept).steps[1].events);
}

TEST(FindingsSince, AreTheHardwareChangesTheOtherEventsAndWhatWasNotCompared) {
  const Report before = report_on("05-01", followed());
  Scene changed = cut();
  changed.device().driver_version = "590.10";
  changed.device().name = "NVIDIA large HBM3";
  changed.measurements.clear();
  std::vector<std::string> codes;
  for (const Finding& finding : findings_since({"a.json", &before}, report_on("06-01", changed))) {
    codes.push_back(finding.code);
    const bool contradiction = finding.finding_class == FindingClass::contradiction;
    EXPECT_EQ(contradiction, finding.code == "board.changed");
  }
  EXPECT_EQ(codes.front(), "board.changed");
  EXPECT_EQ(codes.back(), "board.not_compared");
  EXPECT_NE(std::ranges::find(codes, "board.event"), codes.end());
}

TEST(FindingsSince, AnotherNodesReportSayThatItIsAndLoseNoBoard) {
  const Report before = of_node("node-1", report_on("05-01", in_slot("0000:01:00.0", "A1")));
  const Report after = of_node("node-2", report_on("06-01", in_slot("0000:02:00.0", "B2")));
  std::string said;
  for (const Finding& finding : findings_since({"a.json", &before}, after)) {
    EXPECT_EQ(finding.code, "board.not_compared") << finding.message;
    said += finding.message + "; ";
  }
  EXPECT_NE(said.find("2 nodes (node-1, node-2)"), std::string::npos) << said;
}

TEST(FindingsSince, AnotherNodesReportAreOfABoardThatMovedAndWasChanged) {
  const Report before = of_node("node-1", report_on("05-01", followed()));
  std::vector<std::string> codes;
  for (const Finding& finding :
       findings_since({"a.json", &before}, of_node("node-2", report_on("06-01", cut())))) {
    codes.push_back(finding.code);
  }
  EXPECT_EQ(std::ranges::count(codes, "board.changed"), 1);
  EXPECT_EQ(std::ranges::count(codes, "board.event"), 1);
}

TEST(FindingsSince, AreOfThePassThatCameLaterWhereTheClockWasPutBack) {
  const Scene changed = cut();
  const auto words = [&](const char* then, const char* now) {
    const Report before = report_on(then, followed());
    const Report after = report_on(now, changed);
    std::vector<std::string> messages;
    for (const Finding& finding : findings_since({"a.json", &before}, after)) {
      if (finding.code == "board.changed") messages.push_back(finding.message);
    }
    return messages;
  };

  EXPECT_FALSE(words("05-01", "06-01").empty());
  EXPECT_EQ(words("06-01", "05-01"), words("06-01", "07-01"));
}

}  // namespace
}  // namespace tpp
