// Which achieved rates a board's row and its clocks explain, and which are another product's.
#include "agent/boards/declaration_fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/boards/evidence.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using test::measured;
using test::small_chip;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr double kAdvertised = 1590e6;
constexpr double kFp32 = 128 * 40 * kAdvertised;  // declared of the vector units

// small_chip(), which declares fp32 of its vector units alone and has no grid of it in a stored
// report, with everything measured at a clock in Hz.
test::Scene at_clock(double clock_hz) {
  test::Scene scene = measured(small_chip());
  scene.chip().declared_vector[Precision::fp32] = test::figure(kFp32);
  scene.measurements.push_back(
      test::measurement(scene.device().id, "fma", "fp32", test::rate(1, 128, 40)));
  for (std::size_t i = 0; i < scene.measurements.size(); ++i) {
    Rate& rate = scene.rate(i);
    rate.clock_hz = clock_hz;
    rate.per_second = *rate.per_clock_per_unit * rate.units * clock_hz;
    rate.interval = {rate.per_second * 0.999, rate.per_second * 1.001};
  }
  return scene;
}

// Adds a library's product, which tells of no clock.
Rate& add_product(test::Scene& scene, const char* subject, double per_second) {
  scene.measurements.push_back(
      test::measurement(scene.device().id, "gemm", subject, test::rate(per_second, 0, 40)));
  Rate& rate = std::get<Rate>(scene.measurements.back().outcome);
  rate.per_clock_per_unit.reset();
  rate.snapped_per_clock.reset();
  return rate;
}

void drop(test::Scene& scene, const char* kernel, Precision precision) {
  std::erase_if(scene.measurements, [&](const Measurement& one) {
    return one.id.kernel == kernel && precision_of(one.id) == precision;
  });
}

struct Judged {
  BoardPerformance board;
  ClockAllowance clocks;

  std::vector<std::string> excess() const { return rates_in_excess(board, {}, clocks); }
  std::optional<double> tpp_excess() const { return unexplained_excess(board, {}, clocks); }
  bool by_clocks_alone() const { return explained_by_clocks_alone(board, {}, clocks).has_value(); }
  Assurance assured() const { return assurance(board, true, {}, clocks).assurance; }
};

Judged judged(const test::Scene& scene) {
  return {test::aggregate_scene(scene).at(0),
          clock_allowance(scene.inventory, scene.inventory.boards.at(0), scene.measurements,
                          scene.catalog.chips.at(0))};
}

void expect_undetermined(const test::Scene& scene) {
  const Judged one = judged(scene);
  EXPECT_THAT(one.excess(), IsEmpty());
  EXPECT_FALSE(one.tpp_excess());
  EXPECT_EQ(one.assured(), Assurance::declared_only);
  EXPECT_EQ(test::verdict_of(scene).classification, "undetermined");
  EXPECT_FALSE(test::has_finding(test::classify_scene(scene), "evidence.unexplained_rate"));
}

TEST(RatesInExcess, AreNoneWhereNothingIsOverWhatIsDeclared) {
  const Judged one = judged(at_clock(0.97 * kAdvertised));

  EXPECT_THAT(one.excess(), IsEmpty());
  EXPECT_FALSE(one.by_clocks_alone());
  EXPECT_EQ(one.assured(), Assurance::corroborated);
}

TEST(RatesInExcess, AreNoneAtAClockThatTheDeviceAdmitsAndEachPrecisionShows) {
  test::Scene scene = at_clock(1.09 * kAdvertised);
  scene.device().max_clock_hz = 1.2 * kAdvertised;

  const Judged one = judged(scene);

  EXPECT_THAT(one.excess(), IsEmpty());
  EXPECT_FALSE(one.by_clocks_alone());
  EXPECT_EQ(one.assured(), Assurance::corroborated);
  EXPECT_EQ(test::verdict_of(scene).classification, "below");
}

