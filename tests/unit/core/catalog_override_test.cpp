#include "agent/catalog_override.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

BoardPerformance board(double declared_tpp, double area) {
  BoardPerformance result;
  result.chip = ChipId{"chip"};
  result.tpp[Basis::declared].value = declared_tpp;
  result.die_area_mm2 = Figure{area, Confidence::source, ""};
  return result;
}

TEST(CatalogOverride, TakesOverWhatContradictsTheShippedRow) {
  BoardPerformance shipped = board(1000, 500);
  shipped.facts.grid.push_back({Precision::fp16, 1300, 1000, Confidence::source, true, "mma"});
  shipped.facts.units_differ.emplace_back("units: 30 reported, catalogue 40");
  std::vector<BoardPerformance> boards = {board(1000, 500)};

  hold_against_shipped({shipped}, boards);

  EXPECT_EQ(boards[0].facts.grid.size(), 1u);
  EXPECT_EQ(boards[0].facts.units_differ.size(), 1u);
  EXPECT_TRUE(boards[0].facts.identity_differs.empty());
}

TEST(CatalogOverride, CorroboratesNothingWhereDeclaredFiguresDiffer) {
  std::vector<BoardPerformance> boards = {board(900, 2000)};

  hold_against_shipped({board(1000, 500)}, boards);

  EXPECT_THAT(boards[0].facts.identity_differs,
              testing::ElementsAre(testing::HasSubstr("declared TPP: 900"),
                                   testing::HasSubstr("die area: 2000")));
}

TEST(CatalogOverride, HoldsAProductThatIsNotShippedAgainstNothing) {
  BoardPerformance unknown = board(0, 0);
  unknown.chip.reset();
  std::vector<BoardPerformance> boards = {board(900, 2000)};

  hold_against_shipped({unknown}, boards);

  EXPECT_TRUE(boards[0].facts.identity_differs.empty());
}

}  // namespace
}  // namespace tpp
