#include "agent/chips/catalog_override.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/boards/aggregate.h"
#include "agent/boards/evidence.h"
#include "agent/model/names.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using P = Precision;

// A scene whose catalogue is the user's, beside the shipped one that the scene began with.
struct Override {
  Catalog shipped;
  test::Scene scene;

  explicit Override(test::Scene of) : shipped(of.catalog), scene(std::move(of)) {}

  BoardPerformance board() const {
    std::vector<BoardPerformance> boards = test::aggregate_scene(scene);
    const auto theirs = aggregate(scene.inventory, scene.measurements, shipped);
    hold_against_shipped({shipped, theirs}, scene.catalog, boards);
    return boards.at(0);
  }
  Verdict verdict() const {
    return classify({board()}, scene.inventory, test::october_2023(), scene.options).verdicts.at(0);
  }
};

Override small() { return Override(test::measured(test::small_chip())); }

TEST(CatalogOverride, ChangesNothingWhereTheCatalogueSaysTheSame) {
  EXPECT_THAT(small().board().facts.identity_differs, IsEmpty());
  EXPECT_EQ(small().board().facts.grid.size(), 2u);
  EXPECT_EQ(small().verdict().classification, "below");
}

TEST(CatalogOverride, TakesOverWhatContradictsTheShippedRow) {
  Override with = small();
  with.scene.rate(0).snapped_per_clock = 1024 * 1.3;
  for (auto table : {&Chip::declared, &Chip::per_clock_per_unit}) {
    for (auto& [precision, figure] : with.scene.chip().*table) figure.value *= 1.3;
  }

  EXPECT_EQ(with.verdict().assurance, Assurance::contradicted);
}

TEST(CatalogOverride, KeepsWhatDiffersFromTheShippedRow) {
  Override with = small();
  with.scene.device().memory_bytes = 8000000000;
  with.scene.device().units = 36;
  with.scene.chip().memory_bytes->value = 8e9;
  with.scene.chip().units->value = 36;

  const BoardFacts facts = with.board().facts;

  EXPECT_THAT(facts.identity_differs,
              Contains(HasSubstr("memory size: 8.0 GB reported, catalogue 16.0 GB")));
  EXPECT_THAT(facts.units_differ, Contains(HasSubstr("36 reported, catalogue 40")));
  EXPECT_NE(with.verdict().classification, "below");
}

// The word of the one who would like a "no", or an area, to be certain.
TEST(CatalogOverride, ArguesNoDoubtAndNoBoundAway) {
  Chip doubted = test::small_chip();
  doubted.datacenter = false;
  doubted.details.grounds["datacenter"] = {Confidence::recall, "a judgement"};
  doubted.applicable_die_area_mm2->bound = Bound::at_most;
  Override with(test::measured(doubted));
  with.scene.chip().details.grounds["datacenter"].confidence = Confidence::source;
  with.scene.chip().applicable_die_area_mm2->bound = std::nullopt;

  const auto differs = with.board().facts.identity_differs;

  EXPECT_THAT(differs, Contains(HasSubstr("datacenter: no in the catalogue given, no, in doubt")));
  EXPECT_THAT(differs,
              Contains(HasSubstr("die area: 545 mm2 in the catalogue given, at most 545 mm2")));
  EXPECT_NE(with.verdict().classification, "below");
}

TEST(CatalogOverride, SaysOnceWhatDiffersFromBothRows) {
  Override with = small();
  with.scene.device().memory_bytes = 32000000000;

  EXPECT_EQ(with.board().facts.identity_differs.size(), 1u);
}

struct Changed {
  const char* what;
  void (*change)(Chip&);
  const char* said;
};
class ChangedRow : public testing::TestWithParam<Changed> {};

TEST_P(ChangedRow, CorroboratesNothing) {
  Override with = small();
  GetParam().change(with.scene.chip());

  EXPECT_THAT(with.board().facts.identity_differs, Contains(HasSubstr(GetParam().said)));
  EXPECT_NE(with.verdict().assurance, Assurance::corroborated);
}

