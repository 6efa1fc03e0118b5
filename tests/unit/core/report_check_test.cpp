// Stored reports whose parts do not bear each other out.
#include "agent/boards/report_check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "agent/boards/outside_facts.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

Report report_of(const test::Scene& scene) {
  Report report;
  report.mode = scene.options.mode;
  report.inventory = scene.inventory;
  report.measurements = scene.measurements;
  report.performances = test::aggregate_scene(scene);
  for (BoardPerformance& board : report.performances) add_outside_facts(report, board);
  report.chips = scene.catalog.chips;
  for (Chip& chip : report.chips) chip.details = {};  // as they are read again
  report.rules = {test::october_2023()};
  ClassifyOptions options = scene.options;
  options.clocks =
      clock_allowances(report.inventory, report.measurements, report.performances, report.chips);
  const Classification classes =
      classify(report.performances, report.inventory, test::october_2023(), options);
  report.verdicts = classes.verdicts;
  report.findings = classes.findings;
  return report;
}

std::vector<std::string> reasons(const Report& report) {
  const auto found = not_borne_out(report, {});
  return found.empty() ? std::vector<std::string>{} : found.begin()->second;
}

test::Scene with(const std::function<void(test::Scene&)>& change,
                 const Chip& chip = test::small_chip()) {
  test::Scene scene = test::measured(chip);
  change(scene);
  return scene;
}

test::Scene one_of_two() {
  test::Scene scene = test::inventory_of(test::large_chip());
  Chip other = test::small_chip();
  other.reported_names = scene.chip().reported_names;
  scene.catalog.chips.push_back(other);
  scene.device().units = std::nullopt;
  scene.device().memory_bytes = std::nullopt;
  return scene;
}

Chip pair_of_devices() {
  Chip chip = test::small_chip();
  chip.devices_per_package = 2;
  return chip;
}

void nothing(test::Scene&) {}
void cut(test::Scene& scene) { scene.device().units = 30; }
void sliced(test::Scene& scene) {
  scene.device().slice = true;
  scene.device().slice_reason = "MIG";
}

// A report does not hold what the flag of a row rests on.
test::Scene of_doubtful_flag() {
  Chip chip = test::small_chip();
  chip.datacenter = false;
  return test::inventory_of(chip);
}

TEST(ReportCheck, BearsOutWhatAPassWrote) {
  for (const test::Scene& scene :
       {with(nothing), with(nothing, test::large_chip()), with(cut), with(sliced), one_of_two(),
        with(nothing, pair_of_devices()), test::inventory_of(test::small_chip()),
        with([](test::Scene& one) { one.measurements.pop_back(); }), of_doubtful_flag(),
        with([](test::Scene& one) { one.catalog.chips.clear(); })}) {
    EXPECT_THAT(reasons(report_of(scene)), IsEmpty());
  }
}

// What was done by hand to the figures of a report, and the member that is named.
struct Edit {
  const char* what;
  test::Scene scene;
  std::function<void(BoardPerformance&)> edit;
  const char* member;
};

using Board = BoardPerformance;

void halve(Tpp& tpp) {
  tpp.value /= 2;
  for (TppReading& reading : tpp.readings) {
    reading.value /= 2;
    if (reading.deciding_value) *reading.deciding_value /= 2;
  }
}

void expect_named(const std::vector<Edit>& edits) {
  for (const Edit& edit : edits) {
    Report report = report_of(edit.scene);
    ASSERT_THAT(reasons(report), IsEmpty()) << edit.what;
    edit.edit(report.performances.at(0));
    EXPECT_THAT(reasons(report), Contains(StartsWith(edit.member))) << edit.what;
  }
}

TEST(ReportCheck, NamesFiguresThatAreBetterThanTheRestOfTheReportShows) {
  expect_named({
      {"declared", with(nothing), [](Board& b) { halve(b.tpp.at(Basis::declared)); }, "tpp: "},
      {"achieved", with(nothing), [](Board& b) { halve(b.tpp.at(Basis::achieved)); }, "tpp: "},
      {"no_achieved", with(nothing), [](Board& b) { b.tpp.erase(Basis::achieved); }, "tpp: "},
      {"deciding", with(nothing),
       [](Board& b) {
         for (TppReading& reading : b.tpp.at(Basis::declared).readings) {
           reading.deciding_value = std::nullopt;
           reading.deciding_interval = std::nullopt;
         }
       },
       "tpp: declared"},
      {"inferred", with([](test::Scene& one) { one.measurements.clear(); }),
       [](Board& b) { b.tpp[Basis::inferred_max_clock] = b.tpp.at(Basis::declared); },
       "tpp: inferred_max_clock"},
      {"native", with([](test::Scene& one) { one.measurements.clear(); }),
       [](Board& b) { b.rates[Basis::inferred_max_clock] = b.rates.at(Basis::declared); },
       "rates: inferred_max_clock"},
      {"area", with(nothing), [](Board& b) { b.die_area_mm2->value *= 3; }, "die_area_mm2: "},
      {"area_from_nowhere",
       with([](test::Scene& one) { one.chip().applicable_die_area_mm2 = std::nullopt; }),
       [](Board& b) { b.die_area_mm2 = test::figure(900); }, "die_area_mm2: "},
      {"computing", with(nothing), [](Board& b) { b.computing_die_area_mm2 = test::figure(9); },
       "computing_die_area_mm2: "},
      {"bandwidth", with([](test::Scene& one) {
         one.device().memory_bus_bits = 256;
         one.device().memory_transfers_per_s = 1e10;
       }),
       [](Board& b) { b.memory_bandwidth.clear(); }, "memory_bandwidth: "},
  });
}

