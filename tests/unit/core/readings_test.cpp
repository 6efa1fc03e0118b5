#include "agent/regulation/readings.h"

#include <gtest/gtest.h>

#include <fstream>

#include "agent/boards/tpp_sum.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;

CountedRate counted(P precision, double tops, UnitClass unit_class = UnitClass::matrix) {
  return {precision, unit_class, tops * 1e12, {tops * 1e12, tops * 1e12}, true, Confidence::source};
}

// Unlike devices: one is best at 16 bits, the other at 8.
const std::vector<PartRates> kUnlike = {{counted(P::fp16, 100), counted(P::int8, 100)},
                                        {counted(P::fp16, 10), counted(P::int8, 100)}};

TEST(TppSum, TakesTheLargerOfTheTwoSums) {
  const Tpp tpp = sum_tpp(kUnlike, true).value();

  EXPECT_DOUBLE_EQ(tpp.best_then_sum, 1600 + 800);
  EXPECT_DOUBLE_EQ(tpp.sum_then_best, 1760);
  EXPECT_DOUBLE_EQ(tpp.value, 2400);
  EXPECT_FALSE(tpp.tf32_at_19);
}

TEST(TppSum, NamesThePrecisionsThatItAdds) {
  const Tpp tpp = sum_tpp(kUnlike, true).value();
  EXPECT_EQ(tpp.precision, P::fp16) << "which adds most";
  EXPECT_EQ(tpp.precisions, (std::vector{P::fp16, P::int8}));

  std::vector<PartRates> alike = {kUnlike[0], kUnlike[0]};
  EXPECT_FALSE(sum_tpp(alike, true)->precisions) << "one";
  alike[0].push_back(counted(P::int4, 1));
  EXPECT_FALSE(sum_tpp(alike, true)->precisions) << "one, of several rates";
}

TEST(TppSum, HasNoValueWithoutRates) {
  EXPECT_FALSE(sum_tpp({}, true));
  EXPECT_FALSE(sum_tpp({{}, {}}, true));
}

TEST(TppSum, IsAsSureAsItsLeastSurePart) {
  std::vector<PartRates> parts = {{counted(P::fp16, 100)}, {counted(P::fp16, 10)}};
  parts[1][0].confidence = Confidence::recall;

  EXPECT_EQ(sum_tpp(parts, true)->confidence, Confidence::recall);
}

TEST(TppSum, CountsBitsOfTheWiderInput) {
  for (const PrecisionInfo& row : precisions()) {
    EXPECT_DOUBLE_EQ(sum_tpp({{counted(row.precision, 10)}}, true)->value, 10.0 * row.bit_length)
        << row.name;
  }
}

TEST(TppSum, CountsTf32AtNineteenBitsBeside) {
  const Tpp tpp = sum_tpp({{counted(P::tf32, 100), counted(P::fp16, 100)}}, true).value();

  EXPECT_DOUBLE_EQ(tpp.value, 3200);
  EXPECT_DOUBLE_EQ(tpp.tf32_at_19.value(), 1900);
}

TEST(TppSum, KeepsTheBestLowerEndOfAlternatives) {
  PartRates part = {counted(P::fp16, 100), counted(P::bf16, 99)};
  part[0].interval = {80e12, 120e12};
  part[1].interval = {98e12, 100e12};

  const Tpp tpp = sum_tpp({part}, true).value();

  EXPECT_DOUBLE_EQ(tpp.value, 1600);
  EXPECT_DOUBLE_EQ(tpp.interval.low, 98 * 16);
  EXPECT_DOUBLE_EQ(tpp.interval.high, 120 * 16);
}

TEST(TppSum, AddsUnlikeUnitsOnlyWhereBothAreKnown) {
  const auto one = sum_tpp({{counted(P::fp16, 100)}}, true).value();
  const auto both =
      sum_tpp({{counted(P::fp16, 100), counted(P::fp32, 10, UnitClass::vector)}}, true).value();
  Readings readings = settle_readings(test::october_2023(), {{"processing_units", "added"}});

  EXPECT_FALSE(tpp_under(one, readings));
  EXPECT_DOUBLE_EQ(tpp_under(both, readings)->value, 1600 + 320);
  EXPECT_DOUBLE_EQ(both.value, 1600);
}

TEST(Readings, ChooseTheSumThatIsAskedFor) {
  const Tpp tpp = sum_tpp(kUnlike, true).value();
  const auto value = [&](const char* option) {
    return tpp_under(tpp, settle_readings(test::october_2023(), {{"board_sum", option}}))->value;
  };

  EXPECT_DOUBLE_EQ(value("larger"), 2400);
  EXPECT_DOUBLE_EQ(value("best_then_sum"), 2400);
  EXPECT_DOUBLE_EQ(value("sum_then_best"), 1760);
}

TEST(Readings, KeepTheLargerDecidingValueWhenAnotherSumIsShown) {
  Tpp tpp;
  TppReading one{32, "best_then_sum", "best", 100, {100, 100}, P::fp16, Confidence::recall, {}, {}};
  TppReading other{32,   "sum_then_best", "best", 90, {90, 90}, P::fp16, Confidence::source,
                   90.0, Interval{90, 90}};
  tpp.readings = {one, other};

  const auto read = tpp_under(tpp, settle_readings(test::october_2023(), {}));

  EXPECT_DOUBLE_EQ(read->value, 100);
  EXPECT_DOUBLE_EQ(read->deciding_value.value(), 90);
}

TEST(Readings, NameWhatIsUnknownAndWhatIsNear) {
  try {
    settle_readings(test::october_2023(), {{"tf32_bit", "19"}});
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("did you mean 'tf32_bits'?"), std::string::npos);
  }
}

}  // namespace
}  // namespace tpp