INSTANTIATE_TEST_SUITE_P(
    Each, ChangedRow,
    testing::Values(
        Changed{"tpp", [](Chip& row) { row.declared[P::int8].value *= 0.99; },
                "declared rates: int8 128.95 T"},
        Changed{"vector", [](Chip& row) { row.declared_vector[P::fp32] = test::figure(8e12); },
                "declared vector rates: fp32 8 T in the catalogue given, fp32 none in"},
        Changed{"grid", [](Chip& row) { row.per_clock_per_unit.erase(P::int8); },
                "operations per clock and unit: int8 none"},
        Changed{
            "vector_grid",
            [](Chip& row) { row.details.vector_per_clock_per_unit[P::fp32] = test::figure(128); },
            "vector operations per clock and unit: fp32 128 in the catalogue given, fp32 none"},
        Changed{"units", [](Chip& row) { row.units->value = 41; }, "units: 41"},
        Changed{"memory", [](Chip& row) { row.memory_bytes->value = 15e9; },
                "memory size: 15 GB in"},
        Changed{"bandwidth", [](Chip& row) { row.memory_bandwidth = test::figure(1e11); },
                "memory bandwidth: 100 GB/s in"},
        Changed{"clock", [](Chip& row) { row.matrix_clock_hz->value *= 1.01; }, "matrix clock: "},
        Changed{"boost", [](Chip& row) { row.boost_clock_hz = test::figure(2e9); },
                "boost clock: 2000 MHz in"},
        Changed{"area", [](Chip& row) { row.applicable_die_area_mm2->value = 2000; },
                "applicable die area: 2000 mm2 in"},
        Changed{"planar", [](Chip& row) { row.nonplanar = false; }, "non-planar dies: no"},
        Changed{"datacenter", [](Chip& row) { row.datacenter = false; }, "datacenter: no"},
        Changed{"pci_ids", [](Chip& row) { row.pci_ids.emplace_back("10de:0002"); },
                "PCI ids: 10de:0001 10de:0002 in the catalogue given"},
        Changed{"copies", [](Chip& row) { row.details.copies_on_board = 2; },
                "copies on the board: 2"},
        Changed{"layout", [](Chip& row) { row.packages_per_board = 2; }, "packages: 1 x 2"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(CatalogOverride, MakesNoBoardBelowByCallingAFigureFromMemoryKnown) {
  Override with = small();
  for (auto& [precision, figure] : with.shipped.chips.at(0).declared) {
    figure.confidence = Confidence::recall;
  }
  for (const PassMode mode : {PassMode::full, PassMode::inventory}) {
    with.scene.options.mode = mode;

    const Verdict verdict = with.verdict();

    EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
    EXPECT_THAT(verdict.assurance_reasons,
                Contains(HasSubstr("declared rates in fp16, int8: source in the catalogue given, "
                                   "from memory in the shipped one")));
    EXPECT_THAT(verdict.notes, Contains(HasSubstr("the shipped one has from memory")));
  }
  const std::vector<Finding> findings = evidence_findings(with.board(), true);
  EXPECT_THAT(findings, Contains(testing::Field(&Finding::code, "evidence.confidence_raised")));
}

// A claim of the maker is what the rules ask for; what was worked out from one is none.
TEST(CatalogOverride, MakesNoBoardBelowByCallingADerivedFigureSourced) {
  Override with = small();
  for (auto& [precision, figure] : with.shipped.chips.at(0).declared) {
    figure.confidence = Confidence::derived;
  }

  const Verdict verdict = with.verdict();

  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.assurance_reasons,
              Contains(HasSubstr("declared rates in fp16, int8: source in the catalogue given, "
                                 "derived in the shipped one")));
  with.scene.chip() = with.shipped.chips.at(0);
  EXPECT_THAT(with.board().facts.confidence_raised, IsEmpty());
}

// It picks the product out, and nobody read it anywhere.
TEST(CatalogOverride, MakesNoIdentityByCallingAnIdFromMemoryKnown) {
  Override with = small();
  with.shipped.chips.at(0).details.grounds["pci_ids"] = {Confidence::recall, "from memory"};
  for (const bool grounded : {true, false}) {
    if (!grounded) with.scene.chip().details.grounds.clear();
    if (grounded) with.scene.chip().details.grounds["pci_ids"] = {Confidence::source, "a list"};

    EXPECT_THAT(with.board().facts.confidence_raised,
                ElementsAre("PCI ids: source in the catalogue given, from memory in the shipped "
                            "one"));
    EXPECT_EQ(with.verdict().kind, ClassificationKind::undetermined);
  }
  with.scene.chip() = with.shipped.chips.at(0);
  EXPECT_THAT(with.board().facts.confidence_raised, IsEmpty());
}

TEST(CatalogOverride, MakesNoRowFitThatTheShippedCatalogueDoesNotFind) {
  Override with = small();
  Chip twin = with.scene.chip();
  twin.id.value = "twin";
  twin.name = "twin";
  with.shipped.chips.push_back(twin);

  EXPECT_THAT(with.board().facts.identity_differs,
              Contains(HasSubstr("row of the board: small in the catalogue given, none (ambig")));
}

TEST(CatalogOverride, HoldsAProductThatIsNotShippedAgainstNothing) {
  Override with = small();
  with.shipped.chips.clear();

  EXPECT_THAT(with.board().facts.identity_differs, IsEmpty());
}

// A row that nothing but its name ties to the shipped ones picks none of them out.
TEST(CatalogOverride, ChoosesNoneOfTheProductsThatTheShippedCatalogueFinds) {
  Override with = small();
  Chip twin = with.shipped.chips[0];
  twin.id.value = "twin";
  twin.name = "twin";
  with.shipped.chips.push_back(twin);
  Chip& row = with.scene.chip();
  row.id.value = "mine";
  row.name = "mine";
  row.reported_names = {with.scene.device().name};
  row.pci_ids.clear();

  ASSERT_TRUE(with.board().chip);
  EXPECT_THAT(with.board().facts.identity_differs, Contains(HasSubstr("row of the board: mine")));
}

// Each of them may be the board, and what all of them say is its class.
TEST(CatalogOverride, IsHeldAgainstTheShippedRowOfEachProductThatFits) {
  Override with = small();
  Chip twin = with.scene.chip();
  twin.id.value = "twin";
  twin.name = "twin";
  with.scene.catalog.chips.push_back(twin);
  with.scene.chip().declared[P::int8].value *= 0.5;

  const BoardPerformance board = with.board();

  ASSERT_TRUE(board.candidates);
  EXPECT_THAT(board.facts.identity_differs, Contains(HasSubstr("declared rates: int8 65.")));
  EXPECT_THAT(board.facts.identity_differs,
              Contains(HasSubstr("row of the board: twin in the catalogue given, small in the")));
}

// Where no board was seen, a row by itself is judged.
TEST(OverriddenRows, AreThoseThatSaySomethingElseThanTheShippedRow) {
  const Catalog shipped = test::measured(test::small_chip()).catalog;
  Catalog same = shipped;
  mark_overridden(shipped, same);
  EXPECT_THAT(same.overridden, IsEmpty());

  Catalog wider = shipped;
  wider.chips[0].applicable_die_area_mm2->value *= 3;
  mark_overridden(shipped, wider);
  const RowDifferences found = wider.overridden.at(wider.chips[0].id);
  EXPECT_THAT(found.differs, ElementsAre(HasSubstr("applicable die area: 1635 mm2 in the cata")));
  EXPECT_THAT(found.raised, IsEmpty());
}

// Changes what rules ask for under that name; false where no row has it.
bool change(RuleQuantity quantity, Chip& row) {
  switch (quantity) {
    case RuleQuantity::tpp:
    case RuleQuantity::tops:
      row.declared.begin()->second.value *= 0.5;
      return true;
    case RuleQuantity::pd:
      row.applicable_die_area_mm2->value *= 2;
      return true;
    case RuleQuantity::datacenter:
      row.datacenter = !row.datacenter;
      return true;
    case RuleQuantity::dram_bandwidth:
      row.memory_bandwidth->value *= 0.5;
      return true;
    case RuleQuantity::interconnect:
      row.details.interconnect = Figure{4e11, Confidence::source, "a sheet"};
      return true;
    case RuleQuantity::hbm:
      row.details.memory_type = "GDDR6";
      return true;
    case RuleQuantity::transistors:
      row.details.transistors = Figure{1e10, Confidence::source, "a sheet"};
      return true;
    case RuleQuantity::memory_density:
      return false;  // of memory sold by itself
  }
  return false;
}

TEST(OverriddenRows, AreThoseThatSaySomethingElseOfAnyFigureThatRulesAskFor) {
  Catalog shipped = test::measured(test::small_chip()).catalog;
  shipped.chips[0].details.memory_type = "HBM3";
  shipped.chips[0].memory_bandwidth = Figure{8e11, Confidence::source, "a sheet"};
  for (const auto& [quantity, word] : EnumNames<RuleQuantity>::rows) {
    Catalog given = shipped;
    if (!change(quantity, given.chips[0])) continue;
    mark_overridden(shipped, given);
    EXPECT_EQ(given.overridden.size(), 1U) << word;
  }
}

TEST(OverriddenRows, StandForTheShippedRowOfTheirPciIdToo) {
  const Catalog shipped = test::measured(test::small_chip()).catalog;
  Catalog renamed = shipped;
  renamed.chips[0].id.value = "mine";
  mark_overridden(shipped, renamed);
  EXPECT_THAT(renamed.overridden, IsEmpty());
  renamed.chips[0].datacenter = !renamed.chips[0].datacenter;
  mark_overridden(shipped, renamed);
  EXPECT_THAT(renamed.overridden.at(renamed.chips[0].id).differs,
              Contains(HasSubstr("datacenter: ")));

  Catalog another = renamed;
  another.overridden.clear();
  another.chips[0].pci_ids = {"ffff:0001"};
  mark_overridden(shipped, another);
  EXPECT_EQ(another.overridden.size(), 1U) << "it bears the name of the shipped one";
  another.overridden.clear();
  another.chips[0].name = "another";
  another.chips[0].reported_names = {"Another"};
  mark_overridden(shipped, another);
  EXPECT_THAT(another.overridden, IsEmpty()) << "a new product overrides none";
}

}  // namespace
}  // namespace tpp
