#include "agent/chips/catalog_check.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/chips/catalog_file.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// 100 units, 1 GHz: fp16 100 T, int8 200 T.
constexpr const char* kRow = R"(known_through: 2026-09-30
sources: {sheet: "https://example.org/sheet"}
chips:
  - id: chip
    vendor: V
    name: Chip
    kind: gpu
    release_date: 2024-02-29
    architecture: A
    datacenter: true
    pci_ids: ["10de:0001"]
    reported_names: ["V Chip"]
    grounds:
      release_date: [source, sheet]
      datacenter: [derived, "sold for servers"]
      pci_ids: [source, sheet]
      reported_names: [recall, "from memory"]
    layout: {devices_per_package: 1, packages_per_board: 2, unit: SM}
    dies:
      - {count: 2, role: compute, area_mm2: [400, source, sheet], node: N5, nonplanar: true, why: "FinFET"}
      - {count: 1, role: bridge, area_mm2: [90, recall, "from memory"], node: N65, nonplanar: false}
    published_areas: [{area_mm2: [450, source, sheet], leaves_out: "one die"}]
    memory_type: HBM3
    figures:
      units: [100, source, sheet]
      matrix_clock_mhz: [1000, source, sheet]
      transistors_billion: [100, source, sheet]
      memory_gb: [80, source, sheet]
      memory_bus_bits: [5120, source, sheet]
      memory_bandwidth_gbs: [3000, source, sheet]
    declared_tops:
      fp16, bf16: [100, source, sheet]
      int8: [200, source, sheet]
    other_claims_tops:
      fp16: [[95, source, "sheet: page 2"]]
    ops_per_clock_per_unit:
      fp16, bf16: [1000, source, sheet]
      int8: [2000, source, sheet]
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::vector<std::string> faults_of(const std::string& text) {
  std::vector<std::string> faults;
  for (const CatalogFault& fault : check_catalog(unchecked_catalog(text, "c.yaml"))) {
    faults.push_back(fmt::format("{}: {}", fault.place, fault.message));
  }
  return faults;
}

TEST(CatalogCheck, FindsNothingInFiguresThatAgree) { EXPECT_THAT(faults_of(kRow), IsEmpty()); }

TEST(CatalogCheck, AddsUpTheDiesThatCountOnEveryPackage) {
  const Chip chip = parse_catalog(kRow, "c.yaml").chips.at(0);

  EXPECT_DOUBLE_EQ(chip.applicable_die_area_mm2->value, 1600);
  EXPECT_EQ(chip.applicable_die_area_mm2->confidence, Confidence::source);
  EXPECT_THAT(chip.applicable_die_area_mm2->source, HasSubstr("2 packages, each 2 compute of 400"));
  EXPECT_EQ(chip.nonplanar, true);
  EXPECT_FALSE(chip.details.dies.at(1).counts);
}

TEST(CatalogCheck, KnowsAnAreaNoBetterThanTheLeastKnownDie) {
  const std::string recalled = replaced(kRow, "area_mm2: [400, source", "area_mm2: [400, recall");
  const std::string unknown = replaced(kRow, "area_mm2: [400, source, sheet], ", "");

  EXPECT_EQ(parse_catalog(recalled, "c").chips.at(0).applicable_die_area_mm2->confidence,
            Confidence::recall);
  EXPECT_FALSE(parse_catalog(unknown, "c").chips.at(0).applicable_die_area_mm2);
}

// It may be planar, and count nothing.
TEST(CatalogCheck, TakesADieOfUnknownKindForABoundOfTheArea) {
  EXPECT_FALSE(parse_catalog(kRow, "c.yaml").chips.at(0).applicable_die_area_mm2->bound);
  const std::string unknown = replaced(kRow, "nonplanar: true, ", "");
  EXPECT_EQ(parse_catalog(unknown, "c.yaml").chips.at(0).applicable_die_area_mm2->bound,
            Bound::at_most);
}

TEST(CatalogCheck, AddsUpTheDiesThatComputeApartIfOthersCountToo) {
  EXPECT_FALSE(parse_catalog(kRow, "c.yaml").chips.at(0).computing_die_area_mm2);
  const std::string chiplet =
      replaced(kRow, "    dies:\n",
               "    dies:\n"
               "      - {count: 1, role: I/O, area_mm2: [300, source, sheet], nonplanar: true, "
               "computes: no}\n");
  const Chip chip = parse_catalog(chiplet, "c.yaml").chips.at(0);

  EXPECT_DOUBLE_EQ(chip.applicable_die_area_mm2->value, 2200);
  EXPECT_DOUBLE_EQ(chip.computing_die_area_mm2->value, 1600);
}

// One worked back from a TPP that the maker claims is higher than the rate on a data sheet.
TEST(CatalogCheck, TakesAHigherDerivedRateBesideAClaimAndNoLowerOne) {
  const std::string derived =
      replaced(kRow, "fp16, bf16: [100, source", "fp16, bf16: [100, derived");

  EXPECT_THAT(faults_of(derived), IsEmpty());
  EXPECT_THAT(faults_of(replaced(derived, "[[95,", "[[101,")),
              ElementsAre(HasSubstr("found a fp16 rate that is no claim beside one of 101 T")));
}

