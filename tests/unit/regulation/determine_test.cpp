#include "agent/regulation/determine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/chips/catalog_class.h"
#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_match.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

using test::ask_item;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Determination, NeverSaysUncontrolled) {
  const Determination result = test::ask(test::board(1042, 545));
  EXPECT_EQ(result.rendered, "not controlled by 3A090; normally 3A991.p");
  EXPECT_THAT(result.paragraphs, IsEmpty());
}

TEST(Determination, ListsParagraphsOfTheStrictestClassAlone) {
  EXPECT_THAT(test::ask(test::board(4992, 1000)).paragraphs, ElementsAre("3A090.a.1"));
  EXPECT_THAT(test::ask(test::board(2400, 750)).paragraphs, ElementsAre("3A090.b.1", "3A090.b.2"));
}

TEST(Determination, SaysWhatTheDatacenterFlagWouldChange) {
  EXPECT_THAT(test::ask(test::board(2400, 300, std::nullopt)).notes,
              Contains(HasSubstr("counts as yes; if not: not-controlled")));
  EXPECT_THAT(test::ask(test::board(2400, 300, true)).notes,
              Not(Contains(HasSubstr("counts as yes"))));
}

TEST(Determination, RepeatsWhereItRestsOnWordsThatWereNotRead) {
  EXPECT_THAT(test::ask(test::board(2400, 750)).notes,
              Contains(HasSubstr("3A090.b: not read in the law's own words")));
  Figures old = test::board(4992, 826);
  old.interconnect = 600;
  EXPECT_THAT(test::ask(old, "2022-11-01").notes,
              Contains(HasSubstr("3A090.a: not read in the law's own words")));
  old.interconnect = 400;
  EXPECT_THAT(test::ask(old, "2022-11-01").notes,
              Contains(HasSubstr("3A090.a: not read in the law's own words")));
}

TEST(Determination, OfAPresumedParagraphSaysSo) {
  const Determination result = test::ask(test::board(3000));
  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_THAT(result.notes, Contains(HasSubstr("not decided: 3A090.a.2, 3A090.b.1, 3A090.b.2")));
}

TEST(Stage, AddsWhatItMeansAndRefusesOthers) {
  const auto at = [](const std::string& stage) {
    return ask_item(figures_item(test::board(5000, 814), stage));
  };
  EXPECT_THAT(at("die").notes, Contains(HasSubstr("a bare die may have a higher TPP")));
  EXPECT_EQ(at("board").stage, "board");
  EXPECT_THROW(at("wafer"), UsageError);
}

TEST(Readings, ThatAreUnknownAreRefused) {
  Question question{test::kToday, Scope::text, {{"tf32_bits", "19"}}, {}};
  EXPECT_NO_THROW(ask_item(figures_item(test::board(5000), ""), question));
  question.readings = {{"tf32_bits", "20"}};
  EXPECT_THROW(ask_item(figures_item(test::board(5000), ""), question), UsageError);
}

TEST(Readings, ThatWouldChangeAChipAreNamed) {
  // TF32 at 32 bits carries it over 4800, at 19 it does not.
  Chip chip = test::chip("tf32-part", {{Precision::tf32, 190}, {Precision::fp16, 190}}, 0);
  const Determination result = ask_item(chip_item(chip, {}));
  EXPECT_EQ(result.determination, DeterminationKind::license_required);
  EXPECT_THAT(result.sensitive_to, Contains(HasSubstr("tf32_bits=19: undetermined")));
  const Determination other =
      ask_item(chip_item(chip, {}), {test::kToday, Scope::text, {{"tf32_bits", "19"}}, {}});
  EXPECT_EQ(other.determination, DeterminationKind::undetermined);
  EXPECT_THAT(other.notes, Contains("read with tf32_bits=19"));
}

