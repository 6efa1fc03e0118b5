// What is determined of the boards of a stored report.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "agent/regulation/determine.h"
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

// It is judged by the stricter thresholds that are given, and was no other report by its own.
TEST(StoredReport, IsNotCorroboratedByWhatIsNoOutcomeByAStricterThreshold) {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().declared_vector[Precision::fp32] = test::figure(8e12);
  scene.measurements.push_back(
      test::measurement(scene.device().id, "gemm", "fp32", test::rate(7e12, 110, 40)));
  const Report report = report_of(scene, PassMode::quick);
  ASSERT_EQ(ask_item(report_items(report).at(0)).determination, DeterminationKind::not_controlled);
  Thresholds stricter;
  stricter.set(Threshold::outcome_share, 0.95);
  const Item item = report_items(report, stricter).at(0);
  EXPECT_EQ(ask_item(item).determination, DeterminationKind::undetermined);
  EXPECT_THAT(item.findings, IsEmpty());
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

// Contradictions and faults, of a board and of its devices; the rest of it says what it says there.
TEST(StoredReport, SaysAgainWhatItSaysAgainstABoard) {
  test::Scene scene = test::measured(test::small_chip());
  Report report = report_of(scene, PassMode::quick);
  const std::string board = report.performances.at(0).board.value;
  const auto told = [&](const char* code) {
    return std::ranges::count(report_items(report).at(0).findings, code, &Finding::code);
  };
  const auto say = [&](const char* code, FindingClass of_class, const std::string& subject) {
    report.findings.push_back({code, of_class, Severity::error, subject, "said"});
  };
  say("evidence.cut_units", FindingClass::contradiction, board);
  say("device.ecc", FindingClass::health, scene.device().id.value);
  say("evidence.partial", FindingClass::condition, board);
  say("evidence.unlocked_units", FindingClass::contradiction, "another");
  EXPECT_EQ(told("evidence.cut_units"), 1);
  EXPECT_EQ(told("device.ecc"), 1);
  EXPECT_EQ(told("evidence.partial"), 0);
  EXPECT_EQ(told("evidence.unlocked_units"), 0);
}

TEST(StoredReport, SaysWhatItsFiguresContradictWhereItsFindingsAreGone) {
  Report report = report_of(test::measured(test::small_chip()), PassMode::quick);
  ASSERT_TRUE(report_items(report).at(0).findings.empty());
  report.performances.at(0).facts.grid.at(0).measured_per_clock *= 1.3;
  const std::string board = report.performances.at(0).board.value;
  // Beside another word against the board, too, and beside one that was made weaker.
  const Finding other{"device.slowed_down", FindingClass::health, Severity::info, board, "said"};
  const Finding weaker{"evidence.unlocked_units", FindingClass::contradiction, Severity::info,
                       board, "said"};
  for (const auto& findings : {std::vector<Finding>{}, {other}, {weaker}}) {
    report.findings = findings;
    EXPECT_THAT(report_items(report).at(0).findings,
                Contains(testing::AllOf(testing::Field(&Finding::code, "evidence.unlocked_units"),
                                        testing::Field(&Finding::severity, Severity::error))));
  }
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

// A device of each row on one board. What the second is by density the board has none of.
test::Scene of_two_products(double tops) {
  test::Scene scene = test::inventory_of(test::chip("one", {{Precision::int8, 130}}, 545));
  Chip other = test::chip("two", {{Precision::int8, tops}}, 294);
  other.pci_ids = {"10de:0002"};
  other.reported_names = {"NVIDIA other"};
  Device device = test::inventory_of(other).device();
  device.id.value = "0000:09:00.0";
  device.package.value = "package-9";
  scene.catalog.chips.push_back(other);
  scene.board().devices.push_back(device.id);
  scene.inventory.devices.push_back(device);
  return scene;
}

TEST(StoredReport, OfABoardOfSeveralProductsIsPresumedWhatOneOfThemIsAlone) {
  const auto items = report_items(report_of(of_two_products(242.5), PassMode::inventory));

  const Determination result = ask_item(items[0]);

  EXPECT_EQ(result.determination, DeterminationKind::undetermined);
  EXPECT_EQ(result.rendered, "undetermined, presumed controlled (3A090.a.2)");
  EXPECT_THAT(result.notes,
              Contains(HasSubstr("its parts, each alone, by declared figures: one (declared TPP "
                                 "1040): not-controlled; two (declared TPP 1940): "
                                 "license-required (3A090.a.2)")));
  EXPECT_THAT(result.notes, Contains(HasSubstr("its performance density (PD) is not known")));
  EXPECT_THAT(result.other_controls,
              Contains(testing::Field(&OtherControlResult::name, "4A090.a")));
}

TEST(StoredReport, OfABoardOfSeveralSmallProductsIsOpenAndNotPresumed) {
  const auto items = report_items(report_of(of_two_products(100), PassMode::inventory));

  EXPECT_EQ(ask_item(items[0]).rendered, "undetermined");
}

Report report_of_host_cpu() {
  Chip row = test::chip("socket", {{Precision::int8, 800}}, 800);
  row.kind = DeviceKind::cpu;
  row.pci_ids.clear();
  Report report = report_of(test::inventory_of(row), PassMode::inventory);
  Verdict& verdict = report.verdicts.emplace_back();
  verdict.board = report.performances.at(0).board;
  verdict.kind = ClassificationKind::information_only;
  verdict.classification = "information only";
  verdict.rule.value = "rule";
  report.rules.emplace_back().id.value = "rule";
  return report;
}

TEST(StoredReport, OfAHostCpuIsForInformation) {
  const Item item = report_items(report_of_host_cpu()).at(0);
  ASSERT_TRUE(item.host_cpu);
  Determination result =
      ask_item(item, {test::kToday, Scope::text, {}, Transaction{"CN", {"CN", "CN"}, "US"}});
  const std::string arithmetic = result.rendered;

  make_information_only(result);

  EXPECT_TRUE(result.information_only);
  EXPECT_EQ(determination_word(result), "information-only");
  EXPECT_EQ(result.rendered, kHostCpuInformation);
  EXPECT_THAT(result.notes.front(), HasSubstr("by arithmetic alone: " + arithmetic));
  EXPECT_EQ(result.licence, std::nullopt);
  EXPECT_THAT(result.paragraphs, IsEmpty());
  EXPECT_THAT(result.other_controls, IsEmpty());
  EXPECT_FALSE(result.comparisons.empty());
}

// Neither what is said to be one against the rest of the report, nor what the report classifies.
TEST(StoredReport, OfAHostCpuIsNoInformationWhereTheReportSaysOtherwise) {
  Report classified = report_of_host_cpu();
  classified.verdicts.at(0).kind = ClassificationKind::controlled;
  EXPECT_FALSE(report_items(classified).at(0).host_cpu);
  Report changed = report_of_host_cpu();
  changed.inventory.devices.at(0).kind = DeviceKind::gpu;
  EXPECT_FALSE(report_items(changed).at(0).host_cpu);
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

}  // namespace
}  // namespace tpp
