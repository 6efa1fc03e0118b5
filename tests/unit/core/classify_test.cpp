#include "agent/boards/classify.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "agent/support/error.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;
using test::figure;
using test::large_chip;
using test::measured;
using test::small_chip;
using test::verdict_of;
using testing::Contains;
using testing::HasSubstr;

TEST(Classify, SaysBelowOfAMeasuredBoardOnlyWhenCorroborated) {
  test::Scene scene = measured(small_chip());
  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::below);
  EXPECT_EQ(verdict_of(scene).rendered, "not 3A090.a/.b; normally 3A991.p");

  scene.measurements.pop_back();

  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
}

TEST(Classify, LeavesABoardUndeterminedWhenADeviceFailed) {
  test::Scene scene = measured(small_chip());
  scene.measurements[0].outcome = Failed{"worker died"};

  const Classification result = test::classify_scene(scene);

  EXPECT_EQ(result.verdicts.at(0).kind, ClassificationKind::undetermined);
  EXPECT_TRUE(test::has_finding(result, "evidence.failed"));
}

TEST(Classify, NeverSaysBelowOfAnUnknownChip) {
  for (const PassMode mode : {PassMode::inventory, PassMode::quick, PassMode::full}) {
    test::Scene scene = measured(small_chip());
    scene.catalog.chips.clear();
    scene.options.mode = mode;
    scene.board().datacenter = false;
    EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
  }
}

TEST(Classify, DecidesOnAnUnknownChipByWhatItAchieved) {
  test::Scene scene = measured(large_chip());
  scene.catalog.chips.clear();

  const Verdict verdict = verdict_of(scene);

  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_EQ(verdict.decided_by, Basis::achieved);
  EXPECT_EQ(verdict.assurance, Assurance::none);
}

TEST(Classify, PresumesAnUnknownChipControlledWhereOnlyTheInferredFigureIsOver) {
  test::Scene scene = measured(large_chip());
  scene.catalog.chips.clear();
  for (Measurement& each : scene.measurements) {
    Rate& slow = std::get<Rate>(each.outcome);
    slow.per_second /= 10;
    slow.interval = {slow.per_second, slow.per_second};
  }

  const Classification result = test::classify_scene(scene);

  EXPECT_EQ(result.verdicts.at(0).classification, "undetermined");
  EXPECT_THAT(result.verdicts.at(0).rendered, HasSubstr("presumed controlled"));
  EXPECT_TRUE(test::has_finding(result, "classification.presumed_controlled"));
}

TEST(Classify, DecidesByAchievedWhereItIsOverAndTheDeclarationBelow) {
  test::Scene scene = measured(small_chip());
  scene.rate(0).per_second = 400e12;
  scene.rate(0).interval = {399e12, 401e12};

  const Verdict verdict = verdict_of(scene);

  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_EQ(verdict.decided_by, Basis::achieved);
}

TEST(Classify, TakesAThresholdAsMetByMeasurementOnlyAtTheLowerEndOfTheInterval) {
  test::Scene scene = measured(small_chip());
  scene.catalog.chips.clear();
  scene.rate(0).per_second = 301e12;  // TPP 4816, from 4784
  scene.rate(0).interval = {299e12, 303e12};

  const Classification straddling = test::classify_scene(scene);
  scene.rate(0).interval = {300e12, 303e12};
  const Verdict met = verdict_of(scene);

  EXPECT_EQ(straddling.verdicts.at(0).kind, ClassificationKind::undetermined);
  EXPECT_TRUE(test::has_finding(straddling, "classification.within_uncertainty"));
  EXPECT_EQ(met.classification, "3A090.a");
}

TEST(Classify, WidensTheIntervalByWhatTheDeviceTimerIsOff) {
  test::Scene scene = measured(small_chip());
  scene.catalog.chips.clear();
  scene.rate(0).per_second = 301e12;
  scene.rate(0).interval = {300.5e12, 301.5e12};
  scene.rate(0).timer_ratio = 0.99;

  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
}

struct Unfit {
  const char* what;
  void (*make)(Rate&);
};
class UnfitEvidence : public testing::TestWithParam<Unfit> {};

