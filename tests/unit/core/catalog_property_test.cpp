// What must hold of the class of every shipped chip when a figure of its row moves: more
// operations, less area, or a "yes" to data centres never give a milder one.
#include <gtest/gtest.h>

#include <functional>
#include <random>

#include "agent/chips/catalog_class.h"
#include "agent/chips/catalog_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/editions_in_force.h"

namespace tpp {
namespace {

constexpr const char* kDays[] = {"2022-11-01", "2023-12-01", "2026-09-01"};

const Catalog& shipped() {
  static const Catalog catalog = load_catalog(std::string(TPP_CATALOG));
  return catalog;
}

// Strictness of a definite class; undetermined is none.
std::optional<int> strictness(const std::string& classification) {
  if (classification.starts_with("3A090.a")) return 2;
  if (classification == "undetermined") return std::nullopt;
  return classification == "below" ? 0 : 1;
}

std::string class_on(const Chip& chip, const std::vector<Edition>& in_force) {
  return class_of(chip, {}, in_force).classification;
}

class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}
  // Often a little, so as to cross one threshold, sometimes all of them.
  double factor() {
    const bool much = std::bernoulli_distribution(0.3)(engine_);
    return std::uniform_real_distribution<>(1, much ? 8 : 1.3)(engine_);
  }

 private:
  std::mt19937 engine_;
};

using Change = std::function<bool(Chip&, Generator&)>;  // false: the row has no such figure

// Each chip on each day with one change: never milder, and no "below" out of an open question.
int hold_all(const char* what, const Change& change) {
  Generator generator(20231117);
  const std::vector<Edition> editions = load_editions(TPP_RULES);
  int compared = 0;
  for (const char* day : kDays) {
    const std::vector<Edition> in_force = editions_in_force(editions, day);
    for (const Chip& chip : shipped().chips) {
      Chip changed = chip;
      if (!change(changed, generator)) continue;
      const std::string before = class_on(chip, in_force);
      const std::string after = class_on(changed, in_force);
      const auto was = strictness(before);
      const auto is = strictness(after);
      if (!is) continue;
      EXPECT_GE(*is, was.value_or(1)) << what << ": " << chip.id.value << " on " << day;
      ++compared;
    }
  }
  return compared;
}

TEST(CatalogProperty, ARaisedRateNeverGivesAMilderClass) {
  for (const Precision precision : {Precision::fp16, Precision::int8, Precision::fp8_e4m3,
                                    Precision::bf16, Precision::fp32, Precision::fp64}) {
    const auto raise = [&](Chip& chip, Generator& generator) {
      bool raised = false;
      for (auto* table : {&chip.declared, &chip.declared_vector}) {
        const auto figure = table->find(precision);
        if (figure == table->end()) continue;
        figure->second.value *= generator.factor();
        raised = true;
      }
      return raised;
    };
    EXPECT_GT(hold_all("a rate raised", raise), 100) << name(precision);
  }
}

TEST(CatalogProperty, ASmallerAreaNeverGivesAMilderClass) {
  const auto shrink = [](Chip& chip, Generator& generator) {
    if (!chip.applicable_die_area_mm2) return false;
    chip.applicable_die_area_mm2->value /= generator.factor();
    return true;
  };
  EXPECT_GT(hold_all("the area lowered", shrink), 200);
}

TEST(CatalogProperty, AnAreaThatIsABoundNeverGivesAMilderClass) {
  const auto bound = [](Chip& chip, Generator&) {
    if (!chip.applicable_die_area_mm2) return false;
    chip.applicable_die_area_mm2->bound = Bound::at_most;
    return true;
  };
  EXPECT_GT(hold_all("the area a bound", bound), 100);
}

TEST(CatalogProperty, AYesToDatacentersNeverGivesAMilderClass) {
  const auto flip = [](Chip& chip, Generator&) {
    if (chip.datacenter) return false;
    chip.datacenter = true;
    return true;
  };
  EXPECT_GT(hold_all("for data centres", flip), 100);
}

TEST(CatalogProperty, ADoubtfulGroundNeverGivesAMilderClass) {
  const auto doubt = [](Chip& chip, Generator&) {
    if (chip.datacenter) return false;
    chip.details.grounds["datacenter"].confidence = Confidence::recall;
    return true;
  };
  EXPECT_GT(hold_all("in doubt", doubt), 50);
}

}  // namespace
}  // namespace tpp
