#include "agent/shipment/manifest_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/regulation/country_file.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kManifest = R"(name: test
currency: USD
transaction:
  kind: export
  exported_from: US
  destination: CN
parties:
  - {role: end-user, name: A, country: CN, headquarters: CN, ultimate_parent: HK}
  - {role: forwarder, country: DE}
end_use: rendering
items:
  - kind: chip
    model: nvidia-h200
    quantity: 2
    unit_value: 100
    us_content_value: 51
    supplier_countries: [TW, KR]
    marketing_evidence: [sheet]
  - kind: board
    figures:
      tpp: 4000
      die_area: 800
      datacenter: no
    quantity: 3
  - kind: computer
    contains:
      - {kind: board, model: b, quantity: 8}
    quantity: 1
  - kind: hbm
    figures: {hbm_bandwidth: 800, package_area: 110}
    quantity: 4
  - kind: technology
    figures: {transistors: 54, hbm: yes}
    quantity: 1
  - kind: report
    report: measured.json
)";

const CountryTable& countries() {
  static const CountryTable table = load_countries(TPP_SOURCE "/agent/countries");
  return table;
}

Manifest parse(const std::string& text) { return parse_manifest(text, "/x/m.yaml", countries()); }

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const auto place = text.find(from);
  EXPECT_NE(place, std::string::npos) << from;
  return text.replace(place, from.size(), to);
}

