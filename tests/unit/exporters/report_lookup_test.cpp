#include "exporters/report_lookup.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/golden/sample_parts.h"
#include "tests/golden/sample_reports.h"

namespace tpp {
namespace {

using samples::compare;

Verdict verdict(ClassificationKind kind, std::vector<Comparison> comparisons) {
  Verdict result;
  result.kind = kind;
  result.comparisons = std::move(comparisons);
  return result;
}

TEST(NearestThreshold, OfAControlledBoardIsThatOfItsDecidingParagraph) {
  Verdict board =
      verdict(ClassificationKind::controlled, {compare("3A090.a.2", Basis::declared, 5000, 4999),
                                               compare("3A090.a.1", Basis::declared, 5000, 4800)});
  board.decided_by = Basis::declared;
  board.paragraphs = {"3A090.a.1"};
  const Comparison* nearest = nearest_threshold(board);
  ASSERT_NE(nearest, nullptr);
  EXPECT_EQ(nearest->threshold, 4800);
}

TEST(NearestThreshold, OfABoardBelowIsTheConditionThatAParagraphMissesMost) {
  // a.2 asks for both; TPP alone is near, PD keeps the board away by half. a.1 is missed by a
  // third.
  Comparison density = compare("3A090.a.2", Basis::declared, 2.96, 5.92);
  density.quantity = RuleQuantity::pd;
  const Verdict board = verdict(ClassificationKind::below,
                                {compare("3A090.a.2", Basis::declared, 1599, 1600), density,
                                 compare("3A090.a.1", Basis::declared, 3200, 4800)});
  const Comparison* nearest = nearest_threshold(board);
  ASSERT_NE(nearest, nullptr);
  EXPECT_EQ(nearest->paragraph, "3A090.a.1");
}

TEST(NearestThreshold, LooksAtTheDecidingBasisAlone) {
  Verdict board =
      verdict(ClassificationKind::below, {compare("3A090.a.1", Basis::achieved, 4799, 4800),
                                          compare("3A090.a.1", Basis::declared, 4000, 4800)});
  board.decided_by = Basis::declared;
  EXPECT_EQ(nearest_threshold(board)->value, 4000);
}

// One paragraph that asks for a TPP and a density, as one basis sees it.
void add_pair(Verdict& verdict, const char* paragraph, Basis basis, std::array<double, 4> figures) {
  const auto [tpp, tpp_limit, pd, pd_limit] = figures;
  verdict.comparisons.push_back(compare(paragraph, basis, tpp, tpp_limit));
  verdict.comparisons.push_back(compare(paragraph, basis, pd, pd_limit));
  verdict.comparisons.back().quantity = RuleQuantity::pd;
}

TEST(NearestThreshold, OfAnUndeterminedBoardIsTheWorstConditionOfTheNearestParagraph) {
  Verdict board = verdict(ClassificationKind::undetermined, {});
  add_pair(board, "b.1", Basis::declared, {902, 2400, 1.656, 1.6});
  add_pair(board, "b.2", Basis::declared, {902, 1600, 1.656, 3.2});

  const Comparison* nearest = nearest_threshold(board);

  // Over the density of b.1, whose TPP it misses by far; b.2 is missed by 44 % and 48 %.
  ASSERT_NE(nearest, nullptr);
  EXPECT_EQ(nearest->paragraph, "b.2");
  EXPECT_EQ(nearest->quantity, RuleQuantity::pd);

  // A row that is contradicted says nothing of the board.
  board.assurance = Assurance::contradicted;
  EXPECT_EQ(nearest_threshold(board), nullptr);
}

TEST(NearestThreshold, OfAPresumedBoardIsThatOfTheParagraphPresumed) {
  Verdict board = verdict(ClassificationKind::undetermined,
                          {compare("a.1", Basis::declared, 2368, 4800),
                           compare("a.1", Basis::inferred_max_clock, 2530, 4800)});
  add_pair(board, "b.1", Basis::declared, {2368, 2400, 2.9, 1.6});
  add_pair(board, "b.1", Basis::inferred_max_clock, {2530, 2400, 3.1, 1.6});

  const Comparison* nearest = nearest_threshold(board);

  ASSERT_NE(nearest, nullptr);
  EXPECT_EQ(nearest->basis, Basis::inferred_max_clock);
  EXPECT_EQ(nearest->value, 2530);
}

TEST(NearestThreshold, SaysNothingOfALowerBoundThatMisses) {
  const Comparison achieved = compare("a.1", Basis::achieved, 4000, 4800);
  const Comparison declared = compare("a.1", Basis::declared, 1042, 4800);
  const Comparison inferred = compare("a.1", Basis::inferred_max_clock, 4000, 4800);
  const auto open = [](std::vector<Comparison> comparisons) {
    return nearest_threshold(verdict(ClassificationKind::undetermined, std::move(comparisons)));
  };
  EXPECT_EQ(open({achieved}), nullptr);
  EXPECT_EQ(open({achieved, declared}), nullptr);
  // Nobody knows whether an estimate without a declaration is of the whole board.
  EXPECT_EQ(open({inferred}), nullptr);
}

TEST(NearestThreshold, SaysNothingWhereOnlyAMissingFigureKeepsAParagraphAway) {
  Verdict board =
      verdict(ClassificationKind::undetermined, {compare("a.1", Basis::declared, 3000, 4800)});
  add_pair(board, "a.2", Basis::declared, {3000, 1600, 0, 5.92});
  board.comparisons.back().value.reset();
  board.comparisons.back().margin.reset();
  board.comparisons.back().truth = Truth::not_decided;

  EXPECT_EQ(nearest_threshold(board), nullptr);
}

TEST(NearestThreshold, LeavesOutParagraphsThatAFactRulesOut) {
  Verdict board =
      verdict(ClassificationKind::undetermined, {compare("a.1", Basis::declared, 3000, 4800)});
  Comparison datacenter = compare("b.1", Basis::declared, 0, 1);
  datacenter.basis.reset();
  datacenter.quantity = RuleQuantity::datacenter;
  datacenter.truth = Truth::not_met;
  board.comparisons.push_back(datacenter);
  board.comparisons.push_back(compare("b.1", Basis::declared, 3000, 3100));
  EXPECT_EQ(nearest_threshold(board)->paragraph, "a.1");
}

TEST(NearestThreshold, IsNoneWhereNothingHasADistance) {
  Comparison datacenter = compare("Note 2", Basis::declared, 1, 1);
  datacenter.quantity = RuleQuantity::datacenter;
  Comparison unknown = compare("3A090.a.2", Basis::declared, 0, 5.92);
  unknown.value.reset();
  unknown.margin.reset();
  EXPECT_EQ(nearest_threshold(verdict(ClassificationKind::undetermined, {datacenter, unknown})),
            nullptr);
}

TEST(BoardViews, BringTogetherWhatBelongsToABoard) {
  const Report report = samples::two_devices_one_board();
  const auto views = board_views(report);
  ASSERT_EQ(views.size(), 1u);
  EXPECT_EQ(views[0].devices.size(), 2u);
  ASSERT_NE(views[0].chip, nullptr);
  EXPECT_EQ(views[0].chip->id.value, "amd-instinct-mi250x");
  ASSERT_NE(views[0].performance, nullptr);
  EXPECT_EQ(views[0].verdicts.size(), 1u);
}

TEST(Clocks, AreNotKnownWhereDevicesDiffer) {
  Report report = samples::two_devices_one_board();
  EXPECT_EQ(max_clock_hz(board_views(report)[0]), 1700e6);
  report.inventory.devices[1].max_clock_hz = 1600e6;
  EXPECT_EQ(max_clock_hz(board_views(report)[0]), std::nullopt);
}

TEST(Clocks, AdvertisedIsTheMatrixClockBeforeTheBoostClock) {
  Report report = samples::controlled_simulated();
  EXPECT_EQ(advertised_clock_hz(board_views(report)[0]), 1830e6);
  report.chips[0].matrix_clock_hz.reset();
  EXPECT_EQ(advertised_clock_hz(board_views(report)[0]), 1980e6);
  report.chips.clear();
  EXPECT_EQ(advertised_clock_hz(board_views(report)[0]), std::nullopt);
}

}  // namespace
}  // namespace tpp