TEST(RatesInExcess, NameThePrecisionTheRateAndWhatIsAllowed) {
  test::Scene scene = at_clock(0.97 * kAdvertised);
  add_product(scene, "fp32", 4 * kFp32);

  const Judged one = judged(scene);

  EXPECT_THAT(one.excess(), ElementsAre(AllOf(HasSubstr("achieved 32.56 T in fp32 is +299.6 %"),
                                              HasSubstr("over the 8.141 T"))));
  EXPECT_FALSE(one.tpp_excess()) << "fp32 makes no TPP";
  EXPECT_EQ(one.assured(), Assurance::contradicted);
}

// Its clock is nobody's word: that the board is more than its row says is shown, and no more.
TEST(RatesInExcess, OfPortableCodeCorroborateNothingAndAccuseNobody) {
  test::Scene scene = at_clock(0.97 * kAdvertised);
  add_product(scene, "fp32", 4 * kFp32).generic = true;

  const Judged one = judged(scene);

  EXPECT_THAT(one.excess(), IsEmpty());
  EXPECT_THAT(portable_excess(one.board, {}, one.clocks).value_or(""),
              HasSubstr("portable code achieved over what is declared and what the clocks allow "
                        "(fp32 +299.6 %)"));
  EXPECT_EQ(one.assured(), Assurance::declared_only);
  EXPECT_EQ(test::verdict_of(scene).classification, "undetermined");

  scene.device().max_clock_hz = 4 * kAdvertised;
  EXPECT_FALSE(portable_excess(judged(scene).board, {}, judged(scene).clocks));
}

// Of each: within the tolerance, and over it.
TEST(RatesInExcess, BeginWhereTheLowEndIsOverTheTolerance) {
  for (const auto& [share, found] : {std::pair(1.03, 0U), std::pair(1.032, 1U)}) {
    test::Scene scene = at_clock(0.97 * kAdvertised);
    add_product(scene, "fp32", share * kFp32);
    EXPECT_EQ(judged(scene).excess().size(), found) << share;
  }
}

TEST(RatesInExcess, LeaveOutWhatDecidesNothing) {
  for (const int kind : {0, 1, 2, 3}) {
    test::Scene scene = at_clock(0.97 * kAdvertised);
    Rate& rate = add_product(scene, "fp32", 4 * kFp32);
    if (kind == 0) rate.generic = true;
    if (kind == 1) rate.emulated = true;
    if (kind == 2) rate.suspect = "no";
    if (kind == 3) scene.chip().declared_vector.at(Precision::fp32).confidence = Confidence::recall;
    EXPECT_THAT(judged(scene).excess(), IsEmpty()) << kind;
  }
}

// Everything below is an honest board, over its declaration by a clock.
TEST(RatesInExcess, AreNoneOfAProductWhereOnlyTheDriverTellsTheClock) {
  test::Scene scene = measured(small_chip());
  scene.measurements.clear();
  scene.device().max_clock_hz = 1.2 * kAdvertised;
  add_product(scene, "int8", 1.1 * scene.chip().declared.at(Precision::int8).value);

  expect_undetermined(scene);
  EXPECT_TRUE(judged(scene).by_clocks_alone());
}

TEST(RatesInExcess, AreNoneOfAProductWhoseMatrixPathThisBuildLacks) {
  test::Scene scene = at_clock(1.09 * kAdvertised);
  scene.device().max_clock_hz = 1.2 * kAdvertised;
  drop(scene, "mma", Precision::int8);
  scene.measurements.push_back(
      test::measurement(scene.device().id, "mma", "int8", Unsupported{"build", "left out"}));
  add_product(scene, "int8", 1.07 * scene.chip().declared.at(Precision::int8).value);

  expect_undetermined(scene);
}

TEST(RatesInExcess, AreNoneOfALoopThatTellsOfNoClock) {
  test::Scene scene = at_clock(1.09 * kAdvertised);
  scene.device().max_clock_hz = 1.2 * kAdvertised;
  drop(scene, "fma", Precision::fp32);
  add_product(scene, "fp32", 1.08 * kFp32);
  scene.measurements.back().id.kernel = "fma";

  expect_undetermined(scene);
}

TEST(RatesInExcess, AreNoneAtAClockThatTheDriverDoesNotTell) {
  for (const auto& told :
       {std::optional<double>(), std::optional(kAdvertised), std::optional(0.7 * kAdvertised)}) {
    test::Scene scene = at_clock(1.07 * kAdvertised);
    scene.device().max_clock_hz = told;

    expect_undetermined(scene);
    EXPECT_TRUE(judged(scene).by_clocks_alone());
  }
}

