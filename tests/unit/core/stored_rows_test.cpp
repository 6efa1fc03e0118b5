#include "agent/boards/stored_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/boards/report_check.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::IsSupersetOf;
using testing::Not;

// As a pass with the shipped catalogue makes it.
Report report_of(const test::Scene& scene) {
  Report report;
  report.chips = scene.catalog.chips;
  report.inventory = scene.inventory;
  report.measurements = scene.measurements;
  report.performances = test::aggregate_scene(scene);
  return report;
}

TEST(StoredRows, AreHeldAgainstTheShippedOnes) {
  const test::Scene scene = test::measured(test::small_chip());
  Report report;
  report.chips = scene.catalog.chips;
  report.performances = test::aggregate_scene(scene);
  hold_stored_rows(scene.catalog, report);
  EXPECT_THAT(report.findings, IsEmpty());

  for (auto& [precision, figure] : report.chips[0].declared) figure.value *= 0.5;
  hold_stored_rows(scene.catalog, report);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].code, kRowDiffers);
  EXPECT_EQ(report.findings[0].subject, report.performances[0].board.value);
  EXPECT_THAT(report.performances[0].facts.identity_differs,
              ElementsAre(HasSubstr("in the report, fp16 ")));

  // Another name makes it no other product.
  report.findings.clear();
  report.chips[0].id.value = "mine";
  report.performances[0].chip = report.chips[0].id;
  hold_stored_rows(scene.catalog, report);
  EXPECT_EQ(report.findings.size(), 1U);
}

// The flag rests on a ground, which no report has: taken out of a report, its doubt stands.
TEST(StoredRows, TakeTheDoubtAboutDatacentersFromTheShippedOnes) {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().datacenter = false;
  scene.chip().details.grounds["datacenter"] = {Confidence::recall, "a workstation's"};
  Report report;
  report.chips = scene.catalog.chips;
  report.performances = test::aggregate_scene(scene);
  hold_stored_rows(scene.catalog, report);
  ASSERT_THAT(report.findings, IsEmpty());
  ASSERT_EQ(report.performances[0].facts.datacenter_doubt, "a workstation's");

  report.performances[0].facts.datacenter_doubt.reset();
  Report renamed = report;  // another id makes it no other row
  renamed.chips[0].id.value = "mine";
  renamed.performances[0].chip = renamed.chips[0].id;
  for (Report* changed : {&report, &renamed}) {
    hold_stored_rows(scene.catalog, *changed);
    ASSERT_EQ(changed->findings.size(), 1U);
    EXPECT_EQ(changed->findings[0].code, kRowDiffers);
    EXPECT_THAT(changed->findings[0].message, HasSubstr("in doubt (a workstation's)"));
    EXPECT_EQ(changed->performances[0].facts.datacenter_doubt, "a workstation's");
  }
}

TEST(StoredRows, TakeTheDoubtAboutEachOfSeveralProductsFromTheShippedOnes) {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.chip().datacenter = false;
  scene.chip().details.grounds["datacenter"] = {Confidence::source, "a sheet"};
  scene.catalog.chips.push_back(scene.chip());
  scene.catalog.chips.back().id.value = "other";
  scene.catalog.chips.back().details.grounds["datacenter"] = {Confidence::recall, "a guess"};
  Report report = report_of(scene);
  auto& products = *report.performances[0].candidates;
  ASSERT_EQ(products.size(), 2U);
  hold_stored_rows(scene.catalog, report);
  ASSERT_THAT(report.findings, IsEmpty());

  products[1].datacenter_doubt.reset();
  hold_stored_rows(scene.catalog, report);

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].message, HasSubstr("row other: for datacenters: no without"));
  EXPECT_EQ(products[0].datacenter_doubt, std::nullopt);
  EXPECT_EQ(products[1].datacenter_doubt, "a guess");
}

// A report's rows have no architecture, and one of an early version held none against its row.
TEST(StoredRows, AreHeldAgainstWhatDevicesSayOfTheirMaker) {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().vendor = "NVIDIA";
  scene.chip().details.architecture = "Turing";
  scene.device().vendor = "NVIDIA";
  scene.device().architecture = "sm_75";
  Report report;
  report.chips = scene.catalog.chips;
  report.chips[0].details = {};
  report.inventory = scene.inventory;
  report.performances = test::aggregate_scene(scene);
  hold_stored_rows(scene.catalog, report);
  ASSERT_THAT(report.findings, IsEmpty());

  report.inventory.devices[0].architecture = "sm_90";
  hold_stored_rows(scene.catalog, report);

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].code, kRowDiffers);
  EXPECT_THAT(report.findings[0].message, HasSubstr("reports sm_90, catalogue Turing (sm_75)"));
  EXPECT_THAT(report.performances[0].facts.units_differ, ElementsAre(HasSubstr("sm_90")));
  hold_stored_rows(scene.catalog, report);
  EXPECT_EQ(report.findings.size(), 1U) << "told once";
}

