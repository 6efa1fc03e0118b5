#include "exporters/report_lookup.h"

#include <gtest/gtest.h>

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