// Everything below is a clock that explains nothing.
TEST(RatesInExcess, AreNotExplainedByAClockThatTheWorkDoesNotShow) {
  enum class Lie { few_operations, little_work, generic, unverified, no_count };
  for (const Lie lie :
       {Lie::few_operations, Lie::little_work, Lie::generic, Lie::unverified, Lie::no_count}) {
    test::Scene scene = at_clock(0.97 * kAdvertised);
    add_product(scene, "fp32", 1.8 * kFp32);
    scene.measurements.push_back(
        test::measurement(scene.device().id, "fma", "fp32", test::rate(1, 128, 40)));
    Rate& rate = std::get<Rate>(scene.measurements.back().outcome);
    rate.clock_hz = 2 * kAdvertised;
    rate.per_second = 127.9 * 40 * *rate.clock_hz;
    rate.generic = lie == Lie::generic;
    if (lie == Lie::unverified) rate.checked_values = 0;
    if (lie == Lie::no_count) rate.per_clock_per_unit.reset();
    if (lie == Lie::little_work) rate.per_second /= 2;
    if (lie == Lie::few_operations) {
      rate.per_second /= 2;
      rate.per_clock_per_unit = *rate.per_clock_per_unit / 2;
      rate.snapped_per_clock = 64;
    }
    rate.interval = {rate.per_second, rate.per_second};

    EXPECT_FALSE(judged(scene).excess().empty()) << static_cast<int>(lie);
    EXPECT_EQ(judged(scene).assured(), Assurance::contradicted);
  }
}

TEST(RatesInExcess, AreNotExplainedByAClockOfAnotherBoard) {
  test::Scene scene = at_clock(0.97 * kAdvertised);
  add_product(scene, "fp32", 1.8 * kFp32);
  Device other = scene.device();
  other.id.value = "0000:99:00.0";
  other.board.value = "board-1";
  other.max_clock_hz = 2 * kAdvertised;
  scene.inventory.devices.push_back(other);

  EXPECT_FALSE(judged(scene).excess().empty());
}

TEST(ClockAllowance, AddsUpDevicesAtTheirOwnClocks) {
  Chip pair = small_chip();
  pair.devices_per_package = 2;
  test::Scene scene = test::inventory_of(pair);
  scene.device(0).max_clock_hz = 1.2 * kAdvertised;
  scene.device(1).max_clock_hz = 0.5 * kAdvertised;

  const ClockAllowance clocks = judged(scene).clocks;

  const double declared = scene.chip().declared.at(Precision::fp16).value;
  EXPECT_NEAR(clocks.at(Precision::fp16), 1.1 * declared, 1e-6 * declared);
}

TEST(ClockAllowance, IsOfTheGridWhereTheRateHoldsAtAnotherClock) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.chip().declared.at(Precision::fp16).value *= 0.9;
  scene.device().max_clock_hz = 1.2 * kAdvertised;

  EXPECT_DOUBLE_EQ(judged(scene).clocks.at(Precision::fp16), 1024 * 40 * 1.2 * kAdvertised);
}

TEST(ClockAllowance, IsWhatIsDeclaredWhereTheRowTellsNoClock) {
  test::Scene scene = at_clock(kAdvertised);
  scene.chip().matrix_clock_hz.reset();
  scene.chip().per_clock_per_unit.clear();
  scene.device().max_clock_hz = 2 * kAdvertised;

  EXPECT_DOUBLE_EQ(judged(scene).clocks.at(Precision::fp32), kFp32);
}

TEST(ClockAllowance, HoldsOfVectorUnitsAtTheBoostClock) {
  test::Scene scene = at_clock(kAdvertised);
  scene.chip().boost_clock_hz = test::figure(1.1 * kAdvertised);
  scene.device().max_clock_hz = 1.1 * kAdvertised;

  EXPECT_DOUBLE_EQ(judged(scene).clocks.at(Precision::fp32), kFp32);
}

}  // namespace
}  // namespace tpp
