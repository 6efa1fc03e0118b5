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

using Outcomes = std::vector<std::pair<std::string, Outcome>>;

const Outcome kLibrary = Unsupported{"library", "no algorithm"};

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

}  // namespace
}  // namespace tpp
