#include "kernels/bench/issue_grid.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tpp::bench {
namespace {

TEST(SnapPerClock, FindsThePowerOfTwoWithinTwoPercent) {
  EXPECT_EQ(snap_per_clock(4083.7), 4096);
  EXPECT_EQ(snap_per_clock(4177.9), 4096);
  EXPECT_EQ(snap_per_clock(126.6), 128);
  EXPECT_EQ(snap_per_clock(1), 1);
}

TEST(SnapPerClock, FindsOneAndAHalfPowersOfTwo) {
  EXPECT_EQ(snap_per_clock(49152), 49152);
  EXPECT_EQ(snap_per_clock(95.1), 96);
}

TEST(SnapPerClock, FindsNothingBetweenGridValues) {
  EXPECT_FALSE(snap_per_clock(4096 * 1.021));
  EXPECT_FALSE(snap_per_clock(4096 * 0.979));
  EXPECT_FALSE(snap_per_clock(1331.2));
}

TEST(SnapPerClock, FindsNothingForWhatIsNoRate) {
  EXPECT_FALSE(snap_per_clock(0));
  EXPECT_FALSE(snap_per_clock(-4096));
  EXPECT_FALSE(snap_per_clock(std::numeric_limits<double>::infinity()));
  EXPECT_FALSE(snap_per_clock(std::nan("")));
}

RateFacts h100() {
  return {.per_second = 4096 * 132 * 1.755e9,
          .per_clock_per_unit = 4090.0,
          .clock_hz = 1.755e9,
          .units = 132};
}

TEST(WhySuspect, AcceptsARateThatItsClockAllows) {
  RateFacts facts = h100();
  EXPECT_FALSE(why_suspect(facts));
  facts.per_second *= 1.019;
  EXPECT_FALSE(why_suspect(facts));
}

TEST(WhySuspect, NamesTheExcessOverWhatUnitsGridAndClockAllow) {
  RateFacts facts = h100();
  facts.per_second *= 1.03;
  const auto why = why_suspect(facts);
  ASSERT_TRUE(why);
  EXPECT_THAT(*why, ::testing::HasSubstr("1.030 times"));
}

TEST(WhySuspect, HoldsARateOffTheGridAgainstItself) {
  // Unlocked silicon is a contradiction of its data sheet, not a fault of the measurement.
  RateFacts facts = h100();
  facts.per_clock_per_unit = 4096 * 1.3;
  facts.per_second *= 1.3;
  EXPECT_FALSE(why_suspect(facts));
  facts.per_second *= 1.05;
  EXPECT_TRUE(why_suspect(facts));
}

TEST(WhySuspect, RefusesARatePerClockThatNoUnitComesNear) {
  RateFacts facts = h100();
  facts.per_clock_per_unit = 1e6;
  EXPECT_TRUE(why_suspect(facts));
  facts.per_clock_per_unit = std::numeric_limits<double>::infinity();
  EXPECT_TRUE(why_suspect(facts));
}

TEST(WhySuspect, SaysNothingWithoutACounter) {
  EXPECT_FALSE(why_suspect({.per_second = 1e30, .units = 1}));
}

TEST(WhySuspect, HoldsARateAgainstWhatTheUnitIsKnownToDo) {
  const RateFacts low_clock = {.per_second = 73.0 * 2e9,
                               .per_clock_per_unit = 73,
                               .clock_hz = 2e9,
                               .units = 1,
                               .most_per_clock = 64};
  RateFacts right = low_clock;
  right.per_clock_per_unit = 64.5;
  right.per_second = 64.5 * 2e9;

  EXPECT_TRUE(why_suspect(low_clock));
  EXPECT_FALSE(why_suspect(right));
}

}  // namespace
}  // namespace tpp::bench