TEST(Readings, ThatWouldChangeAnItemOnlyTogetherAreNamedTogether) {
  Item item = figures_item(test::board(5000, 5000), "");
  item.read = true;
  item.values = [](const Readings& readings) {
    const bool both = readings.at("tf32_bits") == "19" && readings.at("board_sum") != "larger";
    return figure_values(test::board(both ? 100 : 5000, 5000));
  };
  EXPECT_THAT(
      ask_item(item).sensitive_to,
      testing::ElementsAre(
          HasSubstr("board_sum=best_then_sum with tf32_bits=19: not-controlled; no longer"),
          HasSubstr("board_sum=sum_then_best with tf32_bits=19: not-controlled; no longer")));
}

TEST(Readings, AreThoseOfTheFiguresShownToo) {
  Item item = figures_item(test::board(5000, 814), "");
  item.figures = [](const Readings& readings) {
    return std::vector<GivenFigure>{{RuleQuantity::tpp, 1, readings.at("tf32_bits")}};
  };
  EXPECT_EQ(ask_item(item).figures.front().origin, "32");
  EXPECT_EQ(
      ask_item(item, {test::kToday, Scope::text, {{"tf32_bits", "19"}}, {}}).figures.front().origin,
      "19");
}

TEST(Readings, OfWhichDiesCountChangeTheDensity) {
  Chip chip = test::chip("chiplet", {{Precision::fp16, 130}}, 1400);  // TPP 2080
  EXPECT_TRUE(ask_item(chip_item(chip, {})).paragraphs.empty());
  chip.computing_die_area_mm2 = Figure{400, Confidence::source, "sheet"};
  const Determination result = ask_item(chip_item(chip, {}));
  EXPECT_TRUE(result.paragraphs.empty());
  EXPECT_THAT(result.sensitive_to,
              Contains(HasSubstr("chiplet_dies=compute: exception-eligible (3A090.b.2)")));
  const Determination other =
      ask_item(chip_item(chip, {}), {test::kToday, Scope::text, {{"chiplet_dies", "compute"}}, {}});
  EXPECT_THAT(other.paragraphs, testing::ElementsAre("3A090.b.2"));
  const auto density = std::ranges::find(other.figures, RuleQuantity::pd, &GivenFigure::quantity);
  ASSERT_NE(density, other.figures.end());
  EXPECT_DOUBLE_EQ(*density->value, 5.2);
  EXPECT_THAT(density->origin, HasSubstr("400 mm2"));
}

TEST(Chip, IsDeterminedByWhatItsMakerDeclares) {
  EXPECT_EQ(ask_item(chip_item(test::large_chip(), {})).determination,
            DeterminationKind::license_required);
  const Determination small = ask_item(chip_item(test::small_chip(), {}));
  EXPECT_EQ(small.determination, DeterminationKind::not_controlled);
  EXPECT_EQ(small.rendered, "not controlled by 3A090; normally 3A991.p");
}

TEST(Chip, WithFiguresFromMemoryIsNeverBelow) {
  Chip chip = test::small_chip();
  for (auto& [precision, figure] : chip.declared) figure.confidence = Confidence::recall;
  EXPECT_EQ(ask_item(chip_item(chip, {})).determination, DeterminationKind::undetermined);
}

std::vector<Edition> today() { return editions_in_force(test::shipped_editions(), test::kToday); }

TEST(CatalogClass, IsThatOfTheDetermination) {
  const CatalogLine large = class_of(test::large_chip(), {}, today());
  EXPECT_EQ(large.classification, "3A090.a");
  EXPECT_NEAR(*large.tpp, 15831, 1);
  EXPECT_EQ(large.confidence, Confidence::source);
  EXPECT_TRUE(large.density.has_value());
  EXPECT_EQ(class_of(test::small_chip(), {}, today()).classification, "below");
}

TEST(CatalogClass, DoesNotCallAChipBelowByFiguresFromMemory) {
  Chip chip = test::small_chip();
  for (auto& [precision, figure] : chip.declared) figure.confidence = Confidence::recall;
  EXPECT_EQ(class_of(chip, {}, today()).classification, "undetermined");
}

