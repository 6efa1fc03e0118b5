#include "agent/boards/evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using test::measured;
using test::small_chip;
using testing::Contains;
using testing::HasSubstr;

constexpr double kThreshold = 4800;
const double kJustBelow = std::nextafter(kThreshold, 0);
const double kJustAbove = std::nextafter(kThreshold, 1e9);

struct Row {
  Operator op;
  Truth below, at, above;
};

Truth truth(Basis basis, double value, Operator op) {
  return decide(basis, value, {value, value}, {RuleQuantity::tpp, op, kThreshold, ""}).truth;
}

Truth truth(Basis basis, Interval interval, Operator op) {
  const double middle = (interval.low + interval.high) / 2;
  return decide(basis, middle, interval, {RuleQuantity::tpp, op, kThreshold, ""}).truth;
}

class LowerBound : public testing::TestWithParam<Row> {};

TEST_P(LowerBound, DecidesOnlyWhatNoHigherValueCouldChange) {
  const Row& row = GetParam();
  EXPECT_EQ(truth(Basis::achieved, kJustBelow, row.op), row.below);
  EXPECT_EQ(truth(Basis::achieved, kThreshold, row.op), row.at);
  EXPECT_EQ(truth(Basis::achieved, kJustAbove, row.op), row.above);
}

INSTANTIATE_TEST_SUITE_P(
    EveryOperator, LowerBound,
    testing::Values(Row{Operator::greater_equal, Truth::not_decided, Truth::met, Truth::met},
                    Row{Operator::greater, Truth::not_decided, Truth::not_decided, Truth::met},
                    Row{Operator::less, Truth::not_decided, Truth::not_met, Truth::not_met},
                    Row{Operator::less_equal, Truth::not_decided, Truth::not_decided,
                        Truth::not_met},
                    Row{Operator::equal, Truth::not_decided, Truth::not_decided, Truth::not_met}));

class Declared : public testing::TestWithParam<Row> {};

TEST_P(Declared, DecidesBothWays) {
  const Row& row = GetParam();
  EXPECT_EQ(truth(Basis::declared, kJustBelow, row.op), row.below);
  EXPECT_EQ(truth(Basis::declared, kThreshold, row.op), row.at);
  EXPECT_EQ(truth(Basis::declared, kJustAbove, row.op), row.above);
}

INSTANTIATE_TEST_SUITE_P(
    EveryOperator, Declared,
    testing::Values(Row{Operator::greater_equal, Truth::not_met, Truth::met, Truth::met},
                    Row{Operator::greater, Truth::not_met, Truth::not_met, Truth::met},
                    Row{Operator::less, Truth::met, Truth::not_met, Truth::not_met},
                    Row{Operator::less_equal, Truth::met, Truth::met, Truth::not_met},
                    Row{Operator::equal, Truth::not_met, Truth::met, Truth::not_met}));

TEST(Evidence, MeetsAThresholdOnlyByTheLowerEndOfTheInterval) {
  EXPECT_EQ(truth(Basis::achieved, Interval{4799, 4900}, Operator::greater_equal),
            Truth::not_decided);
  EXPECT_EQ(truth(Basis::achieved, Interval{4800, 4900}, Operator::greater_equal), Truth::met);
  EXPECT_EQ(truth(Basis::achieved, Interval{4799, 4900}, Operator::less), Truth::not_decided);
}

TEST(Evidence, SaysThatAMarginIsInsideTheUncertainty) {
  const Decision decision = decide(Basis::achieved, 4810, {4790, 4830},
                                   {RuleQuantity::tpp, Operator::greater_equal, 4800, ""});

  EXPECT_TRUE(decision.within_uncertainty);
  EXPECT_THAT(decision.note, HasSubstr("margin of 10 is inside the uncertainty"));
}

TEST(Evidence, DecidesAnEstimateOnlyWhereItsWholeIntervalIsOnOneSide) {
  const Basis basis = Basis::inferred_max_clock;
  EXPECT_EQ(truth(basis, Interval{4790, 4810}, Operator::less), Truth::not_decided);
  EXPECT_EQ(truth(basis, Interval{4790, 4810}, Operator::equal), Truth::not_decided);
  EXPECT_EQ(truth(basis, Interval{4790, 4799}, Operator::less), Truth::met);
  EXPECT_EQ(truth(basis, Interval{4801, 4810}, Operator::less), Truth::not_met);
}

TEST(Evidence, DecidesNothingFromWhatIsNoNumber) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const Basis basis : {Basis::achieved, Basis::declared}) {
    for (const double value : {nan, infinity, -infinity}) {
      EXPECT_EQ(truth(basis, value, Operator::greater_equal), Truth::not_decided);
      EXPECT_EQ(truth(basis, value, Operator::less), Truth::not_decided);
    }
  }
}

