// Boards that are one of several products, and boards whose devices are of several.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/boards/candidate_values.h"
#include "agent/regulation/provisions.h"
#include "agent/regulation/readings.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using P = Precision;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

// A product of which nothing that a device tells is its own.
Chip twin(const std::string& id, double int8_tops, double area_mm2, bool datacenter = true) {
  Chip row = test::chip(id, {{P::int8, int8_tops}}, area_mm2, datacenter);
  row.reported_names = {"NVIDIA twin"};
  return row;
}

test::Scene one_of(const std::vector<Chip>& products) {
  test::Scene scene = test::inventory_of(products.front());
  scene.catalog.chips = products;
  return scene;
}

std::string notes(const Verdict& verdict) {
  std::string all;
  for (const std::string& note : verdict.notes) all += note + "\n";
  return all;
}

TEST(Candidates, GiveTheirClassWhereAllOfThemReachIt) {
  const Verdict verdict = test::verdict_of(one_of({twin("one", 800, 800), twin("two", 610, 800)}));

  EXPECT_EQ(verdict.kind, ClassificationKind::controlled);
  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_THAT(verdict.paragraphs, ElementsAre("3A090.a.1", "3A090.a.2"));
  EXPECT_EQ(verdict.decided_by, Basis::declared);
  EXPECT_EQ(verdict.assurance, Assurance::declared_only);
  EXPECT_THAT(notes(verdict),
              AllOf(HasSubstr("one (declared TPP 6400: 3A090.a) or two (declared TPP 4880: 3A09"),
                    HasSubstr("the smallest margin: tpp 4880, 80 over 4800 (3A090.a.1), as two")));
}

TEST(Candidates, GiveTheClassThatTheyReachByDifferentParagraphs) {
  const Verdict verdict = test::verdict_of(one_of({twin("one", 800, 0), twin("two", 250, 300)}));

  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_THAT(verdict.paragraphs, ElementsAre("3A090.a.1", "3A090.a.2"));
}

TEST(Candidates, AreUnderTheParagraphsThatAllOfThemMeet) {
  const Verdict verdict = test::verdict_of(one_of({twin("one", 800, 800), twin("two", 610, 1600)}));

  EXPECT_THAT(verdict.paragraphs, ElementsAre("3A090.a.1"));
}

// Nothing that is measured is held against a row of theirs, and may be more than any declares.
TEST(Candidates, ShowNoBandWhichIsPresumedWhereAllAreInIt) {
  const Verdict verdict = test::verdict_of(one_of({twin("one", 310, 800), twin("two", 400, 800)}));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_EQ(verdict.rendered, "undetermined, presumed controlled (3A090.b.1)");
  EXPECT_THAT(notes(verdict), HasSubstr("up to 3A090.b"));
}

TEST(Candidates, OfWhichOneIsPresumedInAClassAreAllPresumedToBe) {
  Chip recalled = twin("two", 800, 800);
  recalled.declared.at(P::int8).confidence = Confidence::recall;

  const Classification classes = [&] {
    const test::Scene scene = one_of({twin("one", 800, 800), recalled});
    return classify(test::aggregate_scene(scene), scene.inventory, test::october_2023(),
                    scene.options);
  }();

  EXPECT_EQ(classes.verdicts.at(0).kind, ClassificationKind::undetermined);
  EXPECT_TRUE(test::has_finding(classes, "classification.presumed_controlled"));
}

TEST(Candidates, OfSeveralClassesLeaveItOpenAndNameTheStrictest) {
  for (const double tops : {310.0, 10.0}) {
    const Verdict verdict =
        test::verdict_of(one_of({twin("one", tops, 800), twin("two", 800, 800)}));

    EXPECT_EQ(verdict.kind, ClassificationKind::undetermined) << tops;
    EXPECT_EQ(verdict.assurance, Assurance::none);
    EXPECT_THAT(notes(verdict), HasSubstr("up to 3A090.a"));
  }
}

// Whichever of them it says to be, it is none of them.
TEST(Candidates, ThatAreAllContradictedSaySo) {
  std::vector<Chip> twins = {twin("one", 400, 800), twin("two", 410, 800)};
  for (Chip& row : twins) row.vendor = "NVIDIA";
  test::Scene scene = one_of(twins);
  ASSERT_FALSE(test::has_finding(test::classify_scene(scene), "evidence.identity_differs"));

  scene.device().vendor = "AMD";

  const Classification classes = test::classify_scene(scene);
  EXPECT_TRUE(test::has_finding(classes, "evidence.identity_differs"));
  EXPECT_NE(classes.verdicts.at(0).kind, ClassificationKind::below);
  EXPECT_THAT(classes.verdicts.at(0).assurance_reasons,
              testing::Contains(HasSubstr("identity differs: vendor: ")));
}

