// Operations per clock against the declared grid, where kernels and devices of a board differ.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/boards/evidence.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;

test::Scene pair() {
  Chip row = test::small_chip();
  row.devices_per_package = 2;
  return test::measured(row);
}

// Of a device of the board, in a precision.
Rate& rate_of(test::Scene& scene, std::size_t device, P precision) {
  const auto one = std::ranges::find_if(scene.measurements, [&](const Measurement& measurement) {
    return measurement.id.device == scene.device(device).id &&
           precision_of(measurement.id) == precision;
  });
  return std::get<Rate>(one->outcome);
}

void scale(Rate& rate, double by) {
  rate.per_second *= by;
  rate.interval = {rate.interval.low * by, rate.interval.high * by};
  rate.per_clock_per_unit = *rate.per_clock_per_unit * by;
  rate.snapped_per_clock = *rate.snapped_per_clock * by;
}

void lose_clock(Rate& rate) {
  rate.per_clock_per_unit.reset();
  rate.snapped_per_clock.reset();
  rate.clock_hz.reset();
}

std::vector<GridCheck> checks(const test::Scene& scene, P precision) {
  std::vector<GridCheck> found = test::aggregate_scene(scene).at(0).facts.grid;
  std::erase_if(found, [&](const GridCheck& check) { return check.precision != precision; });
  return found;
}

Assurance assurance_of(const test::Scene& scene) {
  return assurance(test::aggregate_scene(scene).at(0), true).assurance;
}

TEST(Grid, OfADeviceIsHeldAgainstTheRowWhereAnotherTellsNoClock) {
  for (const double share : {0.55, 2.0}) {
    test::Scene scene = pair();
    scale(rate_of(scene, 0, P::int8), share);
    lose_clock(rate_of(scene, 1, P::int8));

    const auto found = checks(scene, P::int8);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].measured_per_clock / found[0].declared_per_clock, share, 1e-9);
    EXPECT_EQ(assurance_of(scene), Assurance::contradicted);
  }
}

TEST(Grid, ThatFitsOnTheOnlyDeviceWithAClockContradictsNothing) {
  test::Scene scene = pair();
  lose_clock(rate_of(scene, 1, P::int8));

  EXPECT_EQ(checks(scene, P::int8).size(), 1U);
  EXPECT_NE(assurance_of(scene), Assurance::contradicted);
}

// It would be half of the board's, and under what was achieved.
TEST(InferredRates, AreNoneWhereOneOfSeveralDevicesHasNone) {
  test::Scene scene = pair();
  lose_clock(rate_of(scene, 1, P::int8));

  const BoardPerformance board = test::aggregate_scene(scene).at(0);

  const auto shown = [&](Basis basis) {
    return std::ranges::count(board.rates.at(basis), P::int8, &PrecisionRate::precision);
  };
  EXPECT_EQ(shown(Basis::achieved), 1);
  EXPECT_EQ(shown(Basis::inferred_advertised_clock), 0);
  EXPECT_EQ(shown(Basis::inferred_max_clock), 0);
}

// As a second rate in int8, of a library.
void add_generic(test::Scene& scene, const std::string& kernel, double per_clock) {
  Rate rate = test::rate(per_clock * 40 * 1.5e9, per_clock, 40);
  rate.generic = true;
  scene.measurements.push_back(test::measurement(scene.device().id, kernel, "int8", rate));
}

TEST(Grid, IsMadeUpForByNoGenericRate) {
  test::Scene scene = test::measured(test::small_chip());
  scale(rate_of(scene, 0, P::int8), 0.55);
  add_generic(scene, "gemm", 2048);

  const auto found = checks(scene, P::int8);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kernel, "mma");
  EXPECT_EQ(assurance_of(scene), Assurance::contradicted);
}

TEST(Grid, IsExceededByAGenericRateToo) {
  test::Scene scene = test::measured(test::small_chip());
  add_generic(scene, "gemm", 4096);

  EXPECT_EQ(assurance_of(scene), Assurance::contradicted);
}

// The matrix units were not measured by code of their own: the vector units say nothing of them.
TEST(Grid, IsNotCutWhereOnlyGenericCodeReachedTheMatrixUnits) {
  test::Scene scene = test::measured(test::small_chip());
  Measurement& native = *std::ranges::find_if(
      scene.measurements, [](const Measurement& one) { return precision_of(one.id) == P::int8; });
  scale(std::get<Rate>(native.outcome), 0.25);
  native.id.kernel = "fma";
  add_generic(scene, "mma", 2048);

  const auto found = checks(scene, P::int8);

  ASSERT_EQ(found.size(), 1U);
  EXPECT_FALSE(found[0].can_show_less);
}

}  // namespace
}  // namespace tpp
