#include "agent/regulation/determine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "agent/chips/catalog_class.h"
#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_match.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/regulation/shipped.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

Determination ask_item(const Item& item,
                       const Question& question = {test::kToday, Scope::text, {}, {}}) {
  return determine(item, test::shipped_editions(), test::shipped_countries(), question);
}

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

Report report_of(const test::Scene& scene, PassMode mode) {
  Report report;
  report.mode = mode;
  report.inventory = scene.inventory;
  report.measurements = scene.measurements;
  report.performances = test::aggregate_scene(scene);
  report.chips = scene.catalog.chips;
  return report;
}

TEST(StoredReport, IsDeterminedBoardByBoardAndStaysUndecidedWhereEvidenceIsMissing) {
  const test::Scene large = test::measured(test::large_chip());
  auto items = report_items(report_of(large, PassMode::quick));
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(ask_item(items[0]).determination, DeterminationKind::license_required);

  test::Scene small = test::measured(test::small_chip());
  small.measurements.pop_back();  // a native precision without an outcome: not corroborated
  items = report_items(report_of(small, PassMode::quick));
  const Determination result = ask_item(items[0]);
  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_THAT(result.notes, Contains(HasSubstr("do not corroborate")));
}

// A doubt does not end where some paragraph is met: stricter ones were ruled out by the same
// evidence.
TEST(StoredReport, InDoubtLeavesEveryStricterClassOpen) {
  test::Scene scene =
      test::measured(test::chip("middle", {{Precision::fp16, 156.25}}, 814));  // TPP 2500, PD 3.07
  const auto answer = [&] {
    return ask_item(report_items(report_of(scene, PassMode::quick)).at(0));
  };
  scene.measurements.clear();
  const Determination result = answer();
  EXPECT_THAT(result.paragraphs, ElementsAre("3A090.b.1"));
  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_THAT(result.rendered, HasSubstr("at least 3A090.b.1"));
  EXPECT_THAT(result.notes, Contains(HasSubstr("every stricter class is open")));
}

TEST(StoredReport, OfADoubtfulProductDoesNotRestOnItsDatacenterFlag) {
  Chip chip = test::large_chip();
  chip.datacenter = false;
  test::Scene scene = test::measured(chip);
  EXPECT_EQ(ask_item(report_items(report_of(scene, PassMode::quick)).at(0)).determination,
            DeterminationKind::exception_eligible);
  Report report = report_of(scene, PassMode::quick);
  report.performances.at(0).facts.identity_differs = {"units: 100, catalogue 132"};
  EXPECT_NE(ask_item(report_items(report).at(0)).determination,
            DeterminationKind::exception_eligible);
  report = report_of(scene, PassMode::quick);
  report.performances.at(0).facts.untrusted = {"/tmp/libcuda.so.1: it was preloaded"};
  EXPECT_NE(ask_item(report_items(report).at(0)).determination,
            DeterminationKind::exception_eligible);
}

TEST(StoredReport, KeepsADoubtAboutTheDatacenterFlagAndABoundOfTheArea) {
  Chip chip = test::large_chip();
  chip.datacenter = false;
  chip.details.grounds["datacenter"] = {Confidence::recall, "a judgement"};
  chip.applicable_die_area_mm2->bound = Bound::at_most;
  test::Scene scene = test::measured(chip);
  const Report report = report_of(scene, PassMode::quick);
  ASSERT_EQ(report.performances.at(0).facts.datacenter_doubt, "a judgement");
  ASSERT_EQ(report.performances.at(0).die_area_mm2->bound, Bound::at_most);
  EXPECT_EQ(ask_item(report_items(report).at(0)).determination, DeterminationKind::undetermined);
  EXPECT_EQ(ask_item(chip_item(chip, {})).determination, DeterminationKind::undetermined);
}