TEST(ReportCheck, NamesFactsThatAreBetterThanTheRestOfTheReportShows) {
  expect_named({
      {"planar", with(nothing), [](Board& b) { b.facts.nonplanar = false; }, "facts.nonplanar: "},
      {"datacenter", with(nothing), [](Board& b) { b.facts.datacenter = false; },
       "facts.datacenter: "},
      {"kind", with(nothing), [](Board& b) { b.facts.kind = DeviceKind::cpu; }, "facts.kind: "},
      {"simulated", with([](test::Scene& one) { one.device().simulated = true; }),
       [](Board& b) { b.facts.simulated = false; }, "facts.simulated: "},
      {"uncertain", with([](test::Scene& one) { one.board().uncertain = "a neighbour"; }),
       [](Board& b) { b.facts.board_uncertain = std::nullopt; }, "facts.board_uncertain: "},
      {"agrees", with([](test::Scene& one) { one.device().memory_bytes = std::nullopt; }),
       [](Board& b) { b.facts.identity_agrees.emplace_back("memory size"); },
       "facts.identity_agrees: memory size"},
      {"units", with(cut), [](Board& b) { b.facts.units_differ.clear(); }, "facts.units_differ: "},
      {"product", with([](test::Scene& one) { one.device().memory_bytes = 48000000000; }),
       [](Board& b) { b.facts.identity_differs.clear(); }, "facts.identity_differs: "},
      {"grid", with(cut), [](Board& b) { b.facts.grid.clear(); }, "facts.grid: "},
      {"claimed", with([](test::Scene& one) {
         for (auto& [precision, figure] : one.chip().declared) {
           figure.confidence = Confidence::derived;
         }
       }),
       [](Board& b) { b.facts.claimed_tpp = 1000; }, "facts.claimed_tpp: "},
  });
}

TEST(ReportCheck, NamesWhatWasMeasuredBetterThanTheRestOfTheReportShows) {
  expect_named({
      {"slice", with(sliced), [](Board& b) { b.facts.partial.clear(); }, "facts.partial: "},
      {"failed", with([](test::Scene& one) { one.measurements[0].outcome = Failed{"lost"}; }),
       [](Board& b) { b.facts.failed.clear(); }, "facts.failed: "},
      {"missing", with([](test::Scene& one) { one.board().expected_devices = 2; }),
       [](Board& b) { b.facts.failed.clear(); }, "facts.failed: "},
      {"suspect", with([](test::Scene& one) { one.rate().suspect = "too fast"; }),
       [](Board& b) { b.facts.suspect.clear(); }, "facts.suspect: "},
      {"outcomes", with([](test::Scene& one) { one.measurements.pop_back(); }),
       [](Board& b) { b.facts.outcomes_missing.clear(); }, "facts.outcomes_missing: "},
      {"undeclared", with([](test::Scene& one) {
         one.measurements.push_back(
             test::measurement(one.device().id, "mma", "fp8_e4m3", test::rate(1e12, 2048, 40)));
       }),
       [](Board& b) { b.facts.undeclared.clear(); }, "facts.undeclared: "},
      {"untrusted", with([](test::Scene& one) { one.device().seen_by = {"backend cuda"}; }),
       [](Board& b) { b.facts.untrusted.clear(); }, "facts.untrusted: "},
  });
}

TEST(ReportCheck, NamesAProductThatIsSmallerThanTheRestOfTheReportShows) {
  expect_named({
      {"chip", one_of_two(),
       [](Board& b) {
         b.candidates = std::nullopt;
         b.chip = ChipId{"small"};
       },
       "chip: small, where the rest of the report shows large, small"},
      {"candidate", one_of_two(), [](Board& b) { b.candidates->erase(b.candidates->begin()); },
       "chip: small, where"},
      {"candidate_tpp", one_of_two(), [](Board& b) { halve(*b.candidates->at(0).tpp); },
       "candidates.large.tpp: "},
      {"board", with(nothing), [](Board& b) { b.board.value = "another"; }, "board: "},
  });
}

