// Which measurements are an outcome of what a row declares, and which are of another path.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "agent/boards/aggregate.h"
#include "agent/boards/evidence.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using test::measured;
using test::small_chip;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Outcomes = std::vector<std::pair<std::string, Outcome>>;

const Outcome kLibrary = Unsupported{"library", "no algorithm"};
const Outcome kBuild = Unsupported{"build", "left out"};
const Outcome kHardware = Unsupported{"hardware", "no instruction"};

// small_chip(), whose matrix units do 1024 operations in fp16 per clock and unit and its vector
// units half of that, with fp16 measured by nothing but these. int8 makes its TPP.
test::Scene with_fp16(const Outcomes& outcomes) {
  test::Scene scene = measured(small_chip());
  scene.chip().declared.at(Precision::fp16).value *= 0.98;
  scene.chip().declared_vector[Precision::fp16] =
      test::figure(512 * 40 * scene.chip().matrix_clock_hz->value);
  scene.chip().details.vector_per_clock_per_unit[Precision::fp16] = test::figure(512);
  std::erase_if(scene.measurements, [](const Measurement& measurement) {
    return precision_of(measurement.id) == Precision::fp16;
  });
  for (const auto& [kernel, outcome] : outcomes) {
    scene.measurements.push_back(test::measurement(scene.device().id, kernel, "fp16", outcome));
  }
  return scene;
}

// Operations per clock and unit, at 97 % of the advertised clock.
Rate at_issue(double per_clock) {
  return test::rate(per_clock * 40 * 0.97 * 1590e6, per_clock, 40);
}

// The same, which tells of no clock.
Rate by_rate(double per_clock) {
  Rate rate = at_issue(per_clock);
  rate.per_clock_per_unit.reset();
  rate.snapped_per_clock.reset();
  return rate;
}

Rate generic(Rate rate) {
  rate.generic = true;
  return rate;
}

std::vector<std::string> missing_of(const test::Scene& scene) {
  return test::aggregate_scene(scene).at(0).facts.outcomes_missing;
}

Assurance assurance_of(const test::Scene& scene) {
  return assurance(test::aggregate_scene(scene).at(0), true).assurance;
}

TEST(PartOutcomes, TakeNoGenericPathForTheDeclaredOne) {
  const Outcome slow = by_rate(8);
  for (const char* kernel : {"mma", "gemm", "fma"}) {
    const test::Scene scene =
        with_fp16({{"mma", kLibrary}, {"gemm", slow}, {kernel, generic(at_issue(1024))}});

    EXPECT_THAT(missing_of(scene), testing::SizeIs(1));
    EXPECT_EQ(assurance_of(scene), Assurance::declared_only);
    EXPECT_EQ(test::verdict_of(scene).classification, "undetermined");
  }
}

TEST(PartOutcomes, TakeNoVectorUnitsForMatrixUnitsThatWereNotMeasured) {
  for (const Outcomes& matrix :
       {Outcomes{{"mma", kLibrary}}, Outcomes{{"mma", kBuild}},
        Outcomes{{"mma", kLibrary}, {"mma", kHardware}}, Outcomes{},
        Outcomes{{"mma", Failed{"given up", true}}}, Outcomes{{"mma", generic(at_issue(1024))}}}) {
    for (const double per_clock : {512.0, 520.0, 1024.0}) {
      Outcomes outcomes = matrix;
      outcomes.emplace_back("fma", at_issue(per_clock));
      const test::Scene scene = with_fp16(outcomes);

      EXPECT_THAT(missing_of(scene), ElementsAre(HasSubstr("by vector units alone"))) << per_clock;
      EXPECT_EQ(assurance_of(scene), Assurance::declared_only);
      EXPECT_EQ(test::verdict_of(scene).classification, "undetermined");
    }
  }
}

TEST(PartOutcomes, TakeVectorUnitsThatDoAllIsDeclaredWhereTheHardwareHasNoOthers) {
  EXPECT_THAT(missing_of(with_fp16({{"mma", kHardware}, {"fma", at_issue(1024)}})), IsEmpty());
  for (const double per_clock : {512.0, 520.0, 900.0}) {
    const test::Scene scene = with_fp16({{"mma", kHardware}, {"fma", at_issue(per_clock)}});
    EXPECT_THAT(missing_of(scene), ElementsAre(HasSubstr("by vector units alone"))) << per_clock;
    EXPECT_NE(test::verdict_of(scene).classification, "below");
  }
}

TEST(PartOutcomes, HoldVectorUnitsAgainstThemselvesWhereNoOthersAreDeclared) {
  test::Scene scene = with_fp16({{"mma", kHardware}, {"fma", at_issue(500)}});
  scene.chip().declared.erase(Precision::fp16);
  scene.chip().per_clock_per_unit.erase(Precision::fp16);

  EXPECT_THAT(missing_of(scene), IsEmpty());
}

TEST(PartOutcomes, HoldAProcessorsLoopsAgainstWhatItsRowDeclares) {
  Chip socket = small_chip();
  socket.kind = DeviceKind::cpu;
  test::Scene scene = measured(socket);
  for (Measurement& one : scene.measurements) one.id.kernel = "fma";

  EXPECT_THAT(missing_of(scene), IsEmpty());
}

// Vector units at a clock over the advertised one do more than half of what matrix units do at it.
TEST(PartOutcomes, TakeNoLibrarysProductThatVectorUnitsAreEnoughFor) {
  for (const auto& [rate, taken] :
       {std::pair(at_issue(520), false), std::pair(at_issue(600), true),
        std::pair(by_rate(580), false), std::pair(by_rate(700), true)}) {
    test::Scene scene = with_fp16({{"mma", kBuild}, {"gemm", rate}});
    scene.device().max_clock_hz = 1590e6 * 1.2;

    EXPECT_EQ(missing_of(scene).empty(), taken) << rate.per_second;
  }
}

