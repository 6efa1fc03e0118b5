#include "kernels/bench/policy.h"

#include <gtest/gtest.h>

namespace tpp::bench {
namespace {

TEST(Policy, ExpectsAQuickBenchmarkToTakeLessThanASecond) {
  EXPECT_LT(expected_s(kQuick, true), 1);
  EXPECT_GT(expected_s(kQuick, false), kQuick.counted_least_s);
  EXPECT_GT(expected_s(kFull, false), 5);
}

TEST(Policy, StaysAsItIsWhereThereIsTimeEnough) {
  EXPECT_EQ(within(kQuick, 1).counted_most_s, kQuick.counted_most_s);
  EXPECT_EQ(within(kFull, 10).search_s, kFull.search_s);
}

TEST(Policy, NeverTakesLongerForALimit) {
  for (const Policy* whole : {&kQuick, &kFull}) {
    for (double limit_s = 0.1; limit_s < 8; limit_s += 0.05) {
      const Policy limited = within(*whole, limit_s);
      EXPECT_LE(limited.counted_most_s, whole->counted_most_s) << limit_s;
      EXPECT_LE(expected_s(limited, true), expected_s(*whole, true)) << limit_s;
    }
  }
}

TEST(Policy, KeepsThirtyBenchmarksWithinTenSecondsAndAMinute) {
  // As many as a Hopper has, half of them with variants; start-up takes a part of that time.
  const auto all_s = [](const Policy& whole, double each_s) {
    const Policy limited = within(whole, each_s);
    return 15 * expected_s(limited, true) + 15 * expected_s(limited, false);
  };
  EXPECT_LE(all_s(kQuick, 7.5 / 30), 10);
  EXPECT_LE(all_s(kFull, 54.0 / 30), 60);
}

TEST(Policy, ShortensSearchAndBatchesAlike) {
  const Policy shorter = within(kFull, 2);

  EXPECT_LT(shorter.counted_most_s, 2);
  EXPECT_GT(shorter.counted_most_s, kFull.counted_floor_s);
  EXPECT_NEAR(shorter.search_s / kFull.search_s, shorter.counted_most_s / kFull.counted_most_s,
              1e-9);
  EXPECT_LE(shorter.search_s + shorter.ramp_least_s + shorter.counted_most_s, 2);
  EXPECT_EQ(shorter.total_s, 2);
}

TEST(Policy, KeepsWhatAFigureNeedsHoweverShortTheTime) {
  for (const Policy* whole : {&kQuick, &kFull}) {
    const Policy shortest = within(*whole, 1e-3);
    EXPECT_EQ(shortest.counted_most_s, whole->counted_floor_s);
    EXPECT_EQ(shortest.counted_least_s, whole->counted_floor_s);
    EXPECT_GT(shortest.search_s, 0);
    EXPECT_LE(shortest.windows * shortest.window_s, shortest.counted_most_s)
        << "the steady state could never be seen";
  }
  // Batches are fitted a tenth longer than they need to be; 30 of them, and some to spare.
  EXPECT_GE(kQuick.counted_floor_s, 1.05 * 30 * 1.1 * kQuick.batch_s);
  EXPECT_GE(kFull.counted_floor_s, 1) << "a full pass sustains for a second at least";
}

TEST(SideBySide, CountsForAsLongAsOneMayWhateverWentBefore) {
  for (const Policy& policy : {kQuick, kFull, within(kQuick, 0.5)}) {
    const Policy same = side_by_side(policy);
    EXPECT_EQ(same.counted_least_s, policy.counted_most_s);
    EXPECT_EQ(same.counted_most_s, policy.counted_most_s);
    EXPECT_GT(same.total_s, 1e9);
  }
}

}  // namespace
}  // namespace tpp::bench