TEST_P(UnfitEvidence, NeverDecides) {
  test::Scene scene = measured(large_chip());
  scene.catalog.chips.clear();
  for (Measurement& each : scene.measurements) GetParam().make(std::get<Rate>(each.outcome));

  const Verdict verdict = verdict_of(scene);

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_EQ(verdict.rendered, "undetermined");
}

INSTANTIATE_TEST_SUITE_P(
    Each, UnfitEvidence,
    testing::Values(Unfit{"unverified", [](Rate& rate) { rate.checked_values = 0; }},
                    Unfit{"wrong", [](Rate& rate) { rate.max_error = 1e-3; }},
                    Unfit{"wrong_beyond_measure",
                          [](Rate& rate) { rate.max_error = std::nan(""); }},
                    Unfit{"suspect", [](Rate& rate) { rate.suspect = "over the grid"; }},
                    Unfit{"emulated", [](Rate& rate) { rate.emulated = true; }}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(Classify, LetsAGenericPathProveOverAndNothingElse) {
  test::Scene over = measured(large_chip());
  test::Scene under = measured(small_chip());
  for (test::Scene* scene : {&over, &under}) {
    for (Measurement& each : scene->measurements) std::get<Rate>(each.outcome).generic = true;
  }
  over.catalog.chips.clear();

  EXPECT_EQ(verdict_of(over).classification, "3A090.a");
  EXPECT_EQ(verdict_of(under).kind, ClassificationKind::undetermined);
}

TEST(Classify, DoesNotLetASimulatedDeviceDecideOnARealBoard) {
  test::Scene scene = measured(large_chip());
  scene.catalog.chips.clear();
  Device real = scene.device();
  real.id.value = "0000:09:00.0";
  scene.device().simulated = true;
  scene.inventory.devices.push_back(real);
  scene.board().devices.push_back(real.id);

  EXPECT_EQ(verdict_of(scene).rendered, "undetermined");
}

TEST(Classify, TreatsAWhollySimulatedBoardAsAnyOther) {
  test::Scene scene = measured(large_chip());
  scene.device().simulated = true;

  EXPECT_EQ(verdict_of(scene).classification, "3A090.a");
}

TEST(Classify, CountsADatacenterMarkThatIsUnknownAsYes) {
  test::Scene scene = measured(small_chip());
  scene.catalog.chips.clear();

  const Verdict verdict = verdict_of(scene);

  for (const Comparison& row : verdict.comparisons) {
    if (row.quantity != RuleQuantity::datacenter) continue;
    EXPECT_EQ(row.truth, Truth::not_met);
    EXPECT_THAT(row.note, HasSubstr("counts as designed or marketed"));
  }
}

TEST(Classify, PresumesControlWhereAnExceptionCannotBeShown) {
  // Not for datacenters and 2000 achieved: only a declaration could show that it is under 4800.
  test::Scene scene = measured(small_chip());
  scene.chip().declared.clear();
  scene.chip().datacenter = false;
  scene.chip().applicable_die_area_mm2 = figure(200);
  scene.rate(0).per_second = 125e12;
  scene.rate(0).interval = {125e12, 125e12};

  const Verdict verdict = verdict_of(scene);

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.rendered, HasSubstr("presumed controlled (3A090.a.2)"));
}

TEST(Classify, LeavesAnExceptionUndeterminedWhereTheInferredFigureDisagrees) {
  Chip row = small_chip();
  row.datacenter = false;
  row.units = figure(184);  // 4793 at the advertised clock, 5100 at the highest
  for (auto& [precision, declared] : row.declared) declared.value *= 184 / 40.0;
  test::Scene scene = measured(row);
  EXPECT_EQ(verdict_of(scene).classification, "below");

  scene.device().max_clock_hz = 1.7e9;

  const Verdict verdict = verdict_of(scene);
  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("inferred_max_clock")));
}

