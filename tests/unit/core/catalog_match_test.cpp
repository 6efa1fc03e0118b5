#include "agent/chips/catalog_match.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/chips/catalog_file.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Catalog catalog() {
  return parse_catalog(R"(known_through: 2026-09-30
chips:
  - id: v-large-40
    vendor: V
    name: Large 40 GB
    kind: gpu
    pci_ids: ["10de:0001"]
    subsystem_ids: ["10de:aaaa"]
    reported_names: ["V Large"]
    grounds: {pci_ids: [recall, "from memory"]}
    figures: {units: [100, recall, memory], memory_gb: [40, recall, memory]}
  - id: v-large-80
    vendor: V
    name: Large 80 GB
    kind: gpu
    pci_ids: ["10de:0001"]
    reported_names: ["V Large"]
    figures: {units: [100, source, "a sheet"], memory_gb: [80, source, "a sheet"]}
  - id: v-host
    vendor: V
    name: Host 9
    kind: cpu
    reported_names: ["V Host 9 64-Core Processor"]
  - id: v-small
    vendor: V
    name: Small
    kind: accelerator
)",
                       "c.yaml");
}

DeviceClues pci(const char* id) {
  DeviceClues clues;
  clues.pci_id = id;
  return clues;
}

TEST(CatalogMatch, NamesTheRowsThatOnePciIdLeaves) {
  const Catalog rows = catalog();

  const CatalogMatch match = match_row(rows, pci("10de:0001"));

  EXPECT_EQ(match.chip, nullptr);
  EXPECT_EQ(match.candidates.size(), 2u);
  EXPECT_THAT(match.reason, HasSubstr("ambiguous: PCI id 10de:0001 fits v-large-40, v-large-80"));
  EXPECT_THAT(match.steps, ElementsAre("PCI id 10de:0001: 2 rows (v-large-40, v-large-80)"));
}

TEST(CatalogMatch, TellsThemApartByMemory) {
  const Catalog rows = catalog();
  DeviceClues clues = pci("10DE:0001");
  clues.pci_id = "10de:0001";
  clues.units = 100;
  clues.memory_bytes = 85e9;

  const CatalogMatch match = match_row(rows, clues);

  ASSERT_NE(match.chip, nullptr);
  EXPECT_EQ(match.chip->id.value, "v-large-80");
  EXPECT_THAT(match.agrees, ElementsAre("PCI id", "units", "memory size"));
}

TEST(CatalogMatch, TellsThemApartBySubsystem) {
  const Catalog rows = catalog();
  DeviceClues clues = pci("10de:0001");
  clues.subsystem = "10de:aaaa";

  const CatalogMatch match = match_row(rows, clues);

  ASSERT_NE(match.chip, nullptr);
  EXPECT_EQ(match.chip->id.value, "v-large-40");
  EXPECT_THAT(match.steps, Contains("subsystem 10de:aaaa: 1 row (v-large-40)"));
  EXPECT_THAT(match.missing, Contains(HasSubstr("PCI id (the catalogue's is from memory)")));
}

TEST(CatalogMatch, SaysThatNoRowKnowsTheSubsystem) {
  const Catalog rows = catalog();
  DeviceClues clues = pci("10de:0001");
  clues.subsystem = "10de:bbbb";

  EXPECT_THAT(match_row(rows, clues).steps, Contains("subsystem 10de:bbbb: no row"));
}

// Makers of boards number their subsystems as they like.
TEST(CatalogMatch, FindsNothingByASubsystemAlone) {
  const Catalog rows = catalog();
  DeviceClues clues;
  clues.subsystem = "10de:aaaa";

  EXPECT_EQ(match_row(rows, clues).chip, nullptr);
}

TEST(CatalogMatch, FindsAHostProcessorByItsName) {
  const Catalog rows = catalog();
  DeviceClues clues;
  clues.name = "V Host 9 64-Core Processor";

  ASSERT_NE(match_row(rows, clues).chip, nullptr);
  EXPECT_EQ(match_row(rows, clues).chip->id.value, "v-host");
}

TEST(CatalogMatch, FallsBackOnTheProductName) {
  const Catalog rows = catalog();
  DeviceClues clues;
  clues.name = "v small";

  const CatalogMatch match = match_row(rows, clues);

  ASSERT_NE(match.chip, nullptr);
  EXPECT_EQ(match.reason, "by product name 'v small'");
}

TEST(CatalogMatch, FindsNothingForAnIdThatNoRowHas) {
  const Catalog rows = catalog();

  const CatalogMatch match = match_row(rows, pci("ffff:0001"));

  EXPECT_EQ(match.chip, nullptr);
  EXPECT_THAT(match.candidates, IsEmpty());
  EXPECT_THAT(match.steps, ElementsAre("PCI id ffff:0001: no row"));
}

TEST(CatalogMatch, FindsARowByItsIdItsNameOrWholeWordsOfIt) {
  const Catalog rows = catalog();

  EXPECT_EQ(find_row(rows, "v-large-80")->id.value, "v-large-80");
  EXPECT_EQ(find_row(rows, "LARGE 80 gb")->id.value, "v-large-80");
  EXPECT_EQ(find_row(rows, "80 GB")->id.value, "v-large-80");
  EXPECT_EQ(find_row(rows, "Large"), nullptr);
  EXPECT_EQ(find_row(rows, "Smal"), nullptr);
  EXPECT_THAT(similar_rows(rows, "large", 5), ElementsAre("v-large-40", "v-large-80"));
  EXPECT_THAT(similar_rows(rows, "v-smal", 5), ElementsAre("v-small"));
}

}  // namespace
}  // namespace tpp
