// A die area that is only known not to be larger: the density is then known not to be lower, which
// meets thresholds and keeps nothing below one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/boards/aggregate.h"
#include "agent/boards/board_values.h"
#include "agent/chips/catalog_file.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::HasSubstr;

// TPP 2000, by an area that is at most this.
Chip bounded(double area_mm2) {
  Chip chip = test::chip("bounded", {{Precision::fp16, 125}}, area_mm2);
  chip.applicable_die_area_mm2->bound = Bound::at_most;
  return chip;
}

Verdict verdict_of(const Chip& chip) { return test::verdict_of(test::inventory_of(chip)); }

TEST(BoundedArea, IsNoGroundForBelow) {
  Chip exact = bounded(1000);
  exact.applicable_die_area_mm2->bound = std::nullopt;

  EXPECT_EQ(verdict_of(exact).kind, ClassificationKind::below);
  EXPECT_EQ(verdict_of(bounded(1000)).kind, ClassificationKind::undetermined);
}

TEST(BoundedArea, StillMeetsWhatTheDensityReaches) {
  const Verdict verdict = verdict_of(bounded(300));

  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_THAT(verdict.paragraphs, Contains("3A090.a.2"));
}

// At 4 TPP/mm2 or more it is 3A090.b.2 or 3A090.a.2: the milder one must not stand as the answer.
TEST(BoundedArea, LeavesTheStricterParagraphOpen) {
  const Verdict verdict = verdict_of(bounded(500));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.rendered, HasSubstr("presumed controlled (3A090.b.2)"));
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("the die area is an upper bound")));
  for (const Comparison& row : verdict.comparisons) {
    if (row.quantity != RuleQuantity::pd) continue;
    EXPECT_NE(row.truth, Truth::not_met) << row.paragraph << " " << row.threshold;
  }
}

TEST(BoundedArea, MakesAMeasuredDensityALowerBoundToo) {
  Chip chip = test::small_chip();
  chip.applicable_die_area_mm2->bound = Bound::at_most;
  const auto boards = test::aggregate_scene(test::measured(chip));

  const BoardValues values = board_values(boards.at(0), settle_readings(Rule{}, {}));

  int densities = 0;
  for (const BasisValues& basis : values.bases) {
    const Quantified* density = figure_for(basis, RuleQuantity::pd);
    if (!density) continue;
    ++densities;
    EXPECT_TRUE(density->at_least);
    EXPECT_EQ(decide_on(basis, {RuleQuantity::pd, Operator::greater_equal, 5.92, ""}).truth,
              Truth::not_decided);
  }
  EXPECT_GE(densities, 2);
}

constexpr const char* kRow = R"(known_through: 2026-09-30
chips:
  - id: v-two-dies
    vendor: V
    name: Two Dies
    kind: gpu
    dies:
      - {count: 1, role: compute, area_mm2: [400, source, "a paper"], area_is: at_most, nonplanar: true, why: "compute"}
      - {count: 2, role: I/O, area_mm2: [100, source, "a paper"], nonplanar: true, why: "logic"}
)";

TEST(BoundedArea, OfOneDieBoundsTheSum) {
  const Chip chip = parse_catalog(kRow, "c.yaml").chips.at(0);

  EXPECT_EQ(chip.applicable_die_area_mm2->value, 600);
  EXPECT_EQ(chip.applicable_die_area_mm2->bound, Bound::at_most);
  EXPECT_THAT(chip.applicable_die_area_mm2->source, HasSubstr("compute at most 400 mm2"));
}

TEST(BoundedArea, IsRefusedInOtherWords) {
  std::string text = kRow;
  text.replace(text.find("at_most"), 7, "under");
  try {
    parse_catalog(text, "c.yaml");
    FAIL() << "taken";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("at_most"));
  }
}

TEST(BoundedArea, StandsInTheShippedRowsWhosePapersSayUnder) {
  const Catalog catalog = load_catalog(std::string(TPP_CATALOG));
  int bounds = 0;
  for (const Chip& chip : catalog.chips) {
    for (const Die& die : chip.details.dies) {
      if (!die.area_mm2) continue;
      const bool said = die.area_mm2->source.find("under ") != std::string::npos ||
                        die.area_mm2->source.find("upper bound") != std::string::npos;
      bounds += said;
      EXPECT_EQ(said, die.area_mm2->bound.has_value()) << chip.id.value;
    }
  }
  EXPECT_GE(bounds, 4);
}

}  // namespace
}  // namespace tpp