TEST(StoredRows, AreHeldAgainstTheNamesOfOtherProducts) {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().pci_ids = {"10de:0001"};
  scene.device().pci_id = "10de:0001";
  Catalog shipped = scene.catalog;
  shipped.chips.push_back(test::large_chip());
  shipped.chips.back().reported_names = {"Large One"};
  shipped.chips.back().pci_ids = {"10de:0002"};
  Report report = report_of(scene);
  EXPECT_THAT(hold_stored_rows(shipped, report), IsEmpty());
  ASSERT_THAT(report.findings, IsEmpty());

  report.inventory.devices[0].name = "Large One";
  EXPECT_THAT(hold_stored_rows(shipped, report), IsEmpty());
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].message, HasSubstr("'Large One' reported, which the catalogue"));
  EXPECT_EQ(report.performances[0].facts.identity_differs.size(), 1U);
}

// The report's own rows may name any row for a device: which one fits it is held against the
// shipped ones, which say what the board is otherwise.
TEST(StoredRows, AreThoseThatFitTheDevicesInTheShippedOnes) {
  test::Scene scene = test::measured(test::small_chip());
  Catalog shipped = scene.catalog;
  shipped.chips.push_back(test::large_chip());
  shipped.chips.back().pci_ids = {"10de:1234"};
  Report report = report_of(scene);
  report.inventory.devices[0].pci_id = "10de:1234";

  const auto otherwise = hold_stored_rows(shipped, report);

  ASSERT_EQ(otherwise.size(), 1U);
  EXPECT_EQ(otherwise[0].chip, shipped.chips.back().id);
  EXPECT_THAT(report.performances[0].facts.identity_differs,
              Contains(HasSubstr("row of the board: ")));
  ASSERT_FALSE(report.findings.empty());
  EXPECT_EQ(report.findings[0].code, kRowDiffers);
}

// Two rows that a name fits, and none tells apart.
test::Scene one_of_two() {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.catalog.chips.push_back(scene.chip());
  scene.catalog.chips.back().id.value = "another";
  return scene;
}

TEST(StoredRows, AreThoseThatFitTheDevicesAlsoWhereTheyAreSeveral) {
  const test::Scene scene = one_of_two();
  const Report sound = report_of(scene);
  ASSERT_EQ(sound.performances[0].candidates->size(), 2U);
  Report report = sound;
  EXPECT_THAT(hold_stored_rows(scene.catalog, report), IsEmpty());
  ASSERT_THAT(report.findings, IsEmpty());

  Catalog larger;  // by the PCI id, which no row of the report has
  larger.chips.push_back(test::large_chip());
  larger.chips.back().pci_ids = {"10de:1234"};
  report.inventory.devices[0].pci_id = "10de:1234";
  hold_stored_rows(larger, report);
  EXPECT_THAT(report.performances[0].facts.identity_differs,
              IsSupersetOf({"row of the board: small in the report, large in the shipped one",
                            "row of the board: another in the report, large in the shipped one"}));
  EXPECT_EQ(report.findings.at(0).code, kRowDiffers);

  Catalog third = scene.catalog;
  third.chips.push_back(test::large_chip());
  third.chips.back().reported_names = scene.catalog.chips[0].reported_names;
  report = sound;
  for (Device& device : report.inventory.devices) {
    device.units = std::nullopt;
    device.memory_bytes = std::nullopt;
  }
  hold_stored_rows(third, report);
  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].message, HasSubstr("none in the report, large in the shipped"));
}

// Vector units that do four times what the row declares of them.
test::Scene with_fast_vector_units() {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().declared_vector[Precision::fp64] = test::figure(0.25e12);
  scene.chip().details.vector_per_clock_per_unit[Precision::fp64] = test::figure(4);
  scene.measurements.push_back(
      test::measurement(scene.device().id, "fma", "fp64", test::rate(4e12, 16, 40)));
  return scene;
}

// Which a report does not hold; what its own rows give is no matter of the shipped ones.
TEST(StoredRows, LackTheGridOfVectorUnits) {
  const test::Scene scene = with_fast_vector_units();
  Report report = report_of(scene);
  report.chips[0].details = {};
  report.performances[0].facts.grid.clear();

  hold_stored_rows(scene.catalog, report);

  const std::vector<GridCheck>& grid = report.performances[0].facts.grid;
  ASSERT_EQ(grid.size(), 1U);
  EXPECT_EQ(grid[0].precision, Precision::fp64);
  EXPECT_EQ(grid[0].measured_per_clock, 4 * grid[0].declared_per_clock);
  EXPECT_THAT(report.findings, IsEmpty());
}

