#include "agent/shipment/chips_on_board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/items.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/core/shipments.h"

namespace tpp::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

Figures chip_of(double tpp, double area) {
  Figures figures;
  figures.tpp = tpp;
  figures.die_area_mm2 = area;
  figures.datacenter = true;
  figures.dram_bandwidth = 500;
  return figures;
}

ManifestItem computer_of_chips(const Figures& figures, int count, std::optional<int> per_board) {
  ManifestItem item = computer_of(figures, count);
  item.parts.at(0).kind = ShipmentItemKind::chip;
  item.parts.at(0).per_board = per_board;
  return item;
}

ShipmentItem answered(const Figures& figures, int count, std::optional<int> per_board = {}) {
  return answer_of(manifest_of({computer_of_chips(figures, count, per_board)})).items.at(0);
}

// TPP 1500 with a density of 1.5: below everything by itself, 12000 as a board of eight.
const Figures kWeak = chip_of(1500, 1000);

TEST(ChipsOnBoard, AreCountedTogetherAsOftenAsIsSaid) {
  EXPECT_EQ(answered(kWeak, 8, 1).determination, DeterminationKind::not_controlled);
  EXPECT_EQ(answered(kWeak, 8, 3).determination, DeterminationKind::not_controlled);
  const ShipmentItem eight = answered(kWeak, 8, 8);

  EXPECT_EQ(eight.determination, DeterminationKind::license_required);
  const Determination& determination = eight.parts.at(0).determination;
  EXPECT_THAT(determination.paragraphs, Contains("3A090.a.1"));
  EXPECT_EQ(determination.figures.at(0).value, 12000);
  EXPECT_THAT(determination.figures.at(0).origin, HasSubstr("x 8 on one board"));
}

TEST(ChipsOnBoard, KeepTheirDensityAndAddTheirBandwidth) {
  const Item item = on_one_board(figures_item(kWeak, "package"), 4);
  const BoardValues values = item.values({});

  const auto figure = [&](RuleQuantity quantity) {
    return figure_for(values.bases.at(0), quantity)->value;
  };
  EXPECT_EQ(figure(RuleQuantity::tpp), 6000);
  EXPECT_EQ(figure(RuleQuantity::pd), 1.5);
  EXPECT_EQ(figure(RuleQuantity::dram_bandwidth), 2000);
}

TEST(ChipsOnBoard, LeaveTheAnswerOpenWhereTheirNumberIsNotSaidAndMatters) {
  const auto whole = answer_of(manifest_of({computer_of_chips(kWeak, 8, {})}));
  const ShipmentItem& open = whole.items.at(0);

  EXPECT_EQ(open.determination, DeterminationKind::undetermined);
  EXPECT_EQ(whole.decides.requirement, Truth::not_decided);
  EXPECT_THAT(open.parts.at(0).determination.notes,
              Contains(testing::AllOf(HasSubstr("how many of the 8 sit on one board"),
                                      HasSubstr("give per_board"), HasSubstr("3A090.a.1"))));
}

TEST(ChipsOnBoard, NeedNoNumberWhereItChangesNothing) {
  EXPECT_EQ(answered(kWeak, 1).determination, DeterminationKind::not_controlled);
  EXPECT_EQ(answered(chip_of(10, 1000), 8).determination, DeterminationKind::not_controlled);
  const ShipmentItem strong = answered(chip_of(30000, 800), 8);
  EXPECT_EQ(strong.determination, DeterminationKind::license_required);
  EXPECT_THAT(strong.parts.at(0).determination.notes, Not(Contains(HasSubstr("per_board"))));
}

// The class is the same, but eight of them are beyond the window of a milder review.
TEST(ChipsOnBoard, OpenTheReviewThatHangsOnTheirNumber) {
  const auto policies = [](std::optional<int> per_board) {
    return answer_of(manifest_of({computer_of_chips(chip_of(15000, 800), 8, per_board)}))
        .decides.policies;
  };
  EXPECT_THAT(policies(1), testing::ElementsAre("case by case"));
  EXPECT_THAT(policies(8), testing::ElementsAre("presumption of denial"));
  EXPECT_THAT(policies({}), Not(Contains("case by case")));
}