// A class in the list that is milder than that of the answer to the single chip would be believed.
TEST(CatalogClass, OfAHostCpuIsThatOfTheArithmeticWithANote) {
  Chip chip = test::large_chip();
  chip.kind = DeviceKind::cpu;
  const CatalogLine line = class_of(chip, {}, today());
  EXPECT_EQ(line.classification, "3A090.a");
  EXPECT_EQ(line.class_note, kHostCpuNote);
  EXPECT_THAT(ask_item(chip_item(chip, {})).notes, Contains(kHostCpuNote));
  EXPECT_EQ(class_of(test::large_chip(), {}, today()).class_note, "");
}

TEST(CatalogClass, TellsOfALetterThatNamesTheChip) {
  const Catalog catalog = load_catalog(std::filesystem::path(TPP_CATALOG));
  const auto h20 = std::ranges::find(catalog.chips, ChipId{"nvidia-h20-96-gb"}, &Chip::id);
  ASSERT_NE(h20, catalog.chips.end());
  EXPECT_THAT(class_of(*h20, {}, today()).class_note, HasSubstr("letter of April 2025 names it"));
  const auto before = editions_in_force(test::shipped_editions(), "2025-04-08");
  EXPECT_EQ(class_of(*h20, {}, before).class_note, "");
}

// The list and the answer to a single chip come from one place.
TEST(CatalogClass, AgreesWithTheDeterminationOfEveryShippedRow) {
  const Catalog catalog = load_catalog(std::filesystem::path(TPP_CATALOG));
  ASSERT_GE(catalog.chips.size(), 300U);
  for (const Chip& chip : catalog.chips) {
    const Determination whole = ask_item(chip_item(chip, {}));
    const CatalogLine line = class_of(chip, {}, today());
    EXPECT_EQ(line.rendered, whole.rendered) << chip.id.value;
    EXPECT_FALSE(whole.comparisons.empty()) << chip.id.value;
  }
}

TEST(Chip, IsFoundByIdNameOrReportedName) {
  const Catalog catalog = load_catalog(std::filesystem::path(TPP_CATALOG));
  EXPECT_EQ(chip_named(catalog, "--chip", "nvidia-h200-sxm-141-gb").vendor, "NVIDIA");
  const auto refusal = [&](const char* word) -> std::string {
    try {
      chip_named(catalog, "--chip", word);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "accepted";
  };
  EXPECT_THAT(refusal("H200"), HasSubstr("did you mean nvidia-h200"));
  EXPECT_THAT(refusal("nothing like it"),
              HasSubstr("is no id or name of one chip of the catalogue"));
}

// A narrower item class of a site hides no paragraph that is met.
TEST(AMetParagraph, IsNeverNotControlled) {
  std::vector<Edition> editions = test::shipped_editions();
  for (Edition& edition : editions) {
    for (ItemClass& item : edition.item_classes) {
      item.all.push_back({RuleQuantity::tpp, Operator::less, 200, "narrowed"});
    }
  }
  for (const double tpp : {2400.0, 5000.0, 30000.0}) {
    const Determination result =
        determine(figures_item(test::board(tpp, tpp / 4), ""), editions, test::shipped_countries(),
                  {test::kToday, Scope::text, {}, {}});
    EXPECT_FALSE(result.paragraphs.empty());
    EXPECT_EQ(result.determination, DeterminationKind::license_required) << tpp;
  }
}

// An edition of the user's that says nothing of licences: its class is taken at its strictest.
TEST(AClassWithoutItemClass, CountsAsLicenceRequired) {
  std::vector<Edition> editions = test::shipped_editions();
  std::erase_if(editions,
                [](const Edition& each) { return each.rule.id.value != "us-ear-2023-10"; });
  editions[0].item_classes.clear();
  editions[0].licence.clear();
  const Determination result =
      determine(figures_item(test::board(2400, 750), ""), editions, test::shipped_countries(),
                {test::kToday, Scope::text, {}, {}});
  EXPECT_EQ(result.determination, DeterminationKind::license_required);
}

}  // namespace
}  // namespace tpp
