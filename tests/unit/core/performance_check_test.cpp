// A board as it was stored, and one figure or fact of it that is better than what it came from.
#include "agent/boards/performance_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "agent/chips/identify.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// fp16 and int8 by matrix units, fp32 by a library: three times what is declared of vector units.
BoardPerformance measured_board() {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().declared_vector[Precision::fp32] = test::figure(8e12);
  scene.measurements.push_back(
      test::measurement(scene.device().id, "gemm", "fp32", test::rate(24e12, 377, 40)));
  return test::aggregate_scene(scene).at(0);
}

PrecisionRate& rate_of(BoardPerformance& board, Basis basis, Precision precision) {
  return *std::ranges::find(board.rates.at(basis), precision, &PrecisionRate::precision);
}

void erase(BoardPerformance& board, Basis basis, Precision precision) {
  std::erase_if(board.rates.at(basis),
                [&](const PrecisionRate& rate) { return rate.precision == precision; });
}

void scale(PrecisionRate& rate, double factor) {
  rate.ops_per_second *= factor;
  rate.interval = {rate.interval.low * factor, rate.interval.high * factor};
}

struct Edit {
  const char* what;
  std::function<void(BoardPerformance&)> edit;
  const char* begins;
};

void expect_told(const std::vector<Edit>& edits) {
  const BoardPerformance shown = measured_board();
  ASSERT_THAT(understated(shown, shown), IsEmpty());
  for (const Edit& edit : edits) {
    BoardPerformance stored = shown;
    edit.edit(stored);
    EXPECT_THAT(understated(stored, shown), ElementsAre(StartsWith(edit.begins))) << edit.what;
  }
}

using Board = BoardPerformance;
constexpr auto kFp32 = Precision::fp32;
constexpr auto kDeclared = Basis::declared;
constexpr auto kAchieved = Basis::achieved;
constexpr auto kMaxClock = Basis::inferred_max_clock;

TEST(PerformanceCheck, NamesARateThatIsLowerOrWeakerThanMeasured) {
  expect_told({
      {"left_out", [](Board& b) { erase(b, kAchieved, kFp32); }, "rates: achieved fp32 0 T"},
      {"lower", [](Board& b) { scale(rate_of(b, kAchieved, kFp32), 0.5); },
       "rates: achieved fp32 12 T"},
      {"wider", [](Board& b) { rate_of(b, kAchieved, kFp32).interval.low /= 3; },
       "rates: achieved fp32 24 T from 7.992, where the rest of the report shows 24 T"},
      {"generic", [](Board& b) { rate_of(b, kAchieved, kFp32).only_over = true; },
       "rates: achieved fp32 0 T"},
      {"idle", [](Board& b) { rate_of(b, kAchieved, kFp32).deciding = false; },
       "rates: achieved fp32 0 T"},
  });
}

TEST(PerformanceCheck, NamesARateOfPortableCodeThatWasLeftOut) {
  BoardPerformance shown = measured_board();
  shown.rates.at(kAchieved).push_back(rate_of(shown, kAchieved, kFp32));
  shown.rates.at(kAchieved).back().only_over = true;
  BoardPerformance stored = shown;
  ASSERT_THAT(understated(stored, shown), IsEmpty());

  stored.rates.at(kAchieved).pop_back();

  EXPECT_THAT(understated(stored, shown), ElementsAre(StartsWith("rates: achieved fp32 0 T")));
}

TEST(PerformanceCheck, NamesARateThatAllowsMoreThanRowsAndClocksDo) {
  expect_told({
      {"inferred", [](Board& b) { scale(rate_of(b, kMaxClock, kFp32), 3); },
       "rates: inferred_max_clock fp32"},
      {"declared", [](Board& b) { scale(rate_of(b, kDeclared, kFp32), 3); },
       "rates: declared fp32 another"},
      {"lower", [](Board& b) { scale(rate_of(b, kDeclared, Precision::int8), 0.5); },
       "rates: declared int8 another"},
      {"left_out", [](Board& b) { erase(b, kDeclared, kFp32); }, "rates: declared fp32 another"},
      {"recall", [](Board& b) { rate_of(b, kDeclared, kFp32).deciding = false; },
       "rates: declared fp32 another"},
      {"added",
       [](Board& b) {
         b.rates.at(kDeclared).push_back(rate_of(b, kDeclared, kFp32));
         b.rates.at(kDeclared).back().precision = Precision::fp64;
       },
       "rates: declared fp64 8 T"},
  });
}