TEST(Classify, NeverMakesABoardBelowByFiguresFromMemory) {
  test::Scene scene = test::inventory_of(test::chip("x", {{P::fp16, 10}}, 500));
  scene.chip().declared[P::fp16].confidence = Confidence::recall;

  const Classification result = test::classify_scene(scene);

  EXPECT_EQ(result.verdicts.at(0).kind, ClassificationKind::undetermined);
  EXPECT_TRUE(test::has_finding(result, "evidence.recall_figure"));
}

TEST(Classify, DoesNotOverlookALargerFigureFromMemory) {
  test::Scene scene = test::inventory_of(test::chip("x", {{P::fp16, 10}, {P::int8, 900}}, 500));
  scene.chip().declared[P::int8].confidence = Confidence::recall;

  EXPECT_THAT(verdict_of(scene).rendered, HasSubstr("presumed controlled (3A090.a.1)"));
}

TEST(Classify, DecidesByASourcedFigureBesideALargerOneFromMemory) {
  test::Scene scene = test::inventory_of(test::chip("x", {{P::fp16, 400}, {P::int8, 4000}}, 500));
  scene.chip().declared[P::int8].confidence = Confidence::recall;

  EXPECT_EQ(verdict_of(scene).classification, "3A090.a");
}

TEST(Classify, DoesNotDecideByADensityWhoseAreaIsFromMemory) {
  for (const double area : {200.0, 2000.0}) {  // dense, and not
    test::Scene scene = test::inventory_of(test::chip("x", {{P::fp16, 125}}, area));
    scene.chip().applicable_die_area_mm2->confidence = Confidence::recall;
    EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined) << area;
  }
}

TEST(Classify, GivesAPlanarChipNoDensity) {
  for (const auto& [tops, expected] : {std::pair(299.0, "below"), std::pair(300.0, "3A090.a")}) {
    test::Scene scene = test::inventory_of(test::chip("x", {{P::fp16, tops}}, 0));
    scene.chip().nonplanar = false;
    const Verdict verdict = verdict_of(scene);
    EXPECT_EQ(verdict.classification, expected);
    for (const Comparison& row : verdict.comparisons) {
      if (row.quantity == RuleQuantity::pd) {
        EXPECT_FALSE(row.value.has_value());
      }
    }
  }
}

TEST(Classify, LeavesAContradictedBoardUndeterminedThatDeclaresBelow) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.device().units = 20;

  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
  EXPECT_EQ(verdict_of(scene).assurance, Assurance::contradicted);
}

TEST(Classify, KeepsAContradictedBoardControlledThatDeclaresOver) {
  test::Scene scene = measured(large_chip());
  scene.device().units = 20;

  EXPECT_EQ(verdict_of(scene).classification, "3A090.a");
  EXPECT_EQ(verdict_of(scene).assurance, Assurance::contradicted);
}

TEST(Classify, LeavesABoardUndeterminedThatWasSplitAgainstItsIdentity) {
  Chip row = small_chip();
  row.devices_per_package = 2;
  test::Scene scene = test::inventory_of(row);
  scene.board().devices.pop_back();
  scene.inventory.devices.pop_back();

  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
}

TEST(Classify, DoesNotTakeAnInventoryForAWholeBoardThatLacksADevice) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.device().units.reset();  // so that nothing but the count of devices can tell
  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::below);

  scene.board().expected_devices = 2;

  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
}

TEST(Classify, DoesNotTakeTheCataloguesWordForABoardThatDiffersFromItsRow) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.device().memory_bytes = 48000000000;

  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
}

TEST(Classify, ShowsNoBandByWhatUntrustedCodeToldOfABoard) {
  const auto class_of = [](const Chip& chip, bool untrusted) {
    const test::Scene scene = measured(chip);
    auto boards = test::aggregate_scene(scene);
    if (untrusted) boards[0].facts.untrusted = {"/tmp/libcuda.so.1: it was preloaded"};
    return classify(boards, scene.inventory, test::october_2023(), scene.options);
  };
  const Chip band = test::chip("band", {{Precision::fp16, 200}}, 700);
  EXPECT_EQ(class_of(band, false).verdicts[0].classification, "3A090.b");
  const Classification doubted = class_of(band, true);
  const Verdict& verdict = doubted.verdicts[0];
  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_EQ(verdict.rendered, "undetermined, presumed controlled (3A090.a.1)");
  EXPECT_TRUE(test::has_finding(doubted, "classification.presumed_controlled"));
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("/tmp/libcuda.so.1")));
  EXPECT_EQ(class_of(large_chip(), true).verdicts[0].classification, "3A090.a");
}