TEST(StoredRows, ShowVectorUnitsThatTheReportTellsOtherwise) {
  const test::Scene scene = with_fast_vector_units();
  Report report = report_of(scene);
  report.chips[0].details = {};
  std::vector<GridCheck>& grid = report.performances[0].facts.grid;
  const std::vector<GridCheck> measured = grid;
  hold_stored_rows(scene.catalog, report);
  ASSERT_THAT(report.findings, IsEmpty());
  ASSERT_EQ(grid, measured);

  GridCheck& told = *std::ranges::find(grid, Precision::fp64, &GridCheck::precision);
  told.measured_per_clock = told.declared_per_clock;
  hold_stored_rows(scene.catalog, report);

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_EQ(report.findings[0].code, kRowDiffers);
  EXPECT_THAT(report.findings[0].message, HasSubstr("facts.grid: another for fp64"));
  EXPECT_THAT(grid, IsSupersetOf(measured)) << "the contradiction stands beside it";
}

// Which a report does not hold: its rows would show a part of the board, and accuse the rest.
TEST(StoredRows, TakeHowManyOfThemABoardCarriesFromTheShippedOnes) {
  test::Scene scene = test::measured(test::small_chip());
  scene.chip().details.copies_on_board = 2;
  scene.device().slice = true;  // of a whole device, the board says how many it lacks
  Report report = report_of(scene);
  report.chips[0].details = {};
  ASSERT_THAT(not_borne_out(report, {}), Not(IsEmpty()));

  hold_stored_rows(scene.catalog, report);

  EXPECT_THAT(not_borne_out(report, {}), IsEmpty());
  EXPECT_THAT(report.findings, IsEmpty());
}

// By what ground an id is known, and what other products have it, is in no report's row. Another id
// makes it no other row.
TEST(StoredRows, AgreeByNoGroundThatTheShippedOnesLack) {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.chip().pci_ids = {"10de:0001"};
  scene.chip().details.grounds["pci_ids"] = {Confidence::recall, "from memory"};
  scene.device().pci_id = "10de:0001";
  Report report = report_of(scene);
  report.chips[0].details = {};
  hold_stored_rows(scene.catalog, report);
  ASSERT_THAT(report.findings, IsEmpty());

  report.performances[0].facts.identity_agrees.emplace_back("PCI id");
  Report renamed = report;
  renamed.chips[0].id.value = "mine";
  renamed.performances[0].chip = renamed.chips[0].id;
  for (Report* forged : {&report, &renamed}) {
    hold_stored_rows(scene.catalog, *forged);
    ASSERT_EQ(forged->findings.size(), 1U);
    EXPECT_EQ(forged->findings[0].code, kRowDiffers);
    EXPECT_THAT(forged->findings[0].message,
                HasSubstr("facts.identity_agrees: PCI id, where the shipped catalogue shows that"));
    EXPECT_EQ(forged->performances[0].facts.identity_differs.size(), 1U);
    hold_stored_rows(scene.catalog, *forged);
    EXPECT_EQ(forged->findings.size(), 1U) << "told once";
  }
}

TEST(StoredRows, AreToldApartByTheNameOfTheShippedOnes) {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.chip().pci_ids = {"10de:0001"};
  scene.device().pci_id = "10de:0001";
  scene.catalog.chips.push_back(scene.chip());
  scene.catalog.chips.back().id.value = "another";
  scene.catalog.chips.back().reported_names = {"Another"};
  Report report = report_of(scene);
  std::erase_if(report.chips, [](const Chip& chip) { return chip.id.value == "another"; });
  hold_stored_rows(scene.catalog, report);
  ASSERT_THAT(report.findings, IsEmpty());

  report.performances[0].facts.identity_missing.clear();
  hold_stored_rows(scene.catalog, report);

  ASSERT_EQ(report.findings.size(), 1U);
  EXPECT_THAT(report.findings[0].message, HasSubstr("facts.identity_missing: none, where the"));
}

// A product that the shipped catalogue does not know is the user's to add.
TEST(StoredRows, OfAnUnknownProductDifferFromNone) {
  const test::Scene scene = test::measured(test::small_chip());
  Catalog shipped = scene.catalog;
  shipped.chips[0] = test::large_chip();
  shipped.chips[0].name = "another";
  shipped.chips[0].reported_names = {"Another"};
  shipped.chips[0].pci_ids = {"ffff:ffff"};
  Report report = report_of(scene);
  EXPECT_THAT(hold_stored_rows(shipped, report), IsEmpty());
  EXPECT_THAT(report.findings, IsEmpty());
}

}  // namespace
}  // namespace tpp