TEST(Candidates, ThatAreAllBelowMakeNoBoardBelow) {
  for (const PassMode mode : {PassMode::inventory, PassMode::full}) {
    test::Scene scene = one_of({twin("one", 10, 800), twin("two", 12, 800)});
    scene.options.mode = mode;

    const Verdict verdict = test::verdict_of(scene);

    EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
    EXPECT_THAT(notes(verdict), HasSubstr("it may be one (declared TPP 80: not 3A090.a/.b"));
  }
}

TEST(Candidates, KnownFromMemoryAloneDecideNothing) {
  Chip recalled = twin("two", 800, 800);
  recalled.declared.at(P::int8).confidence = Confidence::recall;

  const Verdict verdict = test::verdict_of(one_of({twin("one", 800, 800), recalled}));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(notes(verdict), HasSubstr("two (declared TPP 6400, from memory: undetermined)"));
}

TEST(Candidates, WithoutADeclaredRateDecideNothing) {
  Chip silent = twin("two", 800, 800);
  silent.declared.clear();

  const Verdict verdict = test::verdict_of(one_of({twin("one", 800, 800), silent}));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(notes(verdict), HasSubstr("two (no declared rate: undetermined)"));
}

TEST(Candidates, OfWhichAStoredReportHasNoneSayNothing) {
  const test::Scene scene = one_of({twin("one", 800, 800), twin("two", 610, 800)});
  std::vector<BoardPerformance> boards = test::aggregate_scene(scene);
  boards.at(0).candidates.emplace();
  boards.at(0).parts.emplace();

  const Verdict verdict =
      classify(boards, scene.inventory, test::october_2023(), scene.options).verdicts.at(0);

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(notes(verdict), Not(HasSubstr("its parts")));
}

TEST(Candidates, DoNotOutweighWhatWasMeasuredOverAStricterThreshold) {
  test::Scene scene = one_of({twin("one", 310, 800), twin("two", 400, 800)});
  scene.options.mode = PassMode::full;
  const DeviceId device = scene.device().id;
  scene.measurements = {test::measurement(device, "mma", "int8", test::rate(700e12, 8192, 40))};

  const Verdict verdict = test::verdict_of(scene);

  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_EQ(verdict.decided_by, Basis::achieved);
}

TEST(Candidates, LieFromTheLeastToTheMostWhereAllHaveAFigure) {
  const test::Scene scene = one_of({twin("one", 800, 800), twin("two", 610, 0)});
  const Readings readings = settle_readings(test::october_2023(), {});

  const BoardValues values = candidate_values(test::aggregate_scene(scene).at(0), readings);

  ASSERT_THAT(values.bases, SizeIs(1));
  const Quantified* tpp = figure_for(values.bases.front(), RuleQuantity::tpp);
  ASSERT_NE(tpp, nullptr);
  EXPECT_EQ(tpp->interval.low, 4880);
  EXPECT_EQ(tpp->interval.high, 6400);
  EXPECT_EQ(figure_for(values.bases.front(), RuleQuantity::pd), nullptr);
}

// 2480 to 3200 by the sheets is 3A090.b, and one of them is said to do 6400.
TEST(Candidates, AreHeldAgainstWhatOneOfThemHasFromMemory) {
  Chip recalled = twin("two", 400, 800);
  const test::Scene without = one_of({twin("one", 310, 800), recalled});
  recalled.declared[P::fp8_e4m3] = test::figure(800e12, Confidence::recall);
  const test::Scene with = one_of({twin("one", 310, 800), recalled});
  const Readings readings = settle_readings(test::october_2023(), {});
  const Condition below{RuleQuantity::tpp, Operator::less, 4800, "3A090.b.1"};
  const Condition over{RuleQuantity::tpp, Operator::greater_equal, 2400, "3A090.b.1"};
  const auto judged = [&](const test::Scene& scene, const Condition& condition) {
    return judge_conditions({condition},
                            candidate_values(test::aggregate_scene(scene).at(0), readings));
  };

  EXPECT_EQ(judged(without, below), Truth::met);
  EXPECT_EQ(judged(with, below), Truth::not_decided);
  EXPECT_EQ(judged(with, over), Truth::met) << "nothing takes that back";
}