TEST(Evidence, WidensAnIntervalThatDoesNotHoldItsValue) {
  const Decision decision = decide(Basis::achieved, 4700, {4850, 4900},
                                   {RuleQuantity::tpp, Operator::greater_equal, 4800, ""});

  EXPECT_EQ(decision.truth, Truth::not_decided);
}

AssuranceResult assurance_of(const test::Scene& scene) {
  return assurance(test::aggregate_scene(scene).at(0), scene.options.mode != PassMode::inventory);
}

TEST(Assurance, IsCorroboratedWhereAllConditionsHold) {
  const AssuranceResult result = assurance_of(measured(small_chip()));

  EXPECT_EQ(result.assurance, Assurance::corroborated) << testing::PrintToString(result.reasons);
  EXPECT_THAT(result.reasons, testing::Contains("inferred TPP differs from declared by 0.0 %"));
}

TEST(Assurance, IsDeclaredOnlyInAnInventory) {
  EXPECT_EQ(assurance_of(test::inventory_of(small_chip())).assurance, Assurance::declared_only);
}

TEST(Assurance, IsNoneWithoutACatalogueRow) {
  test::Scene scene = measured(small_chip());
  scene.catalog.chips.clear();

  const AssuranceResult result = assurance_of(scene);

  EXPECT_EQ(result.assurance, Assurance::none);
  EXPECT_THAT(result.reasons, Contains(HasSubstr("no catalogue row")));
}

// One condition broken at a time: each must cost the corroboration, by name.
struct Broken {
  const char* what;
  void (*break_it)(test::Scene&);
  const char* reason;
};

class BrokenCondition : public testing::TestWithParam<Broken> {};

TEST_P(BrokenCondition, CostsTheCorroboration) {
  test::Scene scene = measured(small_chip());
  GetParam().break_it(scene);

  const AssuranceResult result = assurance_of(scene);

  EXPECT_EQ(result.assurance, Assurance::declared_only);
  EXPECT_THAT(result.reasons, Contains(HasSubstr(GetParam().reason)));
  EXPECT_EQ(test::verdict_of(scene).kind, ClassificationKind::undetermined);
}

INSTANTIATE_TEST_SUITE_P(
    Each, BrokenCondition,
    testing::Values(
        Broken{"slice", [](test::Scene& scene) { scene.device().slice = true; }, "is a slice"},
        Broken{"forced", [](test::Scene& scene) { scene.device().forced = true; }, "narrowed"},
        Broken{"identity",
               [](test::Scene& scene) {
                 scene.device().memory_bytes.reset();
                 scene.device().pci_id.reset();
               },
               "1 of 2 identity facts"},
        Broken{"memory", [](test::Scene& scene) { scene.device().memory_bytes = 32000000000; },
               "identity differs: memory size"},
        Broken{"outcome", [](test::Scene& scene) { scene.measurements.pop_back(); },
               "no outcome: 0000:01:00.0 int8: not measured"},
        Broken{"no_hardware",
               [](test::Scene& scene) {
                 scene.measurements[1].outcome = Unsupported{"hardware", "no such unit"};
               },
               "hardware reports that it has none"},
        Broken{"failed",
               [](test::Scene& scene) { scene.measurements[0].outcome = Failed{"wrong product"}; },
               "failed: 0000:01:00.0/mma/fp16: wrong product"},
        Broken{"suspect", [](test::Scene& scene) { scene.rate(0).suspect = "too fast"; },
               "suspect"},
        Broken{"unverified", [](test::Scene& scene) { scene.rate(0).checked_values = 0; },
               "not verified"},
        Broken{"generic",
               [](test::Scene& scene) {
                 scene.rate(0).generic = true;
                 scene.rate(1).generic = true;
               },
               "generic"},
        Broken{"missing_device", [](test::Scene& scene) { scene.board().expected_devices = 2; },
               "1 of 2 devices"},
        Broken{"recall",
               [](test::Scene& scene) {
                 for (auto& [precision, figure] : scene.chip().declared) {
                   figure.confidence = Confidence::recall;
                 }
               },
               "from memory"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(Assurance, IsContradictedByMoreOperationsAClockThanTheGrid) {
  test::Scene scene = measured(small_chip());
  scene.rate(0).snapped_per_clock = 1024 * 1.021;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::contradicted);
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.unlocked_units"));
}

TEST(Assurance, IsContradictedByFewerOperationsAClockThanTheGrid) {
  test::Scene scene = measured(small_chip());
  scene.rate(1).snapped_per_clock = 2048 * 0.979;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::contradicted);
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.cut_units"));
}

TEST(Assurance, IsNotContradictedWithinTwoPercentOfTheGrid) {
  for (const double factor : {0.981, 1.019}) {
    test::Scene scene = measured(small_chip());
    scene.rate(0).snapped_per_clock = 1024 * factor;
    scene.rate(1).snapped_per_clock = 2048 * factor;
    EXPECT_EQ(assurance_of(scene).assurance, Assurance::corroborated) << factor;
  }
}

TEST(Assurance, IsNotContradictedByAClockThatIsHigherThanAdvertised) {
  test::Scene scene = measured(small_chip());
  scene.device().max_clock_hz = 2.1e9;
  for (Measurement& each : scene.measurements) {
    Rate& rate = std::get<Rate>(each.outcome);
    rate.per_second *= 1.3;
    rate.interval = {rate.per_second, rate.per_second};
  }

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::corroborated);
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.achieved_above_declared"));
}

