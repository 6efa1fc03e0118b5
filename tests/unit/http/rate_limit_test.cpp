#include "exporters/http/rate_limit.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

using namespace std::chrono_literals;

TEST(RateLimit, LetsABurstThroughAndThenOneAnInterval) {
  const RateLimit::TimePoint start{1h};
  RateLimit limit({100ms, 3}, start);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.take(start)) << i;
  EXPECT_FALSE(limit.take(start));
  EXPECT_FALSE(limit.take(start + 99ms));
  EXPECT_TRUE(limit.take(start + 100ms));
  EXPECT_FALSE(limit.take(start + 100ms));
}

TEST(RateLimit, FillsUpToItsBurstAndNoFurther) {
  const RateLimit::TimePoint start{1h};
  RateLimit limit({100ms, 2}, start);
  const auto later = start + 24h;
  EXPECT_TRUE(limit.take(later));
  EXPECT_TRUE(limit.take(later));
  EXPECT_FALSE(limit.take(later));
}

}  // namespace
}  // namespace tpp