TEST(PartOutcomes, AreNotMadeByVectorUnitsWhereTheMatrixUnitsWereSlow) {
  const test::Scene scene = with_fp16({{"mma", by_rate(100)}, {"fma", at_issue(700)}});

  EXPECT_THAT(missing_of(scene), ElementsAre(HasSubstr("the declared path may be missing")));
}

TEST(PartOutcomes, AreMoreThanALittleOverHalfOfWhatIsDeclared) {
  test::Scene scene = with_fp16({{"mma", kBuild}, {"gemm", by_rate(1)}});
  scene.chip().declared_vector.clear();
  scene.chip().details.vector_per_clock_per_unit.clear();
  const double declared = scene.chip().declared.at(Precision::fp16).value;
  for (const auto& [share, taken] : {std::pair(0.55, false), std::pair(0.56, true)}) {
    std::get<Rate>(scene.measurements.back().outcome).per_second = declared * share;
    EXPECT_EQ(missing_of(scene).empty(), taken) << share;
  }
}

// The next wider format at a clock over the advertised one is no more than half of the device.
TEST(PartOutcomes, AreHeldAtTheHighestClockThatIsKnown) {
  test::Scene scene = with_fp16({{"mma", kBuild}, {"gemm", by_rate(600)}});
  scene.chip().declared_vector.clear();
  scene.chip().details.vector_per_clock_per_unit.clear();
  ASSERT_THAT(missing_of(scene), IsEmpty());

  scene.device().max_clock_hz = 1.1 * 1590e6;
  EXPECT_THAT(missing_of(scene), ElementsAre(HasSubstr("the declared path may be missing")));
}

TEST(PartOutcomes, AreAllOfItWhereTheUserAsksForAll) {
  const test::Scene scene = measured(small_chip());
  Thresholds thresholds;
  thresholds.set(Threshold::outcome_share, 1);

  const auto boards = aggregate(scene.inventory, scene.measurements, scene.catalog, thresholds);

  EXPECT_THAT(boards.at(0).facts.outcomes_missing, IsEmpty());
}

TEST(PartOutcomes, SayThatALowClockShowsAsLittleOfARateThatHasNone) {
  const auto low_clock = HasSubstr("or the clock was low");
  EXPECT_THAT(missing_of(with_fp16({{"mma", kBuild}, {"gemm", by_rate(400)}})),
              ElementsAre(HasSubstr("by vector units alone, or no faster than they are")));
  test::Scene scene = with_fp16({{"mma", by_rate(400)}});
  EXPECT_THAT(missing_of(scene), ElementsAre(low_clock));
  scene.measurements.back().outcome = at_issue(400);
  EXPECT_THAT(missing_of(scene), ElementsAre(testing::Not(low_clock)));
}

// small_chip() with 4 operations in a format per clock and unit, declared of its vector units
// alone.
test::Scene of_vector_alone(Precision precision, const Rate& matrix) {
  test::Scene scene = measured(small_chip());
  scene.chip().declared_vector[precision] =
      test::figure(4 * 40 * scene.chip().matrix_clock_hz->value);
  const std::string subject(name(precision));
  for (const auto& [kernel, rate] : {std::pair("fma", at_issue(4)), std::pair("mma", matrix)}) {
    scene.measurements.push_back(test::measurement(scene.device().id, kernel, subject, rate));
  }
  return scene;
}

// By width: the row's vector units do 128 operations in fp32 a clock and unit.
TEST(Undeclared, IsAVectorRateOfMoreThanAllVectorFormats) {
  const auto undeclared = [](const char* subject, const Rate& rate, bool vector) {
    test::Scene scene = measured(small_chip());
    if (vector) {
      scene.chip().declared_vector[Precision::fp32] =
          test::figure(128 * 40 * scene.chip().matrix_clock_hz->value);
    }
    scene.measurements.push_back(test::measurement(scene.device().id, "fma", subject, rate));
    return !test::aggregate_scene(scene).at(0).facts.undeclared.empty();
  };

  EXPECT_FALSE(undeclared("bf16", at_issue(256), true));
  EXPECT_TRUE(undeclared("bf16", at_issue(1024), true));
  EXPECT_TRUE(undeclared("fp8_e4m3", at_issue(2048), true));
  EXPECT_TRUE(undeclared("fp8_e4m3", by_rate(2048), true)) << "a clock is not needed";
  EXPECT_FALSE(undeclared("fp8_e4m3", at_issue(2048), false)) << "as wide as int8";
  EXPECT_TRUE(undeclared("fp8_e4m3", at_issue(4096), false));
}

TEST(Undeclared, IsNoFp64InstructionThatTheVectorUnitsWorkOff) {
  for (const bool grid_in_row : {true, false}) {  // a stored report's has none
    const auto undeclared = [&](Precision precision, const Rate& rate) {
      test::Scene scene = of_vector_alone(precision, rate);
      if (grid_in_row) {
        scene.chip().details.vector_per_clock_per_unit[precision] = test::figure(4);
      }
      return !test::aggregate_scene(scene).at(0).facts.undeclared.empty();
    };

    EXPECT_FALSE(undeclared(Precision::fp64, at_issue(4)));
    EXPECT_TRUE(undeclared(Precision::fp64, at_issue(8)));
    EXPECT_TRUE(undeclared(Precision::fp64, by_rate(4))) << "its clock is not known";
    EXPECT_TRUE(undeclared(Precision::fp32, at_issue(4))) << "no such product has the instruction";
  }
}

}  // namespace
}  // namespace tpp