TEST(Classify, ShowsNoBandByARowThatTheBoardDiffersFrom) {
  const Chip band = test::chip("band", {{Precision::fp16, 200}}, 700);
  for (const PassMode mode : {PassMode::inventory, PassMode::full}) {
    test::Scene scene = measured(band);
    scene.options.mode = mode;
    scene.device().memory_bytes = 200000000000;

    const Verdict verdict = verdict_of(scene);

    EXPECT_EQ(verdict.rendered, "undetermined, presumed controlled (3A090.a.1)");
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("it differs from its row")));
  }
}

TEST(Classify, AddsBoardsThatTheOperatorMerged) {
  test::Scene scene = test::inventory_of(test::chip("x", {{P::fp16, 80}}, 814));  // TPP 1280
  EXPECT_EQ(verdict_of(scene).classification, "below");
  for (const char* id : {"0000:02:00.0", "0000:03:00.0", "0000:04:00.0"}) {
    Device more = scene.device();
    more.id.value = id;
    scene.inventory.devices.push_back(more);
    scene.board().devices.push_back(more.id);
  }

  EXPECT_EQ(verdict_of(scene).classification, "3A090.a");  // 5120
}

TEST(Classify, TakesAHostCpuAsInformation) {
  Chip row = large_chip();
  row.kind = DeviceKind::cpu;
  row.pci_ids.clear();
  test::Scene scene = measured(row);

  const Classification result = test::classify_scene(scene);
  scene.options.classify_cpu = true;

  EXPECT_EQ(result.verdicts.at(0).kind, ClassificationKind::information_only);
  EXPECT_THAT(result.verdicts.at(0).rendered, HasSubstr("host CPUs are not 3A090 parts"));
  EXPECT_THAT(result.verdicts.at(0).notes, Contains(HasSubstr("by arithmetic alone: 3A090.a")));
  for (const Finding& finding : result.findings) {
    EXPECT_NE(finding.finding_class, FindingClass::classification) << finding.code;
  }
  EXPECT_EQ(verdict_of(scene).classification, "3A090.a");
}

// Beside an accelerator it is none of the board's figures: where it has a class, theirs is not all.
TEST(Classify, LeavesOpenWhatAClassifiedProcessorStandsBeside) {
  test::Scene scene = measured(test::small_chip());
  Device& socket = scene.inventory.devices.emplace_back();
  socket.id.value = "cpu:0";
  socket.kind = DeviceKind::cpu;
  socket.board = scene.device().board;
  scene.board().devices.push_back(socket.id);
  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::below);

  scene.options.classify_cpu = true;
  EXPECT_EQ(verdict_of(scene).kind, ClassificationKind::undetermined);
}

// The arithmetic is shown where it is open too: an answer to the chip alone would show it.
TEST(Classify, SaysOfAHostCpuThatItsArithmeticIsOpen) {
  Chip row = large_chip();
  row.kind = DeviceKind::cpu;
  row.pci_ids.clear();
  for (auto& [precision, figure] : row.declared) figure.confidence = Confidence::recall;

  const Verdict verdict = verdict_of(test::inventory_of(row));

  EXPECT_EQ(verdict.kind, ClassificationKind::information_only);
  EXPECT_THAT(verdict.notes, Contains(HasSubstr("by arithmetic alone: undetermined, presumed")));
}

