// "Not for data centres" takes a chip out of 3A090 below a TPP of 4800: where the catalogue itself
// calls it doubtful it must not.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/chips/catalog_file.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::HasSubstr;

// TPP 2000 at 6.67 TPP/mm2: 3A090.a.2 if it is for data centres, else outside.
Chip chip_for(bool datacenter, Confidence ground) {
  Chip chip = test::chip("card", {{Precision::fp16, 125}}, 300, datacenter);
  chip.details.grounds["datacenter"] = {ground, "sold to developers: doubtful"};
  return chip;
}

Verdict verdict_of(const Chip& chip) { return test::verdict_of(test::inventory_of(chip)); }

TEST(DatacenterDoubt, KeepsANoFromTakingAChipOut) {
  EXPECT_EQ(verdict_of(chip_for(false, Confidence::derived)).kind, ClassificationKind::below);

  const Verdict verdict = verdict_of(chip_for(false, Confidence::recall));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.rendered, HasSubstr("presumed controlled (3A090.a.2)"));
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("datacenter is in doubt")));
  const auto asks = [](const Comparison& row) { return row.quantity == RuleQuantity::datacenter; };
  const auto comparison = std::ranges::find_if(verdict.comparisons, asks);
  ASSERT_NE(comparison, verdict.comparisons.end());
  EXPECT_EQ(comparison->truth, Truth::not_decided);
  EXPECT_FALSE(comparison->value);
}

TEST(DatacenterDoubt, IsNoneOfAYes) {
  EXPECT_EQ(datacenter_doubt(chip_for(true, Confidence::recall)), std::nullopt);
  EXPECT_EQ(verdict_of(chip_for(true, Confidence::recall)).classification, "3A090.a");
}

TEST(DatacenterDoubt, IsSettledByAnOperatorsYesAndByNoNo) {
  test::Scene scene = test::inventory_of(chip_for(false, Confidence::recall));
  scene.board().datacenter = true;
  EXPECT_EQ(test::verdict_of(scene).classification, "3A090.a");
  scene.board().datacenter = false;
  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::undetermined);
}

TEST(DatacenterDoubt, IsOfEveryShippedRowThatCallsItsNoDoubtful) {
  const Catalog catalog = load_catalog(std::string(TPP_CATALOG));
  int doubted = 0;
  for (const Chip& chip : catalog.chips) {
    const auto ground = chip.details.grounds.find("datacenter");
    if (chip.datacenter || ground == chip.details.grounds.end()) continue;
    const std::string words = ground->second.source + " " + chip.note;
    const bool doubtful =
        words.find("doubtful") != std::string::npos || words.find("judgement") != std::string::npos;
    doubted += doubtful;
    EXPECT_EQ(datacenter_doubt(chip).has_value(), doubtful) << chip.id.value;
  }
  EXPECT_GE(doubted, 8);
}

}  // namespace
}  // namespace tpp
