// Each part of a statement about licences is shown to decide alone: a statement that holds in all
// its parts, and the same with one of them changed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "agent/boards/aggregate.h"
#include "agent/chips/catalog_file.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/regulation/licences.h"

namespace tpp {
namespace {

using test::b_item;
using test::text;
using testing::Contains;
using testing::HasSubstr;

// One edition with one class, one embargo and the rows that a test adds.
struct World {
  World() {
    Edition edition;
    edition.rule.id.value = "made-up";
    edition.rule.in_force_from = "2020-01-01";
    edition.rule.known_through = "2030-01-01";
    edition.rule.below_text = "below";
    edition.rule.not_controlled_text = "not controlled";
    Provision provision;
    provision.paragraph = "X.1";
    provision.gives = "X";
    provision.rank = 1;
    provision.all = {{RuleQuantity::tpp, Operator::greater_equal, 1000, ""}};
    edition.rule.provisions = {provision};
    ItemClass item;
    item.name = "x";
    item.classes = {"X"};
    edition.item_classes = {item};
    edition.notices = {{{{"KP"}, {}}, "an embargo", true, {}}};
    editions = {edition};
  }

  LicenceRow& add(LicenceEffect effect, const std::string& name) {
    LicenceRow row;
    row.effect = effect;
    row.name = name;
    row.items = {"x"};
    editions[0].licence.push_back(row);
    return editions[0].licence.back();
  }

  LicenceAnswer answer() const {
    Item item = figures_item(figures, "");
    item.form = form;
    return determine(item, editions, test::shipped_countries(), {"2026-09-01", scope, {}, asked})
        .licence->decides;
  }

  std::vector<Edition> editions;
  Figures figures = test::board(2000, 1000);
  ItemForm form = ItemForm::goods;
  Scope scope = Scope::text;
  Transaction asked{"SG", {"FR", "FR"}, "US"};
};

struct Part {
  const char* name;
  std::function<void(World&, LicenceRow&)> change;
};

// A row of all parts that holds, with one part after the other turned against it.
const std::vector<Part>& parts() {
  static const std::vector<Part> all = {
      {"destination", [](World& world, LicenceRow&) { world.asked.destination = "TH"; }},
      {"destination left out", [](World&, LicenceRow& row) { row.destination.none_of = {"SG"}; }},
      {"class", [](World& world, LicenceRow&) { world.figures.tpp = 999; }},
      {"item", [](World&, LicenceRow& row) { row.items = {"y"}; }},
      {"party",
       [](World& world, LicenceRow&) {
         world.asked.headquarters = {"DE", "DE"};
       }},
      {"origin", [](World& world, LicenceRow&) { world.asked.exported_from = "JP"; }},
      {"embargo",
       [](World& world, LicenceRow&) {
         world.asked.headquarters = {"FR", "KP"};
       }},
      {"technology", [](World& world, LicenceRow&) { world.form = ItemForm::technology; }},
      {"scope", [](World&, LicenceRow& row) { row.standing.in_text = false; }},
  };
  return all;
}

LicenceRow& add_whole_row(World& world, LicenceEffect effect) {
  LicenceRow& row = world.add(effect, "whole");
  row.destination = {{"SG"}, {}};
  row.party = Place{{"FR"}, {}};
  row.exported_from = Place{{"US"}, {}};
  row.embargoed = false;
  row.technology = false;
  return row;
}

TEST(EachPart, OfARequirementDecidesAlone) {
  World whole;
  add_whole_row(whole, LicenceEffect::requirement);
  EXPECT_EQ(text(whole.answer()), "required/-");
  for (const Part& part : parts()) {
    World world;
    LicenceRow& row = add_whole_row(world, LicenceEffect::requirement);
    part.change(world, row);
    EXPECT_NE(world.answer().requirement, Truth::met) << part.name;
  }
}

TEST(EachPart, OfAnExceptionAndOfAPolicyDecidesAlone) {
  for (const LicenceEffect effect : {LicenceEffect::exception, LicenceEffect::policy}) {
    const auto world_with = [&](const Part* part) {
      World world;
      world.add(LicenceEffect::requirement, "always");
      LicenceRow& row = add_whole_row(world, effect);
      if (effect == LicenceEffect::exception) {
        world.editions[0].item_classes[0].determination = DeterminationKind::exception_eligible;
      }
      if (part) part->change(world, row);
      return world.answer();
    };
    const auto has = [&](const LicenceAnswer& answer) {
      return effect == LicenceEffect::exception ? answer.exception.has_value()
                                                : answer.review_policy.has_value();
    };
    EXPECT_TRUE(has(world_with(nullptr)));
    for (const Part& part : parts()) EXPECT_FALSE(has(world_with(&part))) << part.name;
  }
}

TEST(Exception, OfSeveralThatHoldAsksForTheLongestNotice) {
  for (const bool longest_first : {true, false}) {
    World world;
    world.editions[0].item_classes[0].determination = DeterminationKind::exception_eligible;
    world.add(LicenceEffect::requirement, "always");
    world.add(LicenceEffect::exception, "one").notice_days = longest_first ? 25 : 0;
    world.add(LicenceEffect::exception, "other").notice_days = longest_first ? 0 : 25;
    EXPECT_EQ(world.answer().notice_days, 25);
    EXPECT_EQ(world.answer().exception, longest_first ? "one" : "other");
  }
}

// What is open to one of two classes is not open to an item that may be of the other.
TEST(Exception, IsNotShownWhereAStricterClassMayApply) {
  Item item = figures_item(b_item(), "");
  const auto answer = [&] {
    return determine(item, test::shipped_editions(), test::shipped_countries(),
                     {"2024-06-01", Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}})
        .licence->decides;
  };
  EXPECT_EQ(answer().exception, "NAC");
  item.doubt = "the evidence is in doubt";
  EXPECT_EQ(answer().requirement, Truth::met);
  EXPECT_FALSE(answer().exception);
}

// Slow by figures that are those of another product, perhaps.
TEST(Letter, OfAnItemInDoubtIsOpenWhateverItsFigures) {
  Chip chip = test::small_chip();
  chip.memory_bandwidth = test::figure(300e9);
  chip.details.interconnect = test::figure(64e9);
  test::Scene scene = test::measured(chip);
  Report report;
  report.mode = PassMode::quick;
  report.inventory = scene.inventory;
  report.measurements = scene.measurements;
  report.performances = test::aggregate_scene(scene);
  report.chips = scene.catalog.chips;
  const auto notes = [&] {
    return determine(report_items(report).at(0), test::shipped_editions(),
                     test::shipped_countries(),
                     {test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}})
        .licence->decides.notes;
  };
  const auto hangs = Contains(HasSubstr("requirement (letter of April 2025) hangs on"));
  EXPECT_THAT(notes(), testing::Not(hangs));
  report.performances.at(0).facts.identity_differs = {"units: 100, catalogue 132"};
  EXPECT_THAT(notes(), hangs);
}