TEST(Classify, ExemptsNoDeviceThatOnlySaysThatItIsACpu) {
  const auto claims_to_be = [](auto change) {
    test::Scene scene = measured(large_chip());
    scene.device().kind = DeviceKind::cpu;
    change(scene);
    return test::classify_scene(scene);
  };
  const auto with_id = [](const char* id) {
    return [id](test::Scene& scene) {
      scene.device().id.value = id;
      scene.board().devices = {scene.device().id};
      for (Measurement& measurement : scene.measurements) measurement.id.device.value = id;
      if (std::string(id) != "cpu:1") scene.device().pci_id.reset();
    };
  };
  // As it is; on the PCI bus in spite of its id; an id that is no socket's.
  for (const Classification& result :
       {claims_to_be([](test::Scene&) {}), claims_to_be(with_id("cpu:1")),
        claims_to_be(with_id("cpu:")), claims_to_be(with_id("cpu:0x"))}) {
    EXPECT_EQ(result.verdicts.at(0).classification, "3A090.a");
    EXPECT_TRUE(test::has_finding(result, "evidence.identity_differs"));
    EXPECT_TRUE(test::has_finding(result, "classification.controlled"));
    EXPECT_NE(result.verdicts.at(0).assurance, Assurance::corroborated);
  }
}

TEST(Classify, RaisesNoAlarmWhereAHostCpuDiffersFromItsRow) {
  Chip row = large_chip();
  row.kind = DeviceKind::cpu;
  row.pci_ids.clear();
  test::Scene scene = measured(row);
  scene.device().units = 20;

  const Classification result = test::classify_scene(scene);

  EXPECT_EQ(result.verdicts.at(0).assurance, Assurance::contradicted);
  EXPECT_TRUE(test::has_finding(result, "evidence.units_differ"));
  for (const Finding& finding : result.findings) {
    EXPECT_EQ(finding.finding_class, FindingClass::condition) << finding.code;
  }
}

TEST(Classify, SaysThatADerivedFigureIsNoClaim) {
  test::Scene scene = test::inventory_of(test::chip("RTX 4090", {{P::fp16, 330.3}}, 608.5, false));
  EXPECT_THAT(verdict_of(scene).notes, testing::IsEmpty());

  scene.chip().declared[P::fp16].confidence = Confidence::derived;

  EXPECT_EQ(verdict_of(scene).classification, "3A090.a");
  EXPECT_THAT(verdict_of(scene).notes, Contains(HasSubstr("no claim of the manufacturer")));
}

TEST(Classify, RefusesABoardThatTheInventoryDoesNotHave) {
  test::Scene scene = test::inventory_of(small_chip());
  const auto performances = test::aggregate_scene(scene);
  scene.inventory.boards.clear();

  EXPECT_THROW(classify(performances, scene.inventory, test::october_2023(), {}), Error);
}

TEST(Classify, SaysThatARuleIsNotYetInForce) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.options.as_of = "2023-11-16";
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "data.rule_not_in_force"));

  scene.options.as_of = "2023-11-17";
  EXPECT_FALSE(test::has_finding(test::classify_scene(scene), "data.rule_not_in_force"));
}

TEST(Classify, ListsEveryComparisonWithItsCitation) {
  const Verdict verdict = verdict_of(measured(small_chip()));

  // Ten conditions on tpp or pd in the paragraphs and one in the note, on four bases; datacenter.
  EXPECT_EQ(verdict.comparisons.size(), 11u * 4 + 1);
  for (const Comparison& row : verdict.comparisons) {
    EXPECT_FALSE(row.citation.empty());
    EXPECT_EQ(row.margin.has_value(), row.basis.has_value());
  }
}

TEST(Classify, RefusesAReadingThatTheRuleDoesNotHave) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.options.readings = {{"tf32_bit", "19"}};
  EXPECT_THROW(verdict_of(scene), UsageError);
  scene.options.readings = {{"tf32_bits", "20"}};
  EXPECT_THROW(verdict_of(scene), UsageError);
}

TEST(Classify, WarnsOnEveryVerdictWhenTheRuleIsOlderThanTheDay) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.options.as_of = "2027-01-01";

  const Classification result = test::classify_scene(scene);

  EXPECT_TRUE(test::has_finding(result, "data.known_through_passed"));
  EXPECT_THAT(result.verdicts.at(0).notes, Contains(HasSubstr("known through")));
}

}  // namespace
}  // namespace tpp
