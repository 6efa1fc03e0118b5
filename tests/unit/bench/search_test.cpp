#include "kernels/bench/search.h"

#include <gtest/gtest.h>

#include <map>
#include <set>
#include <vector>

namespace tpp::bench {
namespace {

// Variants with fixed rates; a trial takes its slice and something for preparation.
struct Field {
  std::vector<std::optional<double>> rates;
  double preparation_s = 0;
  double now_s = 0;
  std::map<std::uint32_t, int> trials = {};
  std::set<std::uint32_t> dropped = {};

  SearchResult run(double budget_s, double slice_s = 0.01) {
    return search(
        static_cast<std::uint32_t>(rates.size()), {.budget_s = budget_s, .slice_s = slice_s},
        [this](std::uint32_t variant, double slice) {
          ++trials[variant];
          now_s += slice + preparation_s;
          return rates[variant];
        },
        [this] { return now_s; }, [this](std::uint32_t variant) { dropped.insert(variant); });
  }
};

TEST(Search, FindsTheFastestOfMany) {
  Field field = {.rates = {5, 3, 9, 1, 2, 8, 4, 7}};
  const SearchResult result = field.run(10);
  EXPECT_EQ(result.best, 2u);
  EXPECT_EQ(result.tried, 8u);
}

TEST(Search, LooksLongestAtTheBest) {
  Field field = {.rates = {5, 3, 9, 1, 2, 8, 4, 7}};
  field.run(10);
  EXPECT_GT(field.trials[2], field.trials[3]);
  EXPECT_EQ(field.trials[3], 1);
}

TEST(Search, DropsAllButTheBest) {
  Field field = {.rates = {5, 3, 9}};
  field.run(10);
  EXPECT_EQ(field.dropped, (std::set<std::uint32_t>{0, 1}));
}

TEST(Search, LooksTwiceBeforeItDecidesBetweenTwo) {
  Field field = {.rates = {5, 6}};
  EXPECT_EQ(field.run(10).best, 1u);
  EXPECT_EQ(field.trials[0], 2);
  EXPECT_EQ(field.trials[1], 2);
}

TEST(Search, StaysWithinItsBudget) {
  Field field = {.rates = std::vector<std::optional<double>>(1000, 1.0)};
  const SearchResult result = field.run(0.2);
  EXPECT_LE(field.now_s, 0.2);
  EXPECT_LT(result.tried, 1000u);
  EXPECT_TRUE(result.best);
}

TEST(Search, CountsPreparationAgainstTheBudget) {
  Field field = {.rates = {1, 2, 3, 4}, .preparation_s = 0.3};
  const SearchResult result = field.run(0.2);
  EXPECT_EQ(result.tried, 1u);
  EXPECT_EQ(result.best, 0u);  // the one expected to be best
}

TEST(Search, PassesOverVariantsThatCannotRun) {
  Field field = {.rates = {std::nullopt, 2, std::nullopt, 4}};
  EXPECT_EQ(field.run(10).best, 3u);
}

TEST(Search, GoesOnBeyondItsBudgetUntilOneCouldRun) {
  Field field = {.rates = {std::nullopt, std::nullopt, 3, 9}, .preparation_s = 1};
  EXPECT_EQ(field.run(0.2).best, 2u);
}

TEST(Search, FindsNothingWhereNoneCanRun) {
  Field field = {.rates = {std::nullopt, std::nullopt}};
  const SearchResult result = field.run(1);
  EXPECT_FALSE(result.best);
  EXPECT_EQ(result.tried, 2u);
}

TEST(Search, PrefersTheEarlierOfEquals) {
  Field field = {.rates = {7, 7, 7, 7}};
  EXPECT_EQ(field.run(10).best, 0u);
}

}  // namespace
}  // namespace tpp::bench