TEST(CatalogCheck, HasNoAreaWhereAllDiesArePlanar) {
  const Chip chip =
      parse_catalog(replaced(kRow, "nonplanar: true", "nonplanar: false"), "c").chips.at(0);

  EXPECT_EQ(chip.nonplanar, false);
  EXPECT_FALSE(chip.applicable_die_area_mm2);
}

TEST(CatalogCheck, ReadsWhatStandsBesideTheFigures) {
  const Chip chip = parse_catalog(kRow, "c.yaml").chips.at(0);

  EXPECT_EQ(chip.details.release_date, "2024-02-29");
  EXPECT_EQ(chip.details.memory_type, "HBM3");
  EXPECT_DOUBLE_EQ(chip.details.transistors->value, 1e11);
  EXPECT_EQ(chip.details.grounds.at("reported_names").confidence, Confidence::recall);
  EXPECT_EQ(chip.details.claims.at(Precision::fp16).at(0).source,
            "page 2, https://example.org/sheet");
  EXPECT_DOUBLE_EQ(chip.declared.at(Precision::bf16).value, 100e12);
}

struct Fault {
  const char* what;
  const char* from;
  const char* to;
  const char* expected;
};
class CatalogFaults : public testing::TestWithParam<Fault> {};

TEST_P(CatalogFaults, AreNamedWithTheirPlace) {
  const Fault& fault = GetParam();
  EXPECT_THAT(faults_of(replaced(kRow, fault.from, fault.to)),
              testing::Contains(HasSubstr(fault.expected)));
}

INSTANTIATE_TEST_SUITE_P(
    Each, CatalogFaults,
    testing::Values(
        Fault{"peak", "int8: [200,", "int8: [230,",
              "c.yaml:33:13: found 230 T in int8, expected units x ops_per_clock_per_unit x "
              "matrix_clock = 200 T within 3 %"},
        Fault{"sparse_peak", "int8: [200,", "int8: [400,", "; a sparse figure is twice a dense"},
        Fault{"higher_claim", "[[95,", "[[105,", "found a higher claim of 105 T in fp16"},
        Fault{"claim_beside_a_memory", "fp16, bf16: [100, source", "fp16, bf16: [100, recall",
              "found a fp16 rate that is no claim beside one of 95 T"},
        Fault{"claim_alone", "      fp16: [[95", "      int4: [[95",
              "found claims in int4 and no declared rate"},
        Fault{"clock", "matrix_clock_mhz: [1000,", "matrix_clock_mhz: [11000,",
              "c.yaml:26:25: found matrix_clock_mhz of 11000 MHz, expected 10 to 10000"},
        Fault{"die", "area_mm2: [400,", "area_mm2: [4000,",
              "found a die of 4000 mm2 (compute), expected 1 to 2000"},
        Fault{"transistors", "transistors_billion: [100,", "transistors_billion: [1,",
              "million transistors a mm2 of die, expected 2 to 400"},
        Fault{"bandwidth", "memory_bandwidth_gbs: [3000,", "memory_bandwidth_gbs: [30000,",
              "found 30000 GB/s of HBM3, expected 6600 at most"},
        Fault{"pins", "memory_bus_bits: [5120,", "memory_bus_bits: [512,",
              "Gb/s a pin of HBM3 (bandwidth / bus width), expected 0.99 to 6.6"},
        Fault{"no_ground", "      datacenter: [derived, \"sold for servers\"]\n", "",
              "c.yaml:4:5: found no source of datacenter"},
        Fault{"no_source", "units: [100, source, sheet]", "units: [100, source, \"from memory\"]",
              "c.yaml:25:14: found no source of units"},
        Fault{"needless", "    ops_per_clock_per_unit:",
              "    accepted_disagreements: {peaks: {int8: why}}\n    ops_per_clock_per_unit:",
              "found an accepted disagreement (peaks.int8) that is none"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(CatalogCheck, SuspectsAHighNarrowRateWhereNoGridExplainsIt) {
  std::string text = replaced(kRow, "int8: [200,", "int8: [400,");
  text = replaced(text, "      int8: [2000, source, sheet]\n", "");

  EXPECT_THAT(faults_of(text),
              ElementsAre(HasSubstr("found 400 T in int8, expected 200 T beside 100 T in fp16"),
                          HasSubstr("in bf16")));
}

TEST(CatalogCheck, TakesADisagreementThatTheRowExplains) {
  const std::string text =
      replaced(replaced(kRow, "int8: [200,", "int8: [230,"), "    ops_per_clock_per_unit:",
               "    accepted_disagreements: {peaks: {int8: \"the sheet rounds\"}}\n"
               "    ops_per_clock_per_unit:");

  EXPECT_THAT(faults_of(text), IsEmpty());
  const auto accepted = accepted_disagreements(parse_catalog(text, "c.yaml"));
  ASSERT_EQ(accepted.size(), 1u);
  EXPECT_EQ(accepted[0].message, "peaks in int8: the sheet rounds");
}

TEST(CatalogCheck, ListsEveryFaultAndNotOnlyTheFirst) {
  const std::string text = replaced(replaced(kRow, "int8: [200,", "int8: [230,"),
                                    "matrix_clock_mhz: [1000,", "matrix_clock_mhz: [11000,");

  EXPECT_GE(faults_of(text).size(), 3u);
}

}  // namespace
}  // namespace tpp
