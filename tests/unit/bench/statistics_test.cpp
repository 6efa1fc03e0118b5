#include "kernels/bench/statistics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>
#include <vector>

namespace tpp::bench {
namespace {

TEST(Median, IsTheMiddleOneOrTheMeanOfTheTwoMiddleOnes) {
  EXPECT_EQ(median(std::vector{3.0}), 3.0);
  EXPECT_EQ(median(std::vector{9.0, 1.0, 4.0}), 4.0);
  EXPECT_EQ(median(std::vector{9.0, 1.0, 4.0, 6.0}), 5.0);
}

TEST(Median, IgnoresHowFarAnOutlierLies) {
  EXPECT_EQ(median(std::vector{1.0, 2.0, 3.0, 4.0, 1e12}), 3.0);
}

TEST(MedianInterval, IsSmallestAndLargestBelowThirtyValues) {
  std::vector<double> values(29, 5.0);
  values[3] = 2;
  values[20] = 8;
  const MedianInterval interval = median_interval(values);
  EXPECT_FALSE(interval.bootstrap);
  EXPECT_EQ(interval.low, 2);
  EXPECT_EQ(interval.high, 8);
}

TEST(MedianInterval, IsABootstrapFromThirtyValuesOn) {
  std::vector<double> values;
  for (int i = 0; i < 30; ++i) values.push_back(100 + i % 7);
  const MedianInterval interval = median_interval(values);
  EXPECT_TRUE(interval.bootstrap);
  EXPECT_GE(interval.low, 100);
  EXPECT_LE(interval.high, 106);
  EXPECT_LE(interval.low, median(values));
  EXPECT_GE(interval.high, median(values));
}

TEST(MedianInterval, HasNoWidthWhereAllValuesAreEqual) {
  const MedianInterval interval = median_interval(std::vector<double>(100, 7.0));
  EXPECT_EQ(interval.low, 7);
  EXPECT_EQ(interval.high, 7);
}

TEST(MedianInterval, IsTheSameForTheSameSeed) {
  std::mt19937_64 random(5);
  std::vector<double> values;
  for (int i = 0; i < 50; ++i) values.push_back(static_cast<double>(random() % 1000));
  EXPECT_EQ(median_interval(values, 3).low, median_interval(values, 3).low);
  EXPECT_EQ(median_interval(values, 3).high, median_interval(values, 3).high);
}

// Series of normal values around 1000; with `memory` each takes that share from its predecessor.
double coverage(double memory) {
  std::mt19937_64 random(11);
  std::normal_distribution<double> noise(0, 5);
  constexpr int kSeries = 300;
  int covered = 0;
  for (int series = 0; series < kSeries; ++series) {
    std::vector<double> values;
    double deviation = noise(random) / std::sqrt(1 - memory * memory);
    for (int i = 0; i < 80; ++i) {
      values.push_back(1000 + deviation);
      deviation = memory * deviation + noise(random);
    }
    const MedianInterval interval = median_interval(values, random());
    covered += interval.low <= 1000 && 1000 <= interval.high ? 1 : 0;
  }
  return static_cast<double>(covered) / kSeries;
}

TEST(MedianInterval, CoversTheTrueMedianOfIndependentBatchesAboutNinetyFiveTimesInAHundred) {
  const double covered = coverage(0);
  EXPECT_GE(covered, 0.90);
  EXPECT_LE(covered, 0.99);
}

TEST(MedianInterval, StillCoversWellWhereNeighboursResembleEachOther) {
  // Single-value resampling covers about 0.8 here; blocks are what they are for.
  EXPECT_GE(coverage(0.3), 0.85);
}

TEST(RelativeHalfWidth, ShrinksWithTheNumberOfValues) {
  std::vector<double> few;
  std::vector<double> many;
  for (int i = 0; i < 400; ++i) (i < 40 ? few : many).push_back(100 + i % 5);
  EXPECT_GT(relative_half_width(few), relative_half_width(many));
  EXPECT_EQ(relative_half_width(std::vector{1.0}), std::numeric_limits<double>::infinity());
}

TEST(RelativeHalfWidth, AgreesWithTheKnownErrorOfAMedian) {
  std::mt19937_64 random(2);
  std::normal_distribution<double> values_of(1000, 10);
  std::vector<double> values;
  for (int i = 0; i < 4000; ++i) values.push_back(values_of(random));
  const double expected = 1.96 * std::sqrt(std::acos(-1.0) / 2) * 10 / std::sqrt(4000.0) / 1000;
  EXPECT_NEAR(relative_half_width(values) / expected, 1, 0.05);
}

TEST(WindowRates, JoinsBatchesUntilAWindowIsFullAndDropsTheRest) {
  const std::vector<Sample> samples = {{10, 1}, {30, 1}, {50, 2}, {70, 1}};
  const auto rates = window_rates(samples, 2);
  ASSERT_EQ(rates.size(), 2u);
  EXPECT_EQ(rates[0], 20);
  EXPECT_EQ(rates[1], 25);
}

TEST(RelativeDrift, IsTheRiseOfTheFittedLineOverTheMean) {
  const std::vector<double> rising = {96, 98, 100, 102, 104};
  EXPECT_NEAR(relative_drift(rising, 5), 0.08, 1e-12);
  const std::vector<double> flat(8, 5.0);
  EXPECT_EQ(relative_drift(flat, 8), 0);
}

TEST(RelativeDrift, LooksAtTheLastWindowsOnly) {
  const std::vector<double> settled = {1, 50, 100, 100, 100, 100};
  EXPECT_EQ(relative_drift(settled, 4), 0);
  EXPECT_GT(relative_drift(settled, 6), 0.5);
}

TEST(RelativeDrift, IsUnboundedWhereThereAreTooFewWindows) {
  EXPECT_TRUE(std::isinf(relative_drift(std::vector{1.0, 1.0}, 8)));
}

}  // namespace
}  // namespace tpp::bench