TEST(Candidates, AreNotForDatacentersOnlyWhereNoneIs) {
  const Readings readings = settle_readings(test::october_2023(), {});
  for (const bool other : {true, false}) {
    const test::Scene scene = one_of({twin("one", 800, 800, false), twin("two", 610, 800, other)});

    EXPECT_EQ(candidate_values(test::aggregate_scene(scene).at(0), readings).datacenter, other);
  }
}

// A device of each row on one board, as its vendor says.
test::Scene joined(const Chip& first, Chip second) {
  second.pci_ids = {"10de:0002"};
  second.reported_names = {"NVIDIA other"};
  test::Scene scene = test::inventory_of(first);
  Device device = test::inventory_of(second).device();
  device.id.value = "0000:09:00.0";
  device.package.value = "package-9";
  scene.catalog.chips.push_back(second);
  scene.board().devices.push_back(device.id);
  scene.inventory.devices.push_back(device);
  return scene;
}

TEST(PartsOfSeveralProducts, ShowWhatTheBoardIsAtLeast) {
  const test::Scene scene = joined(twin("one", 10, 800), twin("two", 800, 800));

  const Verdict verdict = test::verdict_of(scene);

  EXPECT_EQ(verdict.classification, "3A090.a");
  EXPECT_THAT(verdict.paragraphs, ElementsAre("3A090.a.1"));
  EXPECT_TRUE(test::has_finding(test::classify_scene(scene), "evidence.several_products"));
  EXPECT_FALSE(test::has_finding(test::classify_scene(scene), "evidence.ambiguous_identity"));
  EXPECT_EQ(verdict.assurance, Assurance::declared_only);
  EXPECT_THAT(notes(verdict),
              HasSubstr("decided by a part of it alone: two (declared TPP 6400: 3A090.a)"));
  EXPECT_THAT(notes(verdict), HasSubstr("its other parts, each alone, for information: one "
                                        "(declared TPP 80: not 3A090.a/.b; normally 3A991.p "
                                        "(declared only))"));
}

// By density, which a board of unlike parts has none of: the class of the part is the least that it
// is presumed to be.
TEST(PartsOfSeveralProducts, ArePresumedToBeWhatOneOfThemIsAlone) {
  const test::Scene scene = joined(twin("one", 130, 545), twin("two", 242.5, 294));

  const Classification classes = test::classify_scene(scene);
  const Verdict& verdict = classes.verdicts.at(0);

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_EQ(verdict.classification, "undetermined");
  EXPECT_EQ(verdict.rendered, "undetermined, presumed controlled (3A090.a.2)");
  EXPECT_EQ(verdict.presumed, "3A090.a");
  EXPECT_THAT(notes(verdict),
              AllOf(HasSubstr("presumed by a part of it alone: two (declared TPP 1940: 3A090.a)"),
                    HasSubstr("its other parts, each alone, for information: one"),
                    HasSubstr("its performance density (PD) is not known")));
  EXPECT_TRUE(test::has_finding(classes, "classification.presumed_controlled"));
  EXPECT_FALSE(test::has_finding(classes, "classification.undetermined"));
}

TEST(PartsOfSeveralProducts, ArePresumedNothingWhereNoneOfThemIsControlledAlone) {
  const Verdict verdict = test::verdict_of(joined(twin("one", 10, 800), twin("two", 12, 800)));

  EXPECT_EQ(verdict.rendered, "undetermined");
  EXPECT_EQ(verdict.presumed, std::nullopt);
  EXPECT_THAT(notes(verdict), Not(HasSubstr("presumed")));
}

// 3A090.b alone, 3A090.a by what they add up to, which stays presumed.
TEST(PartsOfSeveralProducts, KeepAStricterPresumptionOfTheirSum) {
  const Verdict verdict = test::verdict_of(joined(twin("one", 310, 800), twin("two", 400, 800)));

  EXPECT_EQ(verdict.presumed, "3A090.a");
  EXPECT_EQ(verdict.rendered, "undetermined, presumed controlled (3A090.a.1)");
}