TEST(StoredReport, IsNotRefusedForAFasterRateThatNeverCounts) {
  test::Scene scene = test::measured(test::large_chip());
  Rate emulated = test::rate(9e18, 4096, 132);
  emulated.emulated = true;
  scene.measurements.push_back(test::measurement(scene.device().id, "gemm", "fp16", emulated));

  const Report report = report_of(scene, PassMode::quick);

  EXPECT_NO_THROW(report_items(report));
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

struct FaultyReport {
  const char* what;
  std::function<void(BoardPerformance&)> damage;
  const char* said;
};

TEST(StoredReport, WhoseFiguresCannotBeIsRefusedWithMemberAndRange) {
  const auto declared = [](BoardPerformance& board) -> Tpp& { return board.tpp[Basis::declared]; };
  const std::vector<FaultyReport> faults = {
      {"negative", [&](auto& board) { declared(board).value = -5; },
       "tpp.declared.value: -5 is out of range; expected from 0 to 1e+08"},
      {"huge", [&](auto& board) { declared(board).value = 1e300; }, "expected from 0 to 1e+08"},
      {"lowered", [&](auto& board) { declared(board).value = 100; },
       "is below the 15830.9 that the board's own rates make"},
      {"reading", [&](auto& board) { declared(board).readings.at(0).deciding_value = 100; },
       "tpp.declared.readings.deciding_value"},
      {"upside_down",
       [&](auto& board) {
         declared(board).interval = {9, 8};
       },
       "is no interval"},
      {"area", [](auto& board) { board.die_area_mm2->value = -3; },
       "die_area_mm2: -3 is out of range"},
      {"no_area", [](auto& board) { board.die_area_mm2->value = 0; }, "expected above 0 to 100000"},
      {"bandwidth", [](auto& board) { board.memory_bandwidth[Basis::achieved] = -1e12; },
       "memory_bandwidth.achieved: -1e+12 is out of range; expected from 0 to 1e+18"},
      {"rate", [](auto& board) { board.rates[Basis::declared].at(0).ops_per_second = -1; },
       "rates.declared."},
  };
  const Report sound = report_of(test::measured(test::large_chip()), PassMode::quick);
  EXPECT_EQ(report_items(sound).size(), 1U);
  const auto refusal = [](const Report& report) -> std::string {
    try {
      report_items(report);
    } catch (const UsageError& error) {
      return error.what();
    }
    return "no error";
  };
  for (const FaultyReport& fault : faults) {
    Report report = sound;
    fault.damage(report.performances.at(0));
    EXPECT_THAT(refusal(report), HasSubstr(fault.said)) << fault.what;
    EXPECT_THAT(refusal(report), HasSubstr("board ")) << fault.what;
  }
  Report twice = sound;
  twice.performances.push_back(twice.performances.front());
  EXPECT_THAT(refusal(twice), HasSubstr("expected each board once"));
}

// What is shown and counts nowhere is part of no sum.
TEST(StoredReport, WithARateThatCountsNowhereIsNoDamagedOne) {
  test::Scene scene = test::measured(test::small_chip());
  Rate emulated = test::rate(900e12, 4096, 40);
  emulated.emulated = true;
  scene.measurements.push_back(test::measurement(scene.device().id, "mma", "int4", emulated));
  EXPECT_EQ(report_items(report_of(scene, PassMode::quick)).size(), 1U);
}

TEST(StoredReport, WhoseFiguresItsOwnMeasurementsDoNotBearOutIsNotBelow) {
  const test::Scene scene = test::measured(test::small_chip());
  Report report = report_of(scene, PassMode::quick);
  EXPECT_EQ(ask_item(report_items(report).at(0)).determination, DeterminationKind::not_controlled);
  report.inventory.devices.at(0).slice = true;
  const Determination result = ask_item(report_items(report).at(0));
  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_THAT(result.notes, Contains(testing::AllOf(HasSubstr("the report contradicts itself: "),
                                                    HasSubstr("facts.partial: none, where"))));
  ASSERT_FALSE(result.findings.empty());
  EXPECT_EQ(result.findings.front().code, "report.inconsistent");
}

TEST(StoredReport, OfAnUnknownProductIsNeverBelow) {
  test::Scene scene = test::measured(test::small_chip());
  scene.catalog.chips.clear();
  const auto items = report_items(report_of(scene, PassMode::quick));
  EXPECT_EQ(ask_item(items[0]).determination, DeterminationKind::undetermined);
}

test::Scene one_of_two(bool datacenter) {
  const Chip one = test::chip("one", {{Precision::int8, 800}}, 800, datacenter);
  test::Scene scene = test::inventory_of(one);
  Chip two = test::chip("two", {{Precision::int8, 610}}, 800, datacenter);
  two.reported_names = one.reported_names;
  scene.catalog.chips.push_back(two);
  return scene;
}

TEST(StoredReport, OfOneOfTwoProductsIsWhatBothAre) {
  const auto items = report_items(report_of(one_of_two(true), PassMode::inventory));

  EXPECT_THAT(items[0].subject, HasSubstr("one or two"));
  const Determination result = ask_item(items[0]);
  EXPECT_EQ(result.determination, DeterminationKind::license_required);
  EXPECT_THAT(result.paragraphs, ElementsAre("3A090.a.1", "3A090.a.2"));
}

TEST(StoredReport, OfOneOfTwoProductsDoesNotRestOnTheirDatacenterFlags) {
  const auto items = report_items(report_of(one_of_two(false), PassMode::inventory));

  EXPECT_NE(ask_item(items[0]).determination, DeterminationKind::exception_eligible);
}

// The edition of 2022 asks for a rate between chips, which is not measured.
TEST(StoredReport, IsNotHeldAgainstAnEditionForFiguresAlone) {
  const Item item = report_items(report_of(test::measured(test::small_chip()), PassMode::quick))[0];
  const Determination result =
      ask_item(item, {"2022-11-01", Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}});
  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_TRUE(result.comparisons.empty());
  EXPECT_THAT(result.notes, Contains(HasSubstr("us-ear-2022-10 is for figures alone")));
  EXPECT_EQ(result.licence->decides.requirement, Truth::not_decided);
}

TEST(StoredReport, OfAContradictedBoardIsInNoWindow) {
  test::Scene scene = test::measured(test::large_chip());
  const Question question{test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}};
  const auto window = [&](const Item& item) {
    const Determination result = ask_item(item, question);
    for (const ItemClassResult& one : result.item_classes) {
      if (one.name == "a-datacenter-window") return one.truth;
    }
    return Truth::not_met;
  };
  Item item = report_items(report_of(scene, PassMode::quick))[0];
  item.values = [inner = item.values](const Readings& readings) {
    BoardValues values = inner(readings);
    values.bases.push_back({Basis::declared,
                            {{RuleQuantity::dram_bandwidth, {4000, {4000, 4000}, Weight::both}}},
                            ""});
    return values;
  };
  item.doubt.clear();
  EXPECT_EQ(window(item), Truth::met);
  item.doubt = "the evidence contradicts the row";
  item.identity_doubt = true;
  EXPECT_EQ(window(item), Truth::not_decided);
}

TEST(StoredReport, WithoutABoardIsRefused) { EXPECT_THROW(report_items(Report{}), Error); }

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
