// What must not be corroborated: each test breaks one thing of a board that is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "agent/boards/evidence.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using test::measured;
using test::small_chip;
using testing::Contains;
using testing::HasSubstr;

AssuranceResult assurance_of(const test::Scene& scene) {
  return assurance(test::aggregate_scene(scene).at(0), true);
}

// small_chip() measures fp16 first and int8 second; with less fp16, int8 makes the declared TPP.
test::Scene decided_by_int8() {
  test::Scene scene = measured(small_chip());
  scene.chip().declared.at(Precision::fp16).value *= 0.98;
  return scene;
}

TEST(Corroboration, WantsTheDecidingPrecisionMeasured) {
  test::Scene scene = decided_by_int8();
  for (Measurement& measurement : scene.measurements) {
    if (precision_of(measurement.id) == Precision::int8) {
      measurement.outcome = Unsupported{"build", "left out"};
    }
  }

  const AssuranceResult result = assurance_of(scene);

  EXPECT_EQ(result.assurance, Assurance::declared_only);
  EXPECT_THAT(result.reasons, Contains(HasSubstr("no native rate in int8")));
  EXPECT_NE(test::verdict_of(scene).classification, "below");
}

// small_chip() with int8 measured by nothing but these outcomes.
test::Scene with_int8(const std::vector<std::pair<std::string, Outcome>>& outcomes) {
  test::Scene scene = measured(small_chip());
  scene.chip().declared.at(Precision::int8).value *= 0.5;  // so that fp16 decides
  std::erase_if(scene.measurements, [](const Measurement& measurement) {
    return precision_of(measurement.id) == Precision::int8;
  });
  for (const auto& [kernel, outcome] : outcomes) {
    scene.measurements.push_back(test::measurement(scene.device().id, kernel, "int8", Rate{}));
    scene.measurements.back().outcome = outcome;
  }
  return scene;
}

TEST(Corroboration, WantsMoreThanTheAbsenceOfALibrary) {
  const Outcome library = Unsupported{"library", "not here"};
  Rate generic = test::rate(1e12, 0, 40);
  generic.generic = true;

  const AssuranceResult alone = assurance_of(with_int8({{"gemm", library}}));
  EXPECT_EQ(alone.assurance, Assurance::declared_only);
  EXPECT_THAT(alone.reasons, Contains(HasSubstr("int8: the library has none")));
  for (const Outcome& loop :
       {Outcome(Unsupported{"build", "left out"}), Outcome(Unsupported{"hardware", "none"}),
        Outcome(Unsupported{"library", "none"}), Outcome(generic)}) {
    for (const auto& order :
         {std::vector<std::pair<std::string, Outcome>>{{"mma", loop}, {"gemm", library}},
          std::vector<std::pair<std::string, Outcome>>{{"gemm", library}, {"mma", loop}}}) {
      EXPECT_EQ(assurance_of(with_int8(order)).assurance, Assurance::declared_only);
    }
  }
}

// By measurement and by the catalogue's word alone: a fake library tells whose word that is.
TEST(Corroboration, IsLostToCodeThatCannotBeReliedOn) {
  for (const PassMode mode : {PassMode::quick, PassMode::inventory}) {
    const test::Scene scene = measured(small_chip());
    std::vector<BoardPerformance> boards = test::aggregate_scene(scene);
    ClassifyOptions options = scene.options;
    options.mode = mode;
    const auto verdict = [&] {
      return classify(boards, scene.inventory, test::october_2023(), options).verdicts.at(0);
    };
    ASSERT_EQ(verdict().classification, "below");

    boards.at(0).facts.untrusted = {"/tmp/libcuda.so.1"};

    EXPECT_EQ(verdict().classification, "undetermined");
    EXPECT_EQ(verdict().assurance, Assurance::declared_only);
    EXPECT_THAT(verdict().assurance_reasons, Contains("untrusted: /tmp/libcuda.so.1"));
  }
}