// Whether it is for datacenters is in doubt, and both that it may be need a licence.
TEST(Licence, IsRequiredWhereEveryClassThatItMayBeNeedsOne) {
  Chip chip = test::large_chip();
  chip.datacenter = false;
  chip.details.grounds["datacenter"] = {Confidence::recall, "a judgement"};
  const auto of = [](const Chip& one, const char* destination) {
    return determine(chip_item(one, {}), test::shipped_editions(), test::shipped_countries(),
                     {"2024-06-01",
                      Scope::text,
                      {},
                      Transaction{destination, {destination, destination}, "US"}});
  };
  const Determination result = of(chip, "VN");
  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_EQ(text(result.licence->decides), "required/-");  // neither exception nor policy is shown
  EXPECT_EQ(text(of(chip, "DE").licence->decides), "none");
  // Below 4800 it is outside if it is not for datacenters, so that all is open.
  Chip middle = test::chip("middle", {{Precision::fp16, 156.25}}, 814, false);
  middle.details.grounds = chip.details.grounds;
  EXPECT_EQ(text(of(middle, "VN").licence->decides), "open/-");
}

// The mark of what was not read follows the statement to where it decides.
TEST(Note, ThatTakesAnItemOutSaysHowItWasRead) {
  const auto note_of = [](bool read, bool from_memory) {
    std::vector<Edition> editions = test::shipped_editions();
    for (Edition& edition : editions) {
      for (Exclusion& each : edition.rule.exclusions) {
        each.standing.text_verified = read;
        each.standing.unverified = from_memory;
      }
    }
    return determine(figures_item(test::board(4000, 800, false), ""), editions,
                     test::shipped_countries(), {test::kToday, Scope::text, {}, {}})
        .notes;
  };
  const auto taken_out = HasSubstr("takes it out of 3A090.b.1");
  EXPECT_THAT(note_of(true, false), Contains("Note 2 to 3A090 takes it out of 3A090.b.1"));
  EXPECT_THAT(note_of(false, false),
              Contains(testing::AllOf(taken_out, HasSubstr("not read in the law's own words"))));
  EXPECT_THAT(note_of(false, true), Contains(testing::AllOf(taken_out, HasSubstr("from memory"))));
}

}  // namespace
}  // namespace tpp
