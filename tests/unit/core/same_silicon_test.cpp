#include "agent/boards/same_silicon.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/boards/aggregate.h"
#include "agent/boards/stored_rows.h"
#include "agent/chips/catalog_override.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// A board of the silicon of the one shipped row, by a name that only the user's row has.
struct Renamed {
  test::Scene scene = test::measured(test::small_chip());
  Catalog shipped = scene.catalog;

  Renamed() {
    Chip& row = scene.chip();
    row.id.value = "mine";
    row.name = "Mine";
    row.reported_names = {"Mine"};
    row.pci_ids.clear();
    scene.device().name = "Mine";
    scene.device().pci_id.reset();
  }

  BoardPerformance board() const {
    std::vector<BoardPerformance> boards = test::aggregate_scene(scene);
    const auto theirs = aggregate(scene.inventory, scene.measurements, shipped);
    hold_against_shipped({shipped, theirs}, scene.catalog, boards);
    hold_against_silicon(shipped, scene.catalog, scene.inventory, boards);
    return boards.at(0);
  }
  std::vector<std::string> differs() const { return board().facts.identity_differs; }
  Verdict verdict() const {
    return classify({board()}, scene.inventory, test::october_2023(), scene.options).verdicts.at(0);
  }
};

TEST(SameSilicon, IsTheUsersProductWhereItsRowSaysTheSame) {
  const Renamed with;
  ASSERT_TRUE(with.board().chip);

  EXPECT_THAT(with.differs(), IsEmpty());
  EXPECT_EQ(with.verdict().classification, "below");
}

TEST(SameSilicon, IsNoSmallerUnderANameOfTheUsers) {
  Renamed with;
  with.scene.chip().applicable_die_area_mm2->value = 2000;

  EXPECT_THAT(with.differs(),
              ElementsAre("applicable die area: 2000 mm2 in the catalogue given, 545 mm2 in the "
                          "shipped one, which has its units and memory (small)"));
  EXPECT_EQ(with.verdict().kind, ClassificationKind::undetermined);

  with.scene.chip().applicable_die_area_mm2->value = 545;
  with.scene.chip().datacenter = !with.scene.chip().datacenter;
  EXPECT_THAT(with.differs(), ElementsAre(HasSubstr("datacenter: ")));
  EXPECT_EQ(with.verdict().kind, ClassificationKind::undetermined);
}

TEST(SameSilicon, IsNoBetterKnownUnderANameOfTheUsers) {
  Renamed with;
  for (auto& [precision, figure] : with.shipped.chips[0].declared) {
    figure.confidence = Confidence::derived;
  }

  EXPECT_THAT(with.board().facts.confidence_raised,
              ElementsAre(HasSubstr("declared rates in fp16, int8: source in the catalogue given, "
                                    "derived in the shipped one, which has its units")));
  EXPECT_EQ(with.verdict().kind, ClassificationKind::undetermined);
}

// An id in the row that no device tells is the user's word, as the name is.
TEST(SameSilicon, IsNotHiddenByAnIdThatNoDeviceTells) {
  Renamed with;
  with.scene.chip().pci_ids = {"ffff:0001"};
  with.scene.chip().applicable_die_area_mm2->value = 2000;

  EXPECT_THAT(with.differs(), Contains(HasSubstr("applicable die area: 2000 mm2")));
}

TEST(SameSilicon, IsAnotherProductByThePciIdThatItTells) {
  Renamed with;
  with.scene.chip().pci_ids = {"ffff:0001"};
  with.scene.device().pci_id = "ffff:0001";
  with.scene.chip().applicable_die_area_mm2->value = 2000;

  EXPECT_THAT(with.differs(), IsEmpty());
}

TEST(SameSilicon, IsThatOfTheShippedRowWhichSaysTheSame) {
  Renamed with;
  with.scene.chip().datacenter = !with.scene.chip().datacenter;
  ASSERT_THAT(with.differs(), testing::SizeIs(1));
  Chip workstation = with.shipped.chips[0];
  workstation.id.value = "workstation";
  workstation.name = "Workstation";
  workstation.pci_ids = {"ffff:0002"};
  workstation.reported_names = {"Workstation"};
  workstation.datacenter = with.scene.chip().datacenter;
  with.shipped.chips.push_back(workstation);

  EXPECT_THAT(with.differs(), IsEmpty());
}

TEST(SameSilicon, IsNotThatOfOtherUnitsMemoryOrMakers) {
  Renamed with;
  with.scene.chip().applicable_die_area_mm2->value = 2000;
  Chip& row = with.shipped.chips[0];
  const Chip before = row;

  row.units->value = 48;
  EXPECT_THAT(with.differs(), IsEmpty());
  row = before;
  row.memory_bytes->value = 24e9;
  EXPECT_THAT(with.differs(), IsEmpty());
  row = before;
  row.vendor = "AMD";
  with.scene.device().vendor = "NVIDIA";
  with.scene.chip().vendor = "NVIDIA";
  EXPECT_THAT(with.differs(), IsEmpty());
}

TEST(SameSilicon, IsHeldAgainstInAStoredReportToo) {
  Renamed with;
  with.scene.chip().applicable_die_area_mm2->value = 2000;
  Report report;
  report.chips = with.scene.catalog.chips;
  report.chips[0].details = {};
  report.inventory = with.scene.inventory;
  report.measurements = with.scene.measurements;
  report.performances = test::aggregate_scene(with.scene);

  hold_stored_rows(with.shipped, report);

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].code, kRowDiffers);
  EXPECT_THAT(report.performances[0].facts.identity_differs,
              ElementsAre(HasSubstr("applicable die area: 2000 mm2 in the report, 545 mm2 in")));
}

}  // namespace
}  // namespace tpp