// A duty is between two limits: three of these are in its first band, one and eight are not.
TEST(ChipsOnBoard, OpenADutyThatSomeNumberBetweenMeets) {
  Figures figures = chip_of(5000, 3000);
  figures.datacenter = false;
  figures.dram_bandwidth = 1600;
  const auto duty = [&](std::optional<int> per_board) {
    const ShipmentItem item = answered(figures, 8, per_board);
    for (const auto& control : item.parts.at(0).determination.other_controls) {
      if (control.name == "section 232 duty, first band") return control.status;
    }
    return std::string("absent");
  };
  EXPECT_EQ(duty(1), "not met");
  EXPECT_EQ(duty(3), "applies");
  EXPECT_EQ(duty(8), "not met");
  EXPECT_EQ(duty({}), "not decided");
}

// What another chip adds and nobody knows may carry the board over the window's limit.
TEST(ChipsOnBoard, AreALowerBoundBesideOneWhoseFigureIsNotKnown) {
  ManifestItem item = computer_of_chips(chip_of(6000, 800), 1, {});
  item.parts.push_back(item.parts.front());
  item.parts.back().figures->dram_bandwidth.reset();
  const auto whole = answer_of(manifest_of({item}));

  EXPECT_THAT(whole.decides.policies, Not(Contains("case by case")));
  EXPECT_THAT(whole.items.at(0).parts.at(0).determination.notes,
              Contains(HasSubstr("give per_board")));
}

// Two kinds of chip, one of each: together they are 6000.
TEST(ChipsOnBoard, AreCountedWithTheOtherChipsOfTheirComputer) {
  ManifestItem item = computer_of_chips(chip_of(3000, 3000), 1, {});
  item.parts.push_back(item.parts.front());
  item.parts.back().name = "another";
  const auto determined = [&] { return answer_of(manifest_of({item})).items.at(0); };

  const ShipmentItem open = determined();
  EXPECT_EQ(open.determination, DeterminationKind::undetermined);
  EXPECT_THAT(open.parts.at(0).determination.notes,
              Contains(HasSubstr("and with which other chips")));

  // Said to sit apart.
  for (ManifestPart& part : item.parts) part.per_board = 1;
  EXPECT_EQ(determined().determination, DeterminationKind::not_controlled);
  // A board is counted by itself.
  for (ManifestPart& part : item.parts) {
    part.per_board.reset();
    part.kind = ShipmentItemKind::board;
  }
  EXPECT_EQ(determined().determination, DeterminationKind::not_controlled);
}

// The planar chip has no density, and gives the other one more than it has by itself.
TEST(ChipsOnBoard, OfPlanarDiesAddNoAreaToTheDensityOfTheOthers) {
  Figures planar = chip_of(2000, 1);
  planar.die_area_mm2.reset();
  planar.planar = true;
  ManifestItem item = computer_of_chips(chip_of(300, 100), 1, {});
  EXPECT_EQ(answer_of(manifest_of({item})).determination, DeterminationKind::not_controlled);
  item.parts.push_back(computer_of_chips(planar, 1, {}).parts.front());

  const ShipmentAnswer both = answer_of(manifest_of({item}));
  EXPECT_EQ(both.determination, DeterminationKind::undetermined);
  // The first alone, too: 300 of TPP by 100 mm2 become 2300 by the same area.
  const auto& parts = both.items.at(0).parts;
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_THAT(parts[0].determination.notes,
              Contains(HasSubstr("all on one: 3A090.a, designed or marketed for datacenters")));
}

TEST(ChipsOnBoard, CountOnceInTheSumOfAShipment) {
  for (const std::optional<int> per_board : {std::optional<int>(), std::optional(4)}) {
    const ShipmentItem item = answered(kWeak, 8, per_board);
    EXPECT_EQ(item.tpp.value, 12000);
    EXPECT_EQ(item.parts.at(0).tpp, 1500);
  }
}

TEST(ChipsOnBoard, OfTheCatalogueAreCountedTogetherToo) {
  ManifestItem item = computer_of_chips(kWeak, 4, 4);
  item.parts.at(0).figures.reset();
  item.parts.at(0).model = "small";
  Catalog catalog;
  catalog.chips = {small_chip()};
  const Manifest manifest = manifest_of({item});
  Question question;
  question.as_of = "2026-09-01";

  const auto answer = answer_shipment(manifest, resolve_items(manifest, catalog, {}),
                                      {editions(), countries()}, question);

  // 4 x 1042 with a density of 1.9.
  EXPECT_THAT(answer.items.at(0).parts.at(0).determination.paragraphs, Contains("3A090.b.1"));
}

}  // namespace
}  // namespace tpp::test
