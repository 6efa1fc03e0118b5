#include "agent/shipment/shipment_programme.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/items.h"
#include "tests/unit/core/shipments.h"

namespace tpp::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

ShipmentAnswer priced(double value, double content) {
  ManifestItem item = item_of("board", small_board());
  item.quantity = 7;
  item.unit_value = value;
  item.us_content_value = content;
  item.supplier_countries = {"TW", "HK"};
  return answer_of(manifest_of({item}));
}

TEST(ShipmentProgramme, ReachesTheSharePresumedToSufficeExactlyAtIt) {
  const auto at = priced(100, 51).programmes.at(0);
  EXPECT_EQ(at.presumption, Truth::met);
  EXPECT_EQ(at.share, at.presumed_share);

  const auto under = priced(100'000, 50'999).programmes.at(0);
  EXPECT_EQ(under.presumption, Truth::not_met);
}

TEST(ShipmentProgramme, HasNoShareWhereAValueIsMissing) {
  const auto answer = answer_of(manifest_of({item_of("bare", small_board())})).programmes.at(0);

  EXPECT_FALSE(answer.share);
  EXPECT_EQ(answer.presumption, Truth::not_decided);
  EXPECT_THAT(answer.value.missing, ElementsAre("bare"));
  EXPECT_FALSE(answer.suppliers_said);
  EXPECT_THAT(answer.suppliers_not_said, ElementsAre("bare"));
}

TEST(ShipmentProgramme, HasNoShareOfNothing) { EXPECT_FALSE(priced(0, 0).programmes.at(0).share); }

TEST(ShipmentProgramme, NamesSuppliersAndPartiesOfCountriesOfConcern) {
  const auto answer = priced(100, 51).programmes.at(0);

  ASSERT_EQ(answer.suppliers.size(), 1u);
  EXPECT_THAT(answer.suppliers[0].countries, ElementsAre("HK"));
  EXPECT_THAT(answer.parties, ElementsAre(HasSubstr("ultimate parent CN")));
}

TEST(ShipmentProgramme, NamesSuppliersOfDesignsToo) {
  ManifestItem design = item_of("design", small_board(), ShipmentItemKind::technology);
  design.supplier_countries = {"CN"};
  const auto answer = answer_of(manifest_of({design})).programmes.at(0);

  ASSERT_EQ(answer.suppliers.size(), 1u);
  EXPECT_THAT(answer.suppliers[0].countries, ElementsAre("CN"));
}

TEST(ShipmentProgramme, LeavesDesignsOutOfTheHardwareLayer) {
  ManifestItem board = item_of("board", small_board());
  board.unit_value = 10;
  board.us_content_value = 6;
  const auto answer = answer_of(
      manifest_of({board, item_of("design", small_board(), ShipmentItemKind::technology)}));

  EXPECT_DOUBLE_EQ(*answer.programmes.at(0).share, 0.6);
}

TEST(ShipmentProgramme, IsNotYetThereBeforeItsDay) {
  const auto early =
      answer_of(manifest_of({item_of("b", small_board())}), Scope::text, "2025-07-22");
  EXPECT_THAT(early.programmes, IsEmpty());
  const auto before_the_call =
      answer_of(manifest_of({item_of("b", small_board())}), Scope::text, "2025-12-01");
  EXPECT_FALSE(before_the_call.programmes.at(0).presumed_share);
}

TEST(ShipmentProgramme, IsNoEditionThatDecidesAnItem) {
  Question question;
  question.as_of = "2026-09-01";
  const Determination alone =
      determine(figures_item(small_board(), ""), editions(), countries(), question);

  for (const EditionUse& edition : alone.editions) {
    EXPECT_THAT(edition.id, Not(HasSubstr("ai-exports")));
  }
}

}  // namespace
}  // namespace tpp::test