TEST(ReportCheck, NamesWhatTheInventoryLacks) {
  test::Scene scene = test::measured(pair_of_devices());
  const Report sound = report_of(scene);

  Report off_board = sound;
  off_board.inventory.boards.at(0).devices.pop_back();
  EXPECT_THAT(reasons(off_board),
              Contains(StartsWith("inventory.boards: 0000:02:00.0 is on this")));
  Report gone = sound;
  gone.inventory.devices.pop_back();
  EXPECT_THAT(reasons(gone), Contains(StartsWith("inventory.devices: 0000:02:00.0 was measured")));
  Report elsewhere = sound;
  elsewhere.inventory.devices.back().board.value = "board-1";
  EXPECT_THAT(reasons(elsewhere), Contains(StartsWith("inventory.boards: 0000:02:00.0 is on board "
                                                      "board-1, which is not there")));
  Report left_out = sound;
  left_out.inventory.boards.emplace_back().id.value = "board-1";
  EXPECT_THAT(reasons(left_out), Contains(StartsWith("performances: board board-1")));
  Report inventory = sound;
  inventory.mode = PassMode::inventory;
  EXPECT_THAT(reasons(inventory), Contains(StartsWith("mode: inventory")));
}

TEST(ReportCheck, NamesAVerdictThatIsNotThereAndOneOfNothing) {
  const Report sound = report_of(test::measured(test::large_chip()));

  Report taken_out = sound;
  taken_out.verdicts.clear();
  EXPECT_THAT(reasons(taken_out),
              ElementsAre(StartsWith("verdicts: none of this board under us-ear-2023-10")));
  Report no_rule = sound;
  no_rule.rules.clear();
  EXPECT_THAT(reasons(no_rule), ElementsAre(StartsWith("rules: us-ear-2023-10 is not among them")));
  Report another = sound;
  another.verdicts.emplace_back(sound.verdicts.at(0)).board.value = "board-1";
  EXPECT_THAT(reasons(another), ElementsAre(StartsWith("performances: board board-1 has a")));
}

TEST(ReportCheck, NamesADoubtThatTheFactsNoLongerHave) {
  test::Scene scene = with([](test::Scene& one) { one.board().uncertain = "a neighbour"; });
  Report report = report_of(scene);
  report.inventory.findings.push_back({"board.joined", FindingClass::contradiction, Severity::error,
                                       scene.device().id.value, "two on one"});
  ASSERT_THAT(reasons(report), IsEmpty());

  report.inventory.boards.at(0).uncertain = std::nullopt;
  report.performances.at(0).facts.board_uncertain = std::nullopt;
  EXPECT_THAT(reasons(report),
              Contains("facts.board_uncertain: none, where the report has board.joined among its "
                       "findings"));
}

TEST(ReportCheck, NamesAVerdictThatTheFiguresNoLongerGive) {
  Report report = report_of(test::measured(test::small_chip()));
  Verdict& verdict = report.verdicts.at(0);
  verdict.kind = ClassificationKind::controlled;
  verdict.classification = "3A090.a";
  EXPECT_THAT(reasons(report), ElementsAre("verdicts: under us-ear-2023-10 3A090.a, where its "
                                           "figures give below"));
  verdict.kind = ClassificationKind::undetermined;
  verdict.classification = "undetermined";
  EXPECT_THAT(reasons(report), ElementsAre(StartsWith("verdicts: ")));
  verdict.kind = ClassificationKind::information_only;
  EXPECT_THAT(reasons(report), ElementsAre(HasSubstr("for information, and undetermined")));
  verdict.classification = "information only";
  EXPECT_THAT(reasons(report), IsEmpty());
  verdict.assurance = Assurance::contradicted;
  EXPECT_THAT(reasons(report), ElementsAre(HasSubstr("contradicted, where")));
}

// Of what is for information, and of what is not there.
TEST(ReportCheck, NamesAClassThatAFindingAloneGives) {
  Report report = report_of(test::measured(test::small_chip()));
  Verdict& verdict = report.verdicts.at(0);
  verdict.kind = ClassificationKind::information_only;
  verdict.classification = "information only";
  Finding controlled{"classification.controlled", FindingClass::classification, Severity::warning,
                     verdict.board.value, "3A090.a"};
  report.findings.push_back(controlled);
  EXPECT_THAT(reasons(report), ElementsAre(HasSubstr("where a finding is classification.cont")));

  report.findings.back().subject = "0000:ff:00.0";
  EXPECT_THAT(reasons(report),
              ElementsAre("findings: 0000:ff:00.0 is controlled, and no board of the report"));
}