TEST(Corroboration, IsNotLostToABinaryRateThatNoSheetLists) {
  for (const auto& [per_clock, expected] : {std::pair(16384.0, Assurance::corroborated),
                                            std::pair(65536.0, Assurance::declared_only)}) {
    test::Scene scene = measured(small_chip());
    scene.measurements.push_back(
        test::measurement(scene.device().id, "mma", "int1", test::rate(1e12, per_clock, 40)));
    EXPECT_EQ(assurance_of(scene).assurance, expected) << per_clock;
  }
}

TEST(Corroboration, DoesNotRestOnIdentityFactsFromMemory) {
  test::Scene scene = measured(small_chip());
  scene.chip().pci_ids.clear();
  scene.chip().units->confidence = Confidence::recall;
  if (scene.chip().memory_bytes) scene.chip().memory_bytes->confidence = Confidence::recall;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::declared_only);
}

TEST(Corroboration, DoesNotRestOnAClockFromMemory) {
  test::Scene scene = measured(small_chip());
  scene.chip().matrix_clock_hz->confidence = Confidence::recall;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::declared_only);
}

TEST(Corroboration, DoesNotRestOnADeviceThatAnOptionNarrowed) {
  test::Scene scene = measured(small_chip());
  scene.device().forced = true;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::declared_only);
}

TEST(Corroboration, EndsWhereARateIsMoreThanDeclarationAndClocksAllow) {
  test::Scene scene = measured(small_chip());
  const double over = scene.chip().declared.at(Precision::fp16).value * 4;
  scene.measurements.push_back(
      test::measurement(scene.device().id, "gemm", "fp16", test::rate(over, 0, 40)));
  std::get<Rate>(scene.measurements.back().outcome).per_clock_per_unit.reset();
  std::get<Rate>(scene.measurements.back().outcome).snapped_per_clock.reset();

  const auto board = test::aggregate_scene(scene).at(0);
  const auto findings = evidence_findings(board, true);

  EXPECT_EQ(assurance(board, true).assurance, Assurance::contradicted);
  EXPECT_TRUE(std::ranges::any_of(findings, [](const Finding& finding) {
    return finding.code == "evidence.unexplained_rate" &&
           finding.finding_class == FindingClass::contradiction;
  }));
}

// Each figure of small_chip() moved by as much as the default allows, and the stricter number that
// does not.
TEST(Corroboration, EndsWhereTheUsersStricterNumbersEndIt) {
  struct Case {
    Threshold threshold;
    double stricter;
    double issue;  // operations per clock that were measured, over the row's
    Assurance expected;
  };
  for (const Case& one :
       {Case{Threshold::unlocked_above, 1.01, 1.015, Assurance::contradicted},
        Case{Threshold::cut_below, 0.99, 0.985, Assurance::contradicted},
        Case{Threshold::corroborates_within, 0.01, 1.015, Assurance::declared_only},
        Case{Threshold::identity_facts, 3, 1, Assurance::corroborated}}) {
    test::Scene scene = measured(small_chip());
    for (std::size_t i = 0; i < scene.measurements.size(); ++i) {
      scene.rate(i).snapped_per_clock = *scene.rate(i).snapped_per_clock * one.issue;
    }
    const BoardPerformance board = test::aggregate_scene(scene).at(0);
    ASSERT_EQ(assurance(board, true).assurance, Assurance::corroborated);
    scene.options.thresholds.set(one.threshold, one.stricter);

    EXPECT_EQ(assurance(board, true, scene.options.thresholds).assurance, one.expected);
    EXPECT_EQ(test::verdict_of(scene).assurance, one.expected);
  }
  test::Scene scene = measured(small_chip());
  scene.device().memory_bytes.reset();
  const BoardPerformance board = test::aggregate_scene(scene).at(0);
  Thresholds thresholds;
  EXPECT_EQ(assurance(board, true, thresholds).assurance, Assurance::corroborated);
  thresholds.set(Threshold::identity_facts, 3);
  EXPECT_EQ(assurance(board, true, thresholds).assurance, Assurance::declared_only);
}

