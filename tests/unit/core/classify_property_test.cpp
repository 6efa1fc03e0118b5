// What must hold whatever the evidence is: no measurement talks a board down, and less evidence
// never gives a less strict class.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;

constexpr int kScenes = 400;

// Strictness of a definite class; undetermined is none.
std::optional<int> strictness(const Verdict& verdict) {
  if (verdict.classification == "3A090.a") return 2;
  if (verdict.classification == "3A090.b") return 1;
  if (verdict.classification == "below") return 0;
  return std::nullopt;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  double between(double low, double high) {
    return std::uniform_real_distribution<>(low, high)(engine_);
  }
  bool chance(double probability) { return std::bernoulli_distribution(probability)(engine_); }
  std::size_t index(std::size_t size) {
    return std::uniform_int_distribution<std::size_t>(0, size - 1)(engine_);
  }

  // A product anywhere around the thresholds: TPP from 400 to 9000, PD from 0.3 to 45.
  Chip chip() {
    Chip row = test::small_chip();
    const double scale = between(0.4, 9);
    row.units = test::figure(std::round(40 * scale));
    for (auto& [precision, figure] : row.declared) {
      figure.value = row.per_clock_per_unit[precision].value * row.units->value * 1590e6;
      if (chance(0.2)) figure.confidence = Confidence::recall;
    }
    row.datacenter = chance(0.6);
    row.applicable_die_area_mm2->value = between(200, 1600);
    if (chance(0.2)) row.applicable_die_area_mm2.reset();
    if (chance(0.1)) row.nonplanar.reset();
    return row;
  }

  // Disturbs a scene as bad luck or an interested party would: lower, cut, partition, fail, hide.
  void lower(test::Scene& scene) {
    for (Measurement& each : scene.measurements) {
      auto* rate = std::get_if<Rate>(&each.outcome);
      if (!rate) continue;
      const double factor = between(0.001, 1);
      rate->per_second *= factor;
      rate->interval = {rate->interval.low * factor, rate->interval.high * factor};
      if (chance(0.3)) rate->snapped_per_clock = *rate->snapped_per_clock * between(0.01, 1);
      if (chance(0.1)) rate->generic = true;
      if (chance(0.1)) each.outcome = Failed{"lost"};
      if (chance(0.1)) each.outcome = Unsupported{"library", "none"};
    }
    if (chance(0.2)) scene.device().slice = true;
    if (chance(0.2)) scene.device().units = 7;
    if (chance(0.2)) scene.device().max_clock_hz = 1e8;
    if (chance(0.2)) scene.board().datacenter = false;
    if (chance(0.2)) scene.device().name = "NVIDIA tiny";
  }

  // Takes one piece of evidence away; what the catalogue says of single figures is no evidence.
  void remove(test::Scene& scene) {
    switch (index(8)) {
      case 0:
        if (scene.measurements.empty()) return;
        scene.measurements.erase(scene.measurements.begin() +
                                 static_cast<std::ptrdiff_t>(index(scene.measurements.size())));
        return;
      case 1:
        scene.device().units.reset();
        return;
      case 2:
        scene.device().memory_bytes.reset();
        return;
      case 3:
        scene.device().pci_id.reset();
        return;
      case 4:
        scene.device().max_clock_hz.reset();
        return;
      case 5:
        scene.chip().applicable_die_area_mm2.reset();
        return;
      case 6:
        scene.chip().declared.clear();
        return;
      default:
        scene.board().datacenter.reset();
    }
  }

 private:
  std::mt19937 engine_;
};

TEST(Property, NoMeasurementTalksAControlledBoardDown) {
  Generator generator(20231117);
  int controlled = 0;
  for (int round = 0; round < kScenes; ++round) {
    const Chip chip = generator.chip();
    const Verdict declared = test::verdict_of(test::inventory_of(chip));
    if (declared.kind != ClassificationKind::controlled) continue;
    ++controlled;
    test::Scene scene = test::measured(chip);
    generator.lower(scene);

    const Verdict verdict = test::verdict_of(scene);

    EXPECT_EQ(verdict.kind, ClassificationKind::controlled) << round;
    EXPECT_GE(strictness(verdict), strictness(declared)) << round;
  }
  EXPECT_GT(controlled, kScenes / 8);  // or nothing was tested
}

TEST(Property, NoLowMeasurementMakesABelowOutOfAnUndeterminedInventory) {
  Generator generator(7);
  int undetermined = 0;
  for (int round = 0; round < kScenes; ++round) {
    const Chip chip = generator.chip();
    if (test::verdict_of(test::inventory_of(chip)).kind != ClassificationKind::undetermined) {
      continue;
    }
    ++undetermined;
    test::Scene scene = test::measured(chip);
    generator.lower(scene);

    EXPECT_NE(test::verdict_of(scene).kind, ClassificationKind::below) << round;
  }
  EXPECT_GT(undetermined, kScenes / 20);
}

TEST(Property, LessEvidenceNeverGivesALessStrictDefiniteClass) {
  Generator generator(5);
  int compared = 0;
  for (int round = 0; round < kScenes; ++round) {
    test::Scene scene = test::measured(generator.chip());
    auto before = strictness(test::verdict_of(scene));
    for (int step = 0; step < 4; ++step) {
      generator.remove(scene);
      const auto after = strictness(test::verdict_of(scene));
      // From undetermined to definite would be a conclusion from silence.
      EXPECT_TRUE(!after || (before && *after >= *before))
          << round << ": " << before.value_or(-1) << " -> " << after.value_or(-1);
      compared += before && after;
      before = after;
    }
  }
  EXPECT_GT(compared, kScenes / 4);
}

TEST(Property, MoreOperationsNeverGiveALessStrictClass) {
  Generator generator(11);
  for (int round = 0; round < kScenes; ++round) {
    const Chip chip = generator.chip();
    const auto before = strictness(test::verdict_of(test::inventory_of(chip)));
    Chip more = chip;
    for (auto& [precision, figure] : more.declared) figure.value *= generator.between(1, 2);
    const auto after = strictness(test::verdict_of(test::inventory_of(more)));
    if (before && after) {
      EXPECT_GE(*after, *before) << round;
    }
  }
}

TEST(Property, AMissingBoardMarkIsNeverMilderThanOneForDatacenters) {
  Generator generator(13);
  for (int round = 0; round < kScenes; ++round) {
    Chip chip = generator.chip();
    chip.datacenter = true;
    const auto marked = strictness(test::verdict_of(test::inventory_of(chip)));
    test::Scene unknown = test::measured(chip);
    unknown.catalog.chips.clear();
    const auto without = strictness(test::verdict_of(unknown));
    if (marked && without) {
      EXPECT_GE(*without, *marked) << round;
    }
  }
}

}  // namespace
}  // namespace tpp