// 2080 by its matrix units, 2560 with its vector units.
TEST(ReportCheck, TakesAVerdictByAnotherReadingForWhatItIs) {
  Chip chip = test::chip("added", {{Precision::fp16, 130}}, 1000);
  chip.declared_vector[Precision::fp16] = test::figure(30e12);
  test::Scene scene = test::inventory_of(chip);
  ASSERT_EQ(report_of(scene).verdicts.at(0).classification, "below");
  scene.options.readings = {{"processing_units", "added"}};
  Report report = report_of(scene);
  ASSERT_EQ(report.verdicts.at(0).classification, "3A090.b");
  EXPECT_THAT(reasons(report), IsEmpty());
  report.verdicts.at(0).notes.clear();
  EXPECT_THAT(reasons(report), ElementsAre(StartsWith("verdicts: ")));
}

TEST(ReportCheck, TakesALaxerVerdictForNoMatter) {
  Report report = report_of(test::measured(test::large_chip()));
  report.verdicts.at(0).kind = ClassificationKind::below;
  EXPECT_THAT(reasons(report), IsEmpty());
}

// A library's product, of no known clock, that is over what is declared.
TEST(ReportCheck, NamesARateThatAnotherClockOfTheInventoryWouldExplain) {
  const auto at = [](double max_clock_hz) {
    return with([&](test::Scene& one) {
      one.device().max_clock_hz = max_clock_hz;
      Rate rate = test::rate(1.2 * one.chip().declared.at(Precision::fp16).value, 0, 40);
      rate.per_clock_per_unit.reset();
      rate.snapped_per_clock.reset();
      one.measurements = {test::measurement(one.device().id, "gemm", "fp16", rate)};
    });
  };
  EXPECT_THAT(reasons(report_of(at(1.3 * 1590e6))), IsEmpty());
  Report report = report_of(at(1590e6));
  ASSERT_THAT(reasons(report), IsEmpty());

  report.inventory.devices.at(0).max_clock_hz = 1.3 * 1590e6;

  EXPECT_THAT(reasons(report), Contains(HasSubstr("they give no evidence.unexplained_rate")));
  EXPECT_THAT(reasons(report), Contains(HasSubstr("contradicted, where its figures give no")));
}

TEST(ReportCheck, NamesAContradictionThatTheFiguresNoLongerGive) {
  Report report = report_of(with(cut));
  ASSERT_THAT(reasons(report), IsEmpty());
  BoardFacts& facts = report.performances.at(0).facts;
  facts.units_differ.clear();
  facts.identity_differs.clear();
  report.inventory.devices.at(0).units = 40;
  for (const char* code : {"evidence.units_differ", "evidence.cut_units"}) {
    EXPECT_THAT(reasons(report),
                testing::AnyOf(Contains(HasSubstr(code)), Contains(StartsWith("facts.grid"))))
        << code;
  }
  EXPECT_THAT(reasons(report), Contains(HasSubstr("they give no evidence.units_differ")));
}

// Of a library's product that reaches 7 of the 8 T that are declared of vector units.
TEST(ReportCheck, MissesOutcomesByStricterThresholdsAndAccusesNoReportOfThem) {
  const Report report = report_of(with([](test::Scene& one) {
    one.chip().declared_vector[Precision::fp32] = test::figure(8e12);
    one.measurements.push_back(
        test::measurement(one.device().id, "gemm", "fp32", test::rate(7e12, 110, 40)));
  }));
  Thresholds stricter;
  stricter.set(Threshold::outcome_share, 0.95);

  EXPECT_THAT(not_borne_out(report, stricter), IsEmpty());
  EXPECT_THAT(by_stricter(report, {}).at(0).facts.outcomes_missing, IsEmpty());
  EXPECT_THAT(by_stricter(report, stricter).at(0).facts.outcomes_missing,
              ElementsAre(HasSubstr("fp32: 87.5 % of what is declared, no more than 95 %")));
}

TEST(ReportCheck, SaysEachReasonAsAFindingOfTheBoard) {
  const auto findings = inconsistent_findings({"board-0"}, {"tpp: a", "chip: b"});
  ASSERT_EQ(findings.size(), 2U);
  EXPECT_EQ(findings[1].code, "report.inconsistent");
  EXPECT_EQ(findings[1].finding_class, FindingClass::contradiction);
  EXPECT_EQ(findings[1].subject, "board-0");
  EXPECT_THAT(findings[1].message, StartsWith("chip: b; "));
}

}  // namespace
}  // namespace tpp