TppReading& first_reading(Board& board, Basis basis) { return board.tpp.at(basis).readings.at(0); }

TEST(PerformanceCheck, NamesATppThatCorroboratesOrExplainsMoreThanIsShown) {
  expect_told({
      {"inferred", [](Board& b) { *first_reading(b, kMaxClock).deciding_value *= 1.1; },
       "tpp: inferred_max_clock"},
      {"declared", [](Board& b) { *first_reading(b, kDeclared).deciding_value *= 1.1; },
       "tpp: declared"},
      {"whole", [](Board& b) { b.tpp.at(kAchieved).interval.low /= 2; }, "tpp: achieved"},
      {"precision", [](Board& b) { b.tpp.at(kDeclared).precision = kFp32; },
       "tpp: declared in fp32"},
      {"twice",
       [](Board& b) { b.tpp.at(kAchieved).readings.push_back(first_reading(b, kAchieved)); },
       "tpp: achieved"},
  });
}

TEST(PerformanceCheck, NamesAReadingThatNoFigureMakes) {
  BoardPerformance shown = measured_board();
  const BoardPerformance stored = shown;
  std::erase_if(shown.tpp.at(kAchieved).readings,
                [](const TppReading& one) { return one.processing_units == "added"; });
  EXPECT_THAT(understated(stored, shown),
              ElementsAre(AllOf(StartsWith("tpp: achieved ("), HasSubstr("units added) "))));
}

// Also of a product that the board may be.
TEST(PerformanceCheck, NamesWhatIsFromMemoryAndWouldDecide) {
  BoardPerformance stored = measured_board();
  DeclaredProduct product;
  product.chip = ChipId{"small"};
  product.tpp = stored.tpp.at(kDeclared);
  stored.candidates = {product};
  BoardPerformance shown = stored;
  for (Tpp* tpp : {&shown.tpp.at(kDeclared), &*shown.candidates->at(0).tpp}) {
    for (TppReading& reading : tpp->readings) {
      reading.deciding_value = std::nullopt;
      reading.deciding_interval = std::nullopt;
    }
  }
  EXPECT_THAT(understated(stored, shown),
              ElementsAre(StartsWith("tpp: declared ("), StartsWith("candidates.small.tpp: decl")));
}

TEST(PerformanceCheck, NamesAFactThatIsSaidTwiceAndARowThatANameChose) {
  expect_told({{"twice", [](Board& b) { b.facts.identity_agrees.push_back("units"); },
                "facts.identity_agrees: units twice, where"}});
  const BoardPerformance stored = measured_board();
  BoardPerformance shown = stored;
  shown.facts.identity_missing.push_back(std::string(kToldApartByName) + "one, another");
  EXPECT_THAT(understated(stored, shown, "the rows show"),
              ElementsAre(HasSubstr("facts.identity_missing: none, where the rows show what but")));
}

// Where only dies that compute count, the area of all of them would stand in its place.
TEST(PerformanceCheck, NamesAnAreaOfComputingDiesThatIsLeftOut) {
  BoardPerformance shown = measured_board();
  shown.die_area_mm2 = test::figure(900);
  shown.computing_die_area_mm2 = test::figure(400);
  BoardPerformance stored = shown;
  stored.computing_die_area_mm2.reset();
  EXPECT_THAT(understated(stored, shown),
              ElementsAre(StartsWith("computing_die_area_mm2: none, where the rest")));
  stored.die_area_mm2.reset();
  EXPECT_THAT(understated(stored, shown), IsEmpty()) << "a density that is not known is open";
}

}  // namespace
}  // namespace tpp
