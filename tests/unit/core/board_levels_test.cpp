// Histories of which some report counts modules, and another their baseboard or a mapping.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
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

TEST(BoardLevels, ThatDifferHideNoModuleThatCame) {
  Scene swapped = modules();
  swapped.device(1).uuid = "GPU-9";
  swapped.device(1).serial = "1652523000099";
  const auto events =
      test::events_of({report_on("05-01", whole(modules())), report_on("06-01", swapped)});
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, BoardEventKind::appeared);
  EXPECT_EQ(events[0].board.value, "board-2");
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

TEST(BoardLevels, OfAMappingThatOneReportHasAreANoteAndNoEvents) {
  const History history = history_of({report_on("05-01", mapped()), report_on("06-01", modules())});
  EXPECT_TRUE(history.steps[1].events.empty());
  EXPECT_THAT(history.steps[1].notes,
              testing::ElementsAre(HasSubstr("of 1 board there are 2 boards here (the operator's "
                                             "mapping)")));
}

TEST(BoardLevels, ThatAreTheSameAreComparedAsBoards) {
  Scene less = modules();
  less.inventory.devices.pop_back();
  less.inventory.boards.pop_back();
  const History history =
      history_of({report_on("05-01", whole(modules())), report_on("06-01", whole(less))});
  ASSERT_EQ(history.steps[1].events.size(), 1u) << "and it has not moved";
  EXPECT_EQ(to_sentence(history.steps[1].events[0]), "devices: 3 -> 2; recognised by its serial");
  EXPECT_TRUE(history.steps[1].notes.empty());
}

TEST(BoardLevels, OfBoardsThatTheVendorPartsOtherwiseAreNoMatterOfLevels) {
  Scene read = mapped();
  read.board().grouped_by = Source::read;
  const History history = history_of({report_on("05-01", read), report_on("06-01", modules())});
  EXPECT_FALSE(history.steps[1].events.empty());
}

}  // namespace
}  // namespace tpp
