// Histories of which some report counts modules, and another their baseboard or a mapping.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "agent/boards/baseboard.h"
#include "tests/unit/core/histories.h"

namespace tpp {
namespace {

using test::followed;
using test::history_of;
using test::report_on;
using test::Scene;
using testing::HasSubstr;

constexpr int kModules = 3;

std::string address(int module) { return "0000:1" + std::to_string(module) + ":00.0"; }

// Modules of one baseboard, each a board as followed() has it.
Scene modules() {
  Scene scene = followed();
  const Device device = scene.device();
  const Board board = scene.board();
  const std::vector<Measurement> measured = scene.measurements;
  scene.inventory.devices.clear();
  scene.inventory.boards.clear();
  scene.measurements.clear();
  for (int module = 1; module <= kModules; ++module) {
    Device one = device;
    one.id.value = address(module);
    one.board.value = "board-" + std::to_string(module);
    one.package.value = "package-" + std::to_string(module);
    one.serial = "165252300001" + std::to_string(module);
    one.uuid = "GPU-" + std::to_string(module);
    one.labels.emplace().module_id = module;
    Board of_it = board;
    of_it.id = one.board;
    of_it.devices = {one.id};
    of_it.baseboard = "board-1";
    scene.inventory.devices.push_back(one);
    scene.inventory.boards.push_back(of_it);
    for (Measurement row : measured) {
      row.id.device = one.id;
      scene.measurements.push_back(row);
    }
  }
  return scene;
}

Scene whole(Scene scene) {
  count_baseboards(scene.inventory);
  return scene;
}

// Two of them on one board, by the operator's word.
Scene mapped() {
  Scene scene = modules();
  scene.device(1).board = scene.device(0).board;
  scene.board().devices.push_back(scene.device(1).id);
  scene.board().grouped_by = Source::entered;
  scene.board().grouping_reason = "the operator's mapping";
  scene.inventory.boards.erase(scene.inventory.boards.begin() + 1);
  return scene;
}

TEST(BoardLevels, ThatDifferAreANoteAndNoEvents) {
  const History history =
      history_of({report_on("05-01", modules()), report_on("06-01", whole(modules())),
                  report_on("07-01", modules()), report_on("08-01", modules())});
  ASSERT_EQ(history.steps.size(), 4u);
  for (const HistoryStep& step : history.steps) {
    EXPECT_TRUE(step.events.empty()) << step.started_at << to_sentence(step.events.front());
    EXPECT_TRUE(step.findings.empty()) << step.started_at;
  }
  ASSERT_EQ(history.steps[1].notes.size(), 1u);
  EXPECT_THAT(history.steps[1].notes[0],
              HasSubstr("the devices of 3 boards there are 1 board here (--board-level baseboard"));
  ASSERT_EQ(history.steps[2].notes.size(), 1u);
  EXPECT_THAT(history.steps[2].notes[0], HasSubstr("of 1 board there are 3 boards here"));
  EXPECT_TRUE(history.steps[3].notes.empty());
  ASSERT_EQ(history.boards.size(), 3u);
  for (const BoardTrack& board : history.boards) {
    EXPECT_EQ(board.reports, 4) << board.board.value;
    EXPECT_EQ(board.first_seen, "2026-05-01T12:00:00Z");
    EXPECT_TRUE(board.present);
  }
}

TEST(BoardLevels, ThatDifferHideNoHardwareChange) {
  Scene cut = modules();
  cut.device(1).units = 114;
  for (const auto& [before, after] :
       {std::pair(whole(modules()), cut), std::pair(modules(), whole(cut))}) {
    const History history = history_of({report_on("05-01", before), report_on("06-01", after)});
    const auto& findings = history.steps.back().findings;
    ASSERT_EQ(findings.size(), 1u);
    EXPECT_EQ(findings[0].code, "board.changed");
    EXPECT_THAT(findings[0].message, HasSubstr(address(2) + " units: 132 SM -> 114 SM"));
  }
}

// Another module in the second socket; it measures otherwise, as another one may.
Scene swapped() {
  Scene scene = modules();
  scene.device(1).uuid = "GPU-9";
  scene.device(1).serial = "1652523000099";
  scene.device(1).units = 114;
  return scene;
}

Scene without_the_last(Scene scene) {
  const DeviceId id = scene.inventory.devices.back().id;
  scene.inventory.devices.pop_back();
  scene.inventory.boards.pop_back();
  std::erase_if(scene.measurements, [&](const Measurement& row) { return row.id.device == id; });
  return scene;
}

constexpr const char* kReplaced =
    "replaced: 0000:12:00.0 (module 2), NVIDIA large, serial 1652523000012 -> 0000:12:00.0 (module "
    "2), NVIDIA large, serial 1652523000099";

TEST(BoardLevels, TellAModuleThatWasReplacedWhicheverTheyAre) {
  for (const auto& [before, after, board] :
       {std::tuple(whole(modules()), swapped(), "board-2"),
        std::tuple(modules(), whole(swapped()), "board-1"),
        std::tuple(whole(modules()), whole(swapped()), "board-1"),
        std::tuple(modules(), swapped(), "board-2")}) {
    const History history = history_of({report_on("05-01", before), report_on("06-01", after)});
    const HistoryStep& step = history.steps.back();
    ASSERT_EQ(step.events.size(), 1u);
    EXPECT_EQ(step.events[0].kind, BoardEventKind::replaced);
    EXPECT_EQ(step.events[0].causes, (test::Causes{EventCause::placement}));
    EXPECT_EQ(step.events[0].board.value, board);
    EXPECT_EQ(to_sentence(step.events[0]), kReplaced);
    EXPECT_EQ(step.events[0].since, "2026-05-01T12:00:00Z");
    EXPECT_TRUE(step.findings.empty());
  }
}

TEST(BoardLevels, KnowAModuleAgainThatWasReplaced) {
  Scene worn = modules();
  worn.device(1).units = 100;
  const History history =
      history_of({report_on("05-01", modules()), report_on("06-01", whole(swapped())),
                  report_on("07-01", worn)});
  const HistoryStep& step = history.steps.back();
  ASSERT_EQ(step.findings.size(), 1u);
  EXPECT_THAT(step.findings[0].message, HasSubstr("132 SM -> 100 SM"));
}

TEST(BoardLevels, OfAMappingThatOneReportHasAreANoteAndNoEvents) {
  const History history = history_of({report_on("05-01", mapped()), report_on("06-01", modules())});
  EXPECT_TRUE(history.steps[1].events.empty());
  EXPECT_THAT(history.steps[1].notes,
              testing::ElementsAre(HasSubstr("of 1 board there are 2 boards here (the operator's "
                                             "mapping)")));
}

std::vector<BoardEvent> counted(const HistoryStep& step) {
  std::vector<BoardEvent> events;
  std::ranges::copy_if(step.events, std::back_inserter(events),
                       [](const BoardEvent& event) { return event.subject == "devices"; });
  return events;
}

TEST(BoardLevels, ThatAreTheSameAreComparedAsBoards) {
  const History history = history_of({report_on("05-01", whole(modules())),
                                      report_on("06-01", whole(without_the_last(modules())))});
  const HistoryStep& step = history.steps[1];
  ASSERT_EQ(counted(step).size(), 1u);
  EXPECT_EQ(step.events[0].kind, BoardEventKind::units_changed) << "and it has not moved";
  EXPECT_EQ(to_sentence(step.events[0]),
            "devices: 3 -> 2, without 0000:13:00.0; recognised by its serial");
  EXPECT_TRUE(step.notes.empty());
}

// The operator's word says what counts as one board, and makes no device go.
TEST(BoardLevels, SilenceNoDeviceThatWasLost) {
  Scene half = mapped();
  half.device(1) = half.device(2);
  half.inventory.devices.pop_back();
  half.board().devices.pop_back();
  const Scene less = without_the_last(modules());
  for (const auto& [before, after, text] :
       {std::tuple(whole(modules()), whole(less), "devices: 3 -> 2, without 0000:13:00.0"),
        std::tuple(whole(modules()), less, "devices: 3 -> 2, without 0000:13:00.0"),
        std::tuple(mapped(), half, "devices: 2 -> 1, without 0000:12:00.0")}) {
    const History history = history_of({report_on("05-01", before), report_on("06-01", after)});
    const HistoryStep& step = history.steps.back();
    ASSERT_EQ(counted(step).size(), 1u) << text;
    EXPECT_EQ(counted(step)[0].causes, (test::Causes{EventCause::hardware}));
    ASSERT_EQ(step.findings.size(), 1u) << text;
    EXPECT_EQ(step.findings[0].subject, "board-1");
    EXPECT_THAT(step.findings[0].message, HasSubstr(text));
  }
}

TEST(BoardLevels, BlameWhatFailedOnlyWhereItMayHideTheDevice) {
  const auto causes = [](const Finding& told_before, const Finding& told_after) {
    Report before = report_on("05-01", whole(modules()));
    Report after = report_on("06-01", whole(without_the_last(modules())));
    before.findings.push_back(told_before);
    after.findings.push_back(told_after);
    const auto events = counted(history_of({before, after}).steps.back());
    return events.empty() ? test::Causes{} : events.front().causes;
  };
  const Finding nothing{.code = "x", .subject = "", .message = ""};
  const Finding probe{.code = "probe.failed", .subject = "", .message = ""};
  const Finding hidden{.code = "device.unseen", .subject = address(3), .message = ""};
  const Finding other{.code = "device.unseen", .subject = "0000:77:00.0", .message = ""};
  EXPECT_EQ(causes(nothing, probe), (test::Causes{EventCause::condition}));
  EXPECT_EQ(causes(nothing, hidden), (test::Causes{EventCause::condition}));
  EXPECT_EQ(causes(nothing, other), (test::Causes{EventCause::hardware}));
  EXPECT_EQ(causes(probe, nothing), (test::Causes{EventCause::hardware}));
}

TEST(BoardLevels, TellAModuleThatCameAsPlacement) {
  const History history = history_of({report_on("05-01", whole(without_the_last(modules()))),
                                      report_on("06-01", whole(modules()))});
  const auto events = counted(history.steps.back());
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (test::Causes{EventCause::placement}));
  EXPECT_EQ(events[0].after, "3, with 0000:13:00.0");
  EXPECT_TRUE(history.steps.back().findings.empty());
}

// Neither its count nor what stands in its slots tells it.
TEST(BoardLevels, TellAModuleThatWasLostWhereAnotherCame) {
  Scene moved = modules();
  moved.device(2).id.value = "0000:19:00.0";
  moved.device(2).labels->module_id = 7;
  moved.device(2).uuid = "GPU-9";
  moved.device(2).serial = "1652523000099";
  moved.inventory.boards[2].devices = {moved.device(2).id};
  moved = whole(moved);
  const History history =
      history_of({report_on("05-01", whole(modules())), report_on("06-01", moved)});
  ASSERT_EQ(history.steps.back().findings.size(), 1u);
  EXPECT_THAT(history.steps.back().findings[0].message,
              HasSubstr("devices: 3 -> 3, without 0000:13:00.0"));
}

TEST(BoardLevels, TakeADividedDeviceForTheWholeThatItWas) {
  Scene divided = modules();
  Device part = divided.device(2);
  part.serial.reset();
  part.slice = true;
  divided.inventory.devices.pop_back();
  divided.inventory.boards[2].devices.clear();
  for (const char* name : {"MIG-1", "MIG-2"}) {
    part.uuid = name;
    part.id.value = address(3) + '/' + name;
    divided.inventory.devices.push_back(part);
    divided.inventory.boards[2].devices.push_back(part.id);
  }
  for (const auto& [before, after] :
       {std::pair(modules(), divided), std::pair(divided, modules())}) {
    const History history =
        history_of({report_on("05-01", whole(before)), report_on("06-01", whole(after))});
    for (const BoardEvent& event : history.steps.back().events) {
      EXPECT_EQ(event.kind, BoardEventKind::class_changed) << to_sentence(event);
    }
    EXPECT_TRUE(history.steps.back().findings.empty());
  }
}

TEST(BoardLevels, TellTheClassOfABoardWithAnotherModuleAsPlacement) {
  Report after = report_on("06-01", whole(swapped()));
  after.verdicts.at(0).kind = ClassificationKind::undetermined;
  after.verdicts.at(0).classification = "undetermined";
  const auto events =
      test::events_of(BoardEventKind::class_changed, {report_on("05-01", whole(modules())), after});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].causes, (test::Causes{EventCause::placement}));
}

TEST(BoardLevels, FollowModulesThatChangedTheirSockets) {
  Scene shuffled = modules();
  std::swap(shuffled.device(0).serial, shuffled.device(1).serial);
  std::swap(shuffled.device(0).uuid, shuffled.device(1).uuid);
  const auto quiet = [&](const Scene& before, const Scene& after) {
    const auto step =
        history_of({report_on("05-01", whole(before)), report_on("06-01", whole(after))}).steps[1];
    return step.events.empty() && step.findings.empty();
  };
  EXPECT_TRUE(quiet(modules(), shuffled));
  Scene untold = modules();
  for (Scene* scene : {&untold, &shuffled}) {
    for (Device& device : scene->inventory.devices) device.uuid.reset();
  }
  EXPECT_TRUE(quiet(untold, shuffled)) << "by serial number alone";
}

TEST(BoardLevels, OfBoardsThatTheVendorPartsOtherwiseAreNoMatterOfLevels) {
  Scene read = mapped();
  read.board().grouped_by = Source::read;
  const History history = history_of({report_on("05-01", read), report_on("06-01", modules())});
  EXPECT_FALSE(history.steps[1].events.empty());
}

}  // namespace
}  // namespace tpp