// Twice the units at half the clock, of which the device tells half: per clock and unit, by units
// and by rates it is the smaller product.
TEST(Corroboration, EndsWhereMoreUnitsWorkThanTheDeviceTellsOf) {
  for (const auto& [generic, expected] :
       {std::pair(false, Assurance::contradicted), std::pair(true, Assurance::corroborated)}) {
    test::Scene scene = measured(small_chip());
    scene.measurements.push_back(scene.measurements.at(0));
    Rate& rate = scene.rate(2);
    rate.units = 80;
    rate.generic = generic;

    const BoardPerformance board = test::aggregate_scene(scene).at(0);

    EXPECT_EQ(assurance(board, true).assurance, expected);
    if (generic) continue;
    EXPECT_THAT(board.facts.units_differ, Contains(HasSubstr("units: 80 worked in ")));
    EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.units_differ"));
    EXPECT_NE(test::verdict_of(scene).classification, "below");
  }
}

// An unlocked device and a cut one add up to what the row says.
TEST(Corroboration, IsLostWhereTwoDevicesMakeUpForEachOther) {
  Chip pair = small_chip();
  pair.devices_per_package = 2;
  test::Scene scene = measured(pair);
  ASSERT_EQ(scene.inventory.devices.size(), 2U);
  ASSERT_EQ(assurance(test::aggregate_scene(scene).at(0), true).assurance, Assurance::corroborated);

  const DeviceId& first = scene.device().id;
  for (Measurement& one : scene.measurements) {
    Rate& rate = std::get<Rate>(one.outcome);
    const double share = one.id.device == first ? 1.3 : 0.7;
    rate.per_second *= share;
    rate.interval = {rate.interval.low * share, rate.interval.high * share};
    rate.per_clock_per_unit = *rate.per_clock_per_unit * share;
    rate.snapped_per_clock = *rate.snapped_per_clock * share;
  }

  const BoardPerformance board = test::aggregate_scene(scene).at(0);
  EXPECT_EQ(board.facts.grid.size(), 6U) << "of each precision the board's and both devices'";
  EXPECT_EQ(assurance(board, true).assurance, Assurance::contradicted);
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.unlocked_units"));
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.cut_units"));
}

TEST(Corroboration, IsLostToARateThatIsNoNumber) {
  BoardPerformance board = test::aggregate_scene(measured(small_chip())).at(0);
  board.facts.grid.at(0).measured_per_clock = std::numeric_limits<double>::quiet_NaN();

  EXPECT_EQ(assurance(board, true).assurance, Assurance::contradicted);
}

TEST(Identity, OfABoardThatMayBeSeveralProductsOrHasNoAreaIsAFinding) {
  const auto codes_of = [](const test::Scene& scene) {
    std::vector<std::string> codes;
    for (const Finding& finding : test::classify_scene(scene).findings) {
      codes.push_back(finding.code);
    }
    return codes;
  };
  test::Scene scene = measured(small_chip());
  for (const char* code :
       {"evidence.no_catalogue_row", "evidence.ambiguous_identity", "evidence.area_unknown"}) {
    EXPECT_THAT(codes_of(scene), testing::Not(Contains(code)));
  }
  scene.chip().applicable_die_area_mm2.reset();
  EXPECT_THAT(codes_of(scene), Contains("evidence.area_unknown"));
  scene.chip().nonplanar = false;  // a planar die has no area that counts
  EXPECT_THAT(codes_of(scene), testing::Not(Contains("evidence.area_unknown")));
  scene.catalog.chips.push_back(scene.chip());
  scene.catalog.chips.back().id.value = "its twin";
  EXPECT_THAT(codes_of(scene), Contains("evidence.ambiguous_identity"));
  EXPECT_THAT(codes_of(scene), testing::Not(Contains("evidence.no_catalogue_row")));
  EXPECT_NE(test::verdict_of(scene).classification, "below");
  scene.catalog.chips.clear();
  EXPECT_THAT(codes_of(scene), Contains("evidence.no_catalogue_row"));
  EXPECT_THAT(codes_of(scene), testing::Not(Contains("evidence.ambiguous_identity")));
}

