#include "agent/chips/catalog_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/support/error.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kCatalog = R"(known_through: 2026-09-30
sources: {h100_sheet: "https://example.org/h100"}
chips:
  - id: h100
    vendor: NVIDIA
    name: H100 SXM5 80 GB
    kind: gpu
    datacenter: true
    pci_ids: ["10DE:2330"]
    reported_names: ["NVIDIA H100 80GB HBM3"]
    layout: {devices_per_package: 1, packages_per_board: 1, unit: SM}
    dies: [{count: 1, role: GPU, area_mm2: [814, source, h100_sheet], nonplanar: true}]
    figures:
      units: [132, source, h100_sheet]
      boost_clock_mhz: [1980, source, h100_sheet]
      matrix_clock_mhz: [1830, derived, "from rate and grid"]
      board_power_w: [700, source, h100_sheet]
      memory_gb: [80, source, h100_sheet]
      memory_bandwidth_gbs: [3350, source, h100_sheet]
    declared_tops:
      fp16: [989.4, source, h100_sheet]
      fp32: [66.9, source, h100_sheet]
    ops_per_clock_per_unit:
      fp32: [256, derived, "white paper"]
      fp16: [4096, derived, "white paper"]
    note: a note
  - id: bare
    vendor: V
    name: Bare
    kind: accelerator
)";

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) text.replace(at, from.size(), to);
  return text;
}