TEST(Assurance, FindsMemoryThatIsFasterThanTheRowsCanBe) {
  const auto found = [](double moved) {
    Chip row = small_chip();
    row.memory_bandwidth = test::figure(320e9);
    test::Scene scene = measured(row);
    Rate read = test::rate(moved, 1, 40);
    read.quantity = Quantity::bytes;
    scene.measurements.push_back(test::measurement(scene.device().id, "dram", "read", read));
    return test::has_finding(test::classify_scene(scene), "evidence.memory_above_declared");
  };
  EXPECT_TRUE(found(330e9));
  EXPECT_FALSE(found(325e9));
}

TEST(Assurance, IsNotContradictedByALibraryThatStaysUnderTheIssueRate) {
  test::Scene scene = measured(small_chip());
  for (Measurement& each : scene.measurements) {
    each.id.kernel = "gemm";
    Rate& rate = std::get<Rate>(each.outcome);
    rate.per_clock_per_unit = *rate.per_clock_per_unit * 0.85;
    rate.snapped_per_clock.reset();
  }

  const AssuranceResult result = assurance_of(scene);

  EXPECT_EQ(result.assurance, Assurance::declared_only);
  EXPECT_THAT(result.reasons, Contains(HasSubstr("more than 3 %")));
}

TEST(Assurance, IsNotContradictedByTheVectorPathWhereTheMatrixPathWasLost) {
  test::Scene scene = measured(small_chip());
  scene.measurements.push_back(
      test::measurement(scene.device().id, "fma", "fp16", test::rate(16e12, 256, 40)));
  scene.measurements[0].outcome = Unsupported{"build", "no such kernel in this build"};
  EXPECT_NE(assurance_of(scene).assurance, Assurance::contradicted);

  scene.measurements[0].outcome = Unsupported{"hardware", "no matrix units"};
  EXPECT_EQ(assurance_of(scene).assurance, Assurance::contradicted);
}

TEST(Assurance, IsContradictedByUnitsThatTheCatalogueDoesNotHave) {
  test::Scene scene = test::inventory_of(small_chip());
  scene.device().units = 48;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::contradicted);
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.units_differ"));
}

TEST(Assurance, DoesNotCallABoardAnotherOneOnAFigureFromMemory) {
  test::Scene scene = measured(small_chip());
  for (auto& [precision, figure] : scene.chip().per_clock_per_unit) {
    figure.confidence = Confidence::recall;
  }
  scene.rate(0).snapped_per_clock = 1024 * 1.5;

  EXPECT_EQ(assurance_of(scene).assurance, Assurance::declared_only);
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.grid_differs_from_recall"));
}

TEST(Assurance, TakesEachEdgeOfTheThreePercent) {
  for (const auto& [ratio, expected] :
       {std::pair(1.0299, Assurance::corroborated), std::pair(1.0301, Assurance::declared_only),
        std::pair(0.9701, Assurance::corroborated), std::pair(0.9699, Assurance::declared_only)}) {
    test::Scene scene = measured(small_chip());
    scene.chip().per_clock_per_unit.clear();
    for (auto& [precision, figure] : scene.chip().declared) figure.value /= ratio;
    EXPECT_EQ(assurance_of(scene).assurance, expected) << ratio;
  }
}

TEST(KnownThrough, WarnsFromTheDayAfter) {
  EXPECT_FALSE(known_through_finding("rule", "2026-09-30", "2026-09-30T23:59:59Z"));
  EXPECT_TRUE(known_through_finding("rule", "2026-09-30", "2026-10-01"));
  EXPECT_FALSE(known_through_finding("rule", "2026-09-30", ""));
}

TEST(Findings, AreNoneOfHealthOrContradictionForABoardThatFits) {
  for (const Finding& finding : test::classify_scene(measured(small_chip())).findings) {
    EXPECT_NE(finding.finding_class, FindingClass::contradiction) << finding.message;
    EXPECT_NE(finding.finding_class, FindingClass::health) << finding.message;
    EXPECT_NE(finding.finding_class, FindingClass::classification) << finding.message;
  }
}

}  // namespace
}  // namespace tpp