TEST(Corroboration, DoesNotRestOnDerivedRatesAlone) {
  test::Scene scene = measured(small_chip());
  for (auto& [precision, figure] : scene.chip().declared) figure.confidence = Confidence::derived;

  const AssuranceResult result = assurance_of(scene);

  EXPECT_EQ(result.assurance, Assurance::declared_only);
  EXPECT_THAT(result.reasons, Contains(HasSubstr("no claim of the maker, whose own figures give "
                                                 "none")));
  EXPECT_NE(test::verdict_of(scene).classification, "below");
}

TEST(Corroboration, TakesASourcedRateBesideADerivedOneThatSaysTheSame) {
  for (const auto& [factor, expected] :
       {std::pair(0.971, Assurance::corroborated), std::pair(0.969, Assurance::declared_only)}) {
    test::Scene scene = measured(small_chip());
    scene.chip().declared.at(Precision::int8).confidence = Confidence::derived;
    scene.chip().declared.at(Precision::fp16).value *= factor;
    EXPECT_EQ(assurance_of(scene).assurance, expected) << factor;
  }
}

// small_chip() with a path that its row does not declare, at so many operations per clock and unit.
test::Scene with_fp8(const char* kernel, double per_clock) {
  test::Scene scene = measured(small_chip());
  const double clock = scene.chip().matrix_clock_hz->value * 0.9;
  scene.measurements.push_back(test::measurement(
      scene.device().id, kernel, "fp8_e4m3", test::rate(per_clock * 40 * clock, per_clock, 40)));
  return scene;
}

TEST(Corroboration, EndsAtANativeRateInAPrecisionThatTheRowDoesNotDeclare) {
  for (const char* kernel : {"mma", "gemm"}) {
    // Half of what int8 does: less TPP than declared.
    const test::Scene scene = with_fp8(kernel, 1024);

    const AssuranceResult result = assurance_of(scene);

    EXPECT_EQ(result.assurance, Assurance::declared_only);
    EXPECT_THAT(result.reasons, Contains(HasSubstr("fp8_e4m3: small declares no rate in that")));
    EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.undeclared_precision"));
    EXPECT_NE(test::verdict_of(scene).classification, "below");
  }
}

TEST(Corroboration, AsksForNoDeclarationOfWhatDoesNotCount) {
  test::Scene scene = with_fp8("mma", 1024);
  std::get<Rate>(scene.measurements.back().outcome).generic = true;
  EXPECT_EQ(assurance_of(scene).assurance, Assurance::corroborated);
  std::get<Rate>(scene.measurements.back().outcome).generic = false;
  std::get<Rate>(scene.measurements.back().outcome).emulated = true;
  EXPECT_EQ(assurance_of(scene).assurance, Assurance::corroborated);
}

TEST(Corroboration, TakesADeclaredVectorRateForADeclaration) {
  test::Scene scene = with_fp8("gemm", 1024);
  scene.chip().declared_vector[Precision::fp8_e4m3] =
      test::figure(1024 * 40 * scene.chip().matrix_clock_hz->value);

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::corroborated);
}

TEST(Contradiction, IsSeenInAnUndeclaredPathThatDoesMoreThanIsDeclared) {
  // Its own inferred figure is no excuse for it.
  const test::Scene scene = with_fp8("mma", 4096);

  const AssuranceResult result = assurance_of(scene);

  EXPECT_EQ(result.assurance, Assurance::contradicted);
  EXPECT_THAT(result.reasons, Contains(HasSubstr("in the precisions that the row declares")));
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.unexplained_rate"));
}

TEST(Contradiction, IsNotSeenInAVectorRateWhereTheMatrixRateWasNotAskedFor) {
  test::Scene scene = measured(small_chip());
  for (Measurement& measurement : scene.measurements) {
    measurement.id.kernel = "fma";
    Rate& rate = std::get<Rate>(measurement.outcome);
    rate.per_clock_per_unit = *rate.per_clock_per_unit / 2;
    rate.snapped_per_clock.reset();
  }

  EXPECT_NE(assurance_of(scene).assurance, Assurance::contradicted);
}

}  // namespace
}  // namespace tpp
