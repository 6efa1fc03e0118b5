// What must not be corroborated: each test breaks one thing of a board that is.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/evidence.h"
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

  EXPECT_EQ(assurance(board, true).assurance, Assurance::declared_only);
  EXPECT_TRUE(std::ranges::any_of(findings, [](const Finding& finding) {
    return finding.code == "evidence.unexplained_rate" &&
           finding.finding_class == FindingClass::contradiction;
  }));
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
