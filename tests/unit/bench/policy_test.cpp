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
  EXPECT_GE(kFull.counted_floor_s, 1) << "a full pass sustains for a second at least";
}

}  // namespace
}  // namespace tpp::bench