std::string error_of(const std::string& text) {
  try {
    parse_catalog(text, "c.yaml");
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(CatalogFile, ReadsEveryMemberInBaseUnits) {
  const Catalog catalog = parse_catalog(kCatalog, "c.yaml");

  ASSERT_EQ(catalog.chips.size(), 2u);
  const Chip& chip = catalog.chips[0];
  EXPECT_EQ(catalog.known_through, "2026-09-30");
  EXPECT_THAT(chip.pci_ids, ElementsAre("10de:2330"));
  EXPECT_EQ(chip.unit_kind, "SM");
  EXPECT_EQ(chip.nonplanar, true);
  EXPECT_DOUBLE_EQ(chip.units->value, 132);
  EXPECT_DOUBLE_EQ(chip.applicable_die_area_mm2->value, 814);
  EXPECT_DOUBLE_EQ(chip.matrix_clock_hz->value, 1.83e9);
  EXPECT_EQ(chip.matrix_clock_hz->confidence, Confidence::derived);
  EXPECT_EQ(chip.matrix_clock_hz->source, "from rate and grid");
  EXPECT_DOUBLE_EQ(chip.board_power_w->value, 700);
  EXPECT_DOUBLE_EQ(chip.memory_bytes->value, 80e9);
  EXPECT_DOUBLE_EQ(chip.memory_bandwidth->value, 3.35e12);
  EXPECT_DOUBLE_EQ(chip.declared.at(Precision::fp16).value, 989.4e12);
  EXPECT_EQ(chip.declared.at(Precision::fp16).source, "https://example.org/h100");
  EXPECT_DOUBLE_EQ(chip.per_clock_per_unit.at(Precision::fp16).value, 4096);
  EXPECT_EQ(chip.origin, "c.yaml:4:5");
}

TEST(CatalogFile, LeavesOutWhatIsNotSaid) {
  const Chip chip = parse_catalog(kCatalog, "c.yaml").chips.at(1);

  EXPECT_FALSE(chip.units);
  EXPECT_FALSE(chip.nonplanar);
  EXPECT_FALSE(chip.applicable_die_area_mm2);
  EXPECT_TRUE(chip.declared.empty());
  EXPECT_TRUE(chip.datacenter);  // unknown counts as yes
}

struct Fault {
  const char* what;
  const char* from;
  const char* to;
  const char* expected;
};
class FaultyCatalog : public testing::TestWithParam<Fault> {};

TEST_P(FaultyCatalog, IsRefusedWithItsPlace) {
  const Fault& fault = GetParam();
  EXPECT_THAT(error_of(replaced(kCatalog, fault.from, fault.to)), HasSubstr(fault.expected));
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultyCatalog,
    testing::Values(
        Fault{"id_twice", "id: bare", "id: h100",
              "c.yaml:27:5: found chip id 'h100' again, expected it once: it stands at c.yaml:4:5"},
        Fault{"unknown_key", "vendor: V", "vender: V",
              "c.yaml:28:5: found key 'vender', expected one of"},
        Fault{"near_key", "vendor: V", "vender: V", "did you mean 'vendor'?"},
        Fault{"missing_name", "    name: Bare\n", "",
              "c.yaml:27:5: found no 'name' here, expected it"},
        Fault{
            "unknown_kind", "kind: accelerator", "kind: toaster",
            "c.yaml:30:11: found kind of device 'toaster', expected one of accelerator, cpu, gpu"},
        Fault{"unknown_precision",
              "fp32:", "fp33:", "c.yaml:22:7: found precision 'fp33', expected one of"},
        Fault{"precision_twice",
              "fp32:", "fp16:", "c.yaml:22:7: found 'fp16' again, expected it once"},
        Fault{"negative", "[1980,", "[-1980,",
              "c.yaml:15:25: found -1980, expected a value above 0"},
        Fault{"zero", "[1980,", "[0,", "c.yaml:15:25: found 0, expected a value above 0"},
        Fault{"no_number", "[1980,", "[big,",
              "c.yaml:15:25: found 'big', expected a finite number"},
        Fault{"infinite", "[1980,", "[inf,", "c.yaml:15:25: found 'inf', expected a finite number"},
        Fault{"no_confidence", "[1980, source, h100_sheet]", "[1980, h100_sheet]",
              "c.yaml:15:24: found a list of 2, expected [value, confidence, source]"},
        Fault{"unknown_confidence", "[1980, source,", "[1980, sure,",
              "c.yaml:15:31: found confidence 'sure', expected one of derived, recall, source"},
        Fault{"mistyped_source", "[1980, source, h100_sheet]", "[1980, source, h100_shet]",
              "c.yaml:15:39: found source 'h100_shet', expected one of h100_sheet: did you mean"},
        Fault{"undefined_source", "[1980, source, h100_sheet]", "[1980, source, whitepaper]",
              "c.yaml:15:39: found source 'whitepaper', expected one of h100_sheet"},
        Fault{"bare_figure", "[1980, source, h100_sheet]", "1980",
              "c.yaml:15:24: found '1980' as 'boost_clock_mhz', expected a list"},
        Fault{"malformed_pci_id", "10DE:2330", "2330",
              "c.yaml:9:15: found '2330', expected a PCI id as 10de:2330"},
        Fault{"pci_id_twice", "[\"10DE:2330\"]", "[\"10de:2330\", \"10DE:2330\"]",
              "c.yaml:9:28: found 10de:2330 again, expected each PCI id once"},
        Fault{"no_devices", "devices_per_package: 1", "devices_per_package: 0",
              "c.yaml:11:35: found 0, expected a count of at least 1"},
        Fault{"planar_that_counts", "nonplanar: true", "nonplanar: false, counts: true",
              "c.yaml:12:97: found a planar die in the applicable area, expected none"},
        Fault{
            "left_out_in_silence", "nonplanar: true", "nonplanar: true, counts: false",
            "c.yaml:12:96: found a non-planar die left out of the applicable area, expected 'why'"},
        Fault{"no_die",
              "{count: 1, role: GPU, area_mm2: [814, source, h100_sheet], nonplanar: true}", "",
              "c.yaml:12:11: found an empty list, expected a die at least"},
        Fault{"no_dies_of_a_kind", "count: 1,", "count: 0,",
              "c.yaml:12:20: found 0, expected a count of at least 1"},
        Fault{"planar_said_twice", "    figures:", "    nonplanar: true\n    figures:",
              "c.yaml:13:16: found 'nonplanar' beside 'dies', expected it of each die, or no dies"},
        Fault{"impossible_clock", "[1980,", "[19800,",
              "c.yaml:15:24: found boost_clock_mhz of 19800 MHz, expected 10 to 10000"},
        Fault{"impossible_die", "[814,", "[8140,",
              "c.yaml:12:11: found a die of 8140 mm2 (GPU), expected 1 to 2000"},
        Fault{"at_odds", "[989.4,", "[1979,",
              "c.yaml:21:13: found 1979 T in fp16, expected units x ops_per_clock_per_unit x "
              "matrix_clock = 989.43 T within 3 %"},
        Fault{"known_through", "known_through: 2026-09-30\n", "",
              "c.yaml:1:1: found no 'known_through' here"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(CatalogFile, TakesAVectorRateAtTheBoostClock) {
  EXPECT_EQ(error_of(kCatalog), "no error");  // fp32: 66.9 T at 1980 MHz, 61.8 T at 1830 MHz
  EXPECT_THAT(error_of(replaced(kCatalog, "[66.9,", "[70,")), HasSubstr("70 T in fp32"));
  EXPECT_THAT(error_of(replaced(kCatalog, "[989.4,", "[1070.5,")), HasSubstr("in fp16"));
}

TEST(CatalogFile, TakesFiguresWithinThreePercentOfEachOther) {
  EXPECT_EQ(error_of(replaced(kCatalog, "[989.4,", "[1018,")), "no error");
  EXPECT_THAT(error_of(replaced(kCatalog, "[989.4,", "[1020,")), HasSubstr("within 3 %"));
  EXPECT_EQ(error_of(replaced(kCatalog, "[989.4,", "[961,")), "no error");
  EXPECT_THAT(error_of(replaced(kCatalog, "[989.4,", "[959,")), HasSubstr("within 3 %"));
}

std::string with_second(const std::string& lines) {
  return replaced(
      kCatalog, "  - id: bare\n    vendor: V\n    name: Bare\n    kind: accelerator\n",
      "  - id: second\n    vendor: V\n    kind: gpu\n    pci_ids: [\"10de:2330\"]\n" + lines);
}

TEST(CatalogFile, RefusesAFigureThatOverflowsInItsBaseUnit) {
  EXPECT_THAT(error_of(replaced(kCatalog, "fp32: [66.9,", "fp32: [1e300,")),
              HasSubstr("c.yaml:22:14: found 1e300 x 1e+12, expected a finite number"));
}

TEST(CatalogFile, RefusesOnePciIdTwiceUnderOneName) {
  EXPECT_THAT(error_of(with_second("    name: h100 sxm5 80 gb\n")),
              HasSubstr("c.yaml:27:5: found a PCI id of 'h100' claimed again by 'second'"));
  EXPECT_THAT(error_of(with_second("    name: Other\n"
                                   "    reported_names: [\"nvidia h100 80gb hbm3\"]\n"
                                   "    figures: {units: [132, recall, memory], "
                                   "memory_gb: [80, recall, memory]}\n")),
              HasSubstr("claimed again by 'second'"));
}

TEST(CatalogFile, TakesOnePciIdTwiceWhereNameOrMemoryTellThemApart) {
  EXPECT_EQ(error_of(with_second("    name: Other\n    reported_names: [Other]\n")), "no error");
  EXPECT_EQ(error_of(with_second("    name: Other\n"
                                 "    reported_names: [\"NVIDIA H100 80GB HBM3\"]\n"
                                 "    figures: {units: [132, recall, memory], "
                                 "memory_gb: [96, recall, memory]}\n")),
            "no error");
}

class CatalogFiles : public testing::Test {
 protected:
  void write(const std::string& file, const std::string& text) {
    std::ofstream(directory_ / file) << text;
  }
  const test::TemporaryDirectory temporary_;
  const std::filesystem::path directory_ = temporary_.path();
};

TEST_F(CatalogFiles, AreOneCatalogueAsOldAsItsOldestPart) {
  write("a.yaml",
        "known_through: 2026-09-30\nchips:\n"
        "  - {id: a, vendor: V, name: A, kind: gpu}\n");
  write("b.yaml",
        "known_through: 2026-01-01\nchips:\n"
        "  - {id: b, vendor: V, name: B, kind: gpu}\n");
  write("notes.txt", "no YAML");

  const Catalog catalog = load_catalog(directory_);

  EXPECT_EQ(catalog.chips.size(), 2u);
  EXPECT_EQ(catalog.known_through, "2026-01-01");
}

TEST_F(CatalogFiles, AreRefusedWhereTwoHoldOneId) {
  const std::string text =
      "known_through: 2026-09-30\nchips:\n  - {id: a, vendor: V, name: A, kind: gpu}\n";
  write("a.yaml", text);
  write("b.yaml", text);

  try {
    load_catalog(directory_);
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("b.yaml:3:5: found chip id 'a' again"));
    EXPECT_THAT(error.what(), HasSubstr("a.yaml:3:5"));
  }
}

TEST_F(CatalogFiles, AreRefusedWhereThereAreNone) {
  EXPECT_THROW(load_catalog(directory_), Error);
  EXPECT_THROW(load_catalog(directory_ / "missing"), Error);
}

}  // namespace
}  // namespace tpp