// Every fault of a manifest is a mistake of usage, whatever the reader underneath throws.
std::string error_of(const std::string& text) {
  try {
    parse(text);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

TEST(ManifestFile, ReadsEveryMember) {
  const Manifest manifest = parse(kManifest);

  EXPECT_EQ(manifest.name, "test");
  EXPECT_EQ(manifest.transaction, TransactionKind::from_home);
  EXPECT_EQ(manifest.destination, "CN");
  ASSERT_EQ(manifest.parties.size(), 2u);
  EXPECT_EQ(manifest.parties[0].ultimate_parent, "HK");
  EXPECT_FALSE(manifest.parties[1].headquarters);
  EXPECT_EQ(manifest.end_use, "rendering");
  ASSERT_EQ(manifest.items.size(), 6u);
  EXPECT_EQ(manifest.items[0].name, "nvidia-h200");
  EXPECT_EQ(manifest.items[0].us_content_value, 51);
  EXPECT_THAT(manifest.items[0].supplier_countries, ElementsAre("TW", "KR"));
  EXPECT_EQ(manifest.items[1].name, "item 2 (board)");
  EXPECT_EQ(manifest.items[1].parts.at(0).figures->datacenter, false);
  EXPECT_EQ(manifest.items[1].parts.at(0).stage, "board");
  EXPECT_FALSE(manifest.items[1].unit_value);
  EXPECT_EQ(manifest.items[2].parts.at(0).quantity, 8);
  EXPECT_EQ(manifest.items[4].parts.at(0).figures->transistors, 54);
  EXPECT_FALSE(manifest.items[4].parts.at(0).figures->tpp);
}

TEST(ManifestFile, LooksForReportsBesideTheManifest) {
  EXPECT_EQ(parse(kManifest).items[5].report, "/x/measured.json");
}

TEST(ManifestFile, ReadsNorwayAsACountryAndNotAsNo) {
  const std::string text = replaced(kManifest, "destination: CN", "destination: NO");
  EXPECT_EQ(parse(replaced(text, "country: CN", "country: NO")).destination, "NO");
}

struct Fault {
  const char* what;
  const char* from;
  const char* to;
  const char* expected;
};
class FaultyManifest : public testing::TestWithParam<Fault> {};

TEST_P(FaultyManifest, IsRefusedWithItsPlaceAndWhatIsAccepted) {
  const Fault& fault = GetParam();
  EXPECT_THAT(error_of(replaced(kManifest, fault.from, fault.to)), HasSubstr(fault.expected));
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultyManifest,
    testing::Values(
        Fault{"negative", "tpp: 4000", "tpp: -1",
              "/x/m.yaml:21:12: tpp: found '-1', expected from 0.001 to 1e+08"},
        Fault{"nan", "tpp: 4000", "tpp: nan",
              "/x/m.yaml:21:12: tpp: found 'nan', expected from 0.001 to 1e+08"},
        Fault{"infinite", "tpp: 4000", "tpp: inf",
              "tpp: found 'inf', expected from 0.001 to 1e+08"},
        Fault{"absurd", "tpp: 4000", "tpp: 4e12",
              "tpp: found '4e12', expected from 0.001 to 1e+08"},
        Fault{"word", "tpp: 4000", "tpp: many", "tpp: found 'many', expected from 0.001 to 1e+08"},
        Fault{"comma", "tpp: 4000", "tpp: \"4,8\"",
              "tpp: found '4,8', expected from 0.001 to 1e+08"},
        Fault{"no_area", "die_area: 800", "die_area: 0",
              "die_area: found '0', expected from 0.01 to 100000 (mm2)"},
        Fault{"planar_with_area", "die_area: 800", "die_area: 800\n      planar: yes",
              "figures: planar and die_area contradict each other"},
        Fault{"without_figure", "tpp: 4000\n      ", "",
              "/x/m.yaml:21:7: figures: found no figure to hold against a rule, expected of the "
              "kind board tpp from 0.001 "
              "to 1e+08 (tera operations/s x bit length)"},
        Fault{"neither_model_nor_figures", "    model: nvidia-h200\n", "",
              "/x/m.yaml:12:5: item 1 (chip): found neither model nor figures, expected one of "
              "model and figures, which hold tpp from 0.001 to 1e+08"},
        Fault{"both_model_and_figures", "model: nvidia-h200",
              "model: nvidia-h200\n    figures: {tpp: 1}", "found both model and figures"},
        Fault{"memory_as_a_chip", "figures: {hbm_bandwidth: 800, package_area: 110}",
              "figures: {tpp: 3}",
              "expected of the kind hbm hbm_bandwidth from 0.1 to 1e+07 (GB/s) with package_area "
              "from 0.01 to 10000 "
              "(mm2)"},
        Fault{"chip_as_memory", "figures:\n      tpp: 4000\n      die_area: 800",
              "figures:\n      hbm_bandwidth: 800\n      package_area: 80",
              "expected it of the kind hbm"},
        Fault{"half_a_density", ", package_area: 110", "",
              "figures: found no package_area, expected package_area from 0.01 to 10000 (mm2): the "
              "density is one by the other"},
        Fault{"part_of_a_board", "datacenter: no", "datacenter: no\n      stage: die",
              "/x/m.yaml:24:14: stage: found 'die' of a board, expected board, or the kind chip"},
        Fault{"unknown_stage", "{transistors: 54, hbm: yes}", "{transistors: 54, stage: wafer}",
              "stage: found 'wafer', expected die, package or board"},
        Fault{"boards_on_a_board", "model: b, quantity: 8", "model: b, quantity: 8, per_board: 2",
              "per_board: belongs to the kind chip: a board is counted by itself"},
        Fault{"more_per_board_than_there_are", "{kind: board, model: b, quantity: 8}",
              "{kind: chip, model: b, quantity: 8, per_board: 9}",
              "per_board: found '9', expected a whole number from 1 to the quantity of 8"},
        Fault{"none_per_board", "{kind: board, model: b, quantity: 8}",
              "{kind: chip, model: b, quantity: 8, per_board: 0}", "per_board: found '0'"},
        Fault{"per_board_of_a_chip_by_itself", "model: nvidia-h200",
              "model: nvidia-h200\n    per_board: 2", "per_board"},
        Fault{"memory_of_the_catalogue", "figures: {hbm_bandwidth: 800, package_area: 110}",
              "model: x", "the catalogue has no stacks of memory"},
        Fault{
            "design_without_figure", "{transistors: 54, hbm: yes}", "{hbm: yes}",
            "expected of the kind technology one of tpp from 0.001 to 1e+08 (tera operations/s x "
            "bit "
            "length), transistors "
            "from 0 to 100000 (thousand millions), or hbm_bandwidth from 0.1 to 1e+07 (GB/s) with "
            "package_area"},
        Fault{"unknown_country", "destination: CN", "destination: XX",
              "/x/m.yaml:6:16: destination: 'XX' is not in the table of countries; expected an ISO "
              "3166 code"},
        Fault{"country_name", "destination: CN", "destination: China",
              "destination: 'China' is no country code; China is CN"},
        Fault{"unknown_headquarters", "headquarters: CN", "headquarters: QQ",
              "headquarters: 'QQ' is not in the table"},
        Fault{"end_user_elsewhere", "destination: CN", "destination: DE",
              "/x/m.yaml:8:40: country: found CN of the end-user, expected DE, the destination of "
              "the transaction"},
        Fault{"consignee_elsewhere", "role: forwarder, country: DE",
              "role: ultimate-consignee, country: DE",
              "country: found DE of the ultimate-consignee, expected CN, the destination"},
        Fault{"unknown_supplier", "[TW, KR]", "[TW, ZZ]", "supplier_countries: 'ZZ' is not in"},
        Fault{"supplier_twice", "[TW, KR]", "[TW, tw]", "found 'TW' again, expected each"},
        Fault{"unknown_role", "role: end-user", "role: enduser", "did you mean 'end-user'?"},
        Fault{"unknown_transaction", "kind: export", "kind: import",
              "kind of transaction 'import'"},
        Fault{"unknown_kind", "kind: chip", "kind: chop", "did you mean 'chip'?"},
        Fault{"unknown_member", "end_use:", "enduse:", "did you mean 'end_use'?"},
        Fault{"quantity_zero", "quantity: 2", "quantity: 0",
              "quantity: found '0', expected a whole number from 1 to 1000000000"},
        Fault{"quantity_half", "quantity: 2", "quantity: 2.5", "quantity: found '2.5'"},
        Fault{"quantity_huge", "quantity: 2", "quantity: 99999999999", "quantity: found '9999999"},
        Fault{"no_quantity", "    quantity: 2\n", "",
              "quantity: found nothing, expected a whole number from 1 to 1000000000"},
        Fault{"value_negative", "unit_value: 100", "unit_value: -100",
              "unit_value: found '-100', expected an amount from 0 to 1e+12"},
        Fault{"value_nan", "unit_value: 100", "unit_value: nan", "unit_value: found 'nan'"},
        Fault{"value_infinite", "unit_value: 100", "unit_value: 1e999",
              "unit_value: found '1e999'"},
        Fault{"content_over_value", "us_content_value: 51", "us_content_value: 101",
              "us_content_value: found 101, expected from 0 to the unit_value of 100"},
        Fault{"content_without_value", "    unit_value: 100\n", "",
              "us_content_value: found without unit_value, expected both"},
        Fault{"empty_computer", "      - {kind: board, model: b, quantity: 8}", "      []",
              "contains: found an empty list"},
        Fault{"computer_in_computer", "{kind: board, model: b", "{kind: computer, model: b",
              "kind: found 'computer' in a computer, expected chip or board"},
        Fault{"computer_by_figures", "contains:", "figures: {tpp: 1}\n    contains:",
              "figures: a computer has `contains` instead"},
        Fault{"report_with_quantity", "report: measured.json",
              "report: measured.json\n    quantity: 2",
              "quantity: each board of a report is one item"},
        Fault{"report_of_a_chip", "model: nvidia-h200", "model: a\n    report: r.json",
              "report: belongs to the kind report"},
        Fault{"not_yaml", "name: test", "name: [", "not readable as YAML"}),
    [](const auto& row) { return std::string(row.param.what); });

TEST(ManifestFile, RefusesAManifestWithoutItems) {
  const std::string head = std::string(kManifest).substr(0, std::string(kManifest).find("items:"));

  EXPECT_THAT(error_of(head + "items: []\n"), HasSubstr("items: found 0 items, expected 1 to"));
  EXPECT_THAT(error_of(head), HasSubstr("found no 'items' here"));
  EXPECT_THAT(error_of(""), HasSubstr("/x/m.yaml:1:1: found an empty file"));
}

TEST(ManifestFile, ThatIsNotThereIsNoMistakeOfUsage) {
  try {
    load_manifest("/nonexistent/m.yaml", countries());
    FAIL();
  } catch (const UsageError&) {
    FAIL();
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("/nonexistent/m.yaml"));
  }
}

}  // namespace
}  // namespace tpp