TEST(PartsOfSeveralProducts, SayThatTheBoardsOwnPurposeIsNotSaidAndWhichPartsIsNotCertain) {
  Chip doubted = twin("two", 310, 800, false);
  doubted.details.grounds["datacenter"] = {Confidence::recall, "a judgement"};

  const Verdict verdict = test::verdict_of(joined(twin("one", 10, 800), doubted));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(notes(verdict),
              HasSubstr("two (declared TPP 2480: undetermined, not certain whether for "
                        "datacenters)"));
  EXPECT_THAT(notes(verdict),
              HasSubstr("not said whether the board is designed or marketed for datacenters, which "
                        "counts as yes"));
  test::Scene said = joined(twin("one", 10, 800), twin("two", 310, 800));
  said.board().datacenter = true;
  EXPECT_THAT(notes(test::verdict_of(said)), Not(HasSubstr("for datacenters")));
}

TEST(PartsOfSeveralProducts, DecideByDeclarationBeforeWhatWasMeasured) {
  test::Scene scene = joined(twin("one", 10, 800), twin("two", 800, 800));
  scene.options.mode = PassMode::full;
  const DeviceId device = scene.device().id;
  scene.measurements = {test::measurement(device, "mma", "int8", test::rate(700e12, 8192, 40))};

  const Verdict verdict = test::verdict_of(scene);

  EXPECT_EQ(verdict.decided_by, Basis::declared);
  EXPECT_EQ(verdict.assurance, Assurance::declared_only);
}

// What would say that a figure is under the threshold.
Truth truth_below(Operator op) {
  const bool upper = op == Operator::less || op == Operator::less_equal;
  return upper ? Truth::met : Truth::not_met;
}

TEST(PartsOfSeveralProducts, NeitherMakeABandNorBelow) {
  for (const double tops : {310.0, 10.0}) {
    const Verdict verdict = test::verdict_of(joined(twin("one", tops, 800), twin("two", 20, 800)));

    EXPECT_EQ(verdict.kind, ClassificationKind::undetermined) << tops;
    EXPECT_EQ(verdict.assurance, Assurance::none);
    for (const Comparison& row : verdict.comparisons) {
      if (row.quantity != RuleQuantity::tpp) continue;
      EXPECT_NE(row.truth, truth_below(row.op)) << row.note;
    }
  }
}

TEST(PartsOfSeveralProducts, ArePresumedToAddUp) {
  const Verdict verdict = test::verdict_of(joined(twin("one", 310, 800), twin("two", 310, 800)));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.rendered, HasSubstr("presumed controlled (3A090.a.1)"));
}

TEST(PartsOfSeveralProducts, KnownFromMemoryProveNothing) {
  Chip recalled = twin("two", 800, 800);
  recalled.declared.at(P::int8).confidence = Confidence::recall;

  const Verdict verdict = test::verdict_of(joined(twin("one", 10, 800), recalled));

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
}

TEST(PartsOfSeveralProducts, CountOnlyTheDevicesThatAreThere) {
  Chip pair = twin("two", 800, 800);
  pair.packages_per_board = 2;
  const test::Scene scene = joined(twin("one", 10, 800), pair);

  const auto parts = test::aggregate_scene(scene).at(0).parts;

  ASSERT_TRUE(parts);
  ASSERT_THAT(*parts, SizeIs(2));
  EXPECT_EQ(parts->at(1).tpp->value, 3200);
  EXPECT_THAT(parts->at(1).devices, ElementsAre(DeviceId{"0000:09:00.0"}));
}

TEST(PartsOfSeveralProducts, SayThatOneIsThereBesideOneThatNoRowKnows) {
  test::Scene scene = joined(twin("one", 10, 800), twin("two", 800, 800));
  scene.catalog.chips.front().pci_ids = {"10de:0003"};
  scene.catalog.chips.front().reported_names = {"NVIDIA third"};

  const Classification result = test::classify_scene(scene);

  EXPECT_EQ(result.verdicts.at(0).classification, "3A090.a");
  EXPECT_TRUE(test::has_finding(result, "evidence.no_catalogue_row"));
}

TEST(PartsOfSeveralProducts, AreNoneOfABoardOfOne) {
  const auto board = test::aggregate_scene(test::inventory_of(test::small_chip())).at(0);

  EXPECT_EQ(board.parts, std::nullopt);
  EXPECT_EQ(board.candidates, std::nullopt);
}

}  // namespace
}  // namespace tpp
