#include "agent/boards/baseboard.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/boards/baseboard_sum.h"
#include "tests/unit/core/node_of_devices.h"

namespace tpp {
namespace {

using test::Node;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;

Node modules(const std::vector<int>& sockets) {
  Node node;
  for (const int socket : sockets) {
    const std::string id = "0000:" + std::to_string(10 + node.inventory.devices.size()) + ":00.0";
    node.add(id, "nvidia-h100-sxm5-80-gb").labels.emplace().module_id = socket;
  }
  return node;
}

TEST(Baseboards, OfWhichTwoAreOnANodeAreSaidNotToBeToldApart) {
  Node node = modules({1, 2, 1, 2});

  node.group();

  EXPECT_THAT(node.codes(), Contains("board.baseboards_not_told"));
  EXPECT_THAT(node.inventory.findings.back().message, HasSubstr("4 modules"));
  for (const Board& board : node.inventory.boards) EXPECT_EQ(board.baseboard, std::nullopt);
}

TEST(Baseboards, OfWhichThereIsOneAreNoFinding) {
  Node node = modules({1, 2});

  node.group();

  EXPECT_THAT(node.codes(), IsEmpty());
}

TEST(Baseboards, ThatWereAskedForAndAreNotToldAreAFinding) {
  for (const std::vector<int>& sockets : {std::vector{0, 0}, {1, 1}}) {
    Node node = modules(sockets);

    node.group({.level = BoardLevel::baseboard});

    EXPECT_THAT(node.codes(), Contains("board.no_baseboard"));
    EXPECT_EQ(node.inventory.boards.size(), 2u);
  }
  Node told = modules({1, 2});
  told.group({.level = BoardLevel::baseboard});
  EXPECT_THAT(told.codes(), Not(Contains("board.no_baseboard")));
}

Inventory three_boards() {
  Inventory inventory;
  for (const char* id : {"a", "b", "c"}) inventory.boards.emplace_back().id.value = id;
  inventory.boards[0].baseboard = "a";
  inventory.boards[2].baseboard = "a";
  return inventory;
}

BoardPerformance performance(const std::string& board, double declared) {
  BoardPerformance row;
  row.board.value = board;
  row.tpp[Basis::declared].value = declared;
  return row;
}

TEST(BaseboardSums, AddTheirBoardsAndNoOthers) {
  const auto sums = baseboard_sums(
      three_boards(), {performance("a", 100), performance("b", 20), performance("c", 3)});

  ASSERT_TRUE(sums && sums->size() == 1);
  EXPECT_EQ(sums->front().baseboard, "a");
  EXPECT_THAT(sums->front().boards, ElementsAre(BoardId{"a"}, BoardId{"c"}));
  EXPECT_THAT(sums->front().tpp, ElementsAre(Pair(Basis::declared, 103)));
}

TEST(BaseboardSums, AreNotKnownWhereOneBoardsIsNot) {
  std::vector<BoardPerformance> boards = {performance("a", 100), performance("c", 3)};
  boards[0].tpp[Basis::achieved].value = 50;

  EXPECT_THAT(baseboard_sums(three_boards(), boards)->front().tpp,
              ElementsAre(Pair(Basis::declared, 103)));
}

TEST(BaseboardSums, AreNoneOfABoardAlone) {
  Inventory inventory = three_boards();
  inventory.boards[2].baseboard = std::nullopt;

  EXPECT_EQ(baseboard_sums(inventory, {performance("a", 1)}), std::nullopt);
}

}  // namespace
}  // namespace tpp
