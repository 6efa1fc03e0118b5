// Shipments by the shipped rules, countries and catalogue, from manifest to text. A change of these
// data changes the files: run tpp_golden_test --update and read the difference.
#include <gtest/gtest.h>

#include <fstream>

#include "agent/chips/catalog_file.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/shipment/manifest_file.h"
#include "agent/shipment/shipment.h"
#include "agent/support/file.h"
#include "exporters/shipment_json.h"
#include "exporters/shipment_table.h"
#include "tests/golden/comma_locale.h"
#include "tests/golden/golden_file.h"

namespace tpp {
namespace {

// `file` from the root of the sources, which then does not stand in the output.
ShipmentAnswer answer_of(const std::string& file) {
  const std::filesystem::path source = TPP_SOURCE;
  const CountryTable countries = load_countries(source / "agent/countries");
  const Manifest manifest = parse_manifest(read_file(source / file), file, countries);
  Question question;
  question.as_of = "2026-09-01";
  const Catalog catalog = load_catalog(source / "agent/catalog");
  const std::vector<Edition> editions = load_editions(source / "agent/rules");
  return answer_shipment(manifest, resolve_items(manifest, catalog, {}), {editions, countries},
                         question);
}

struct Example {
  const char* name;
  const char* file;
};
class ShipmentGolden : public testing::TestWithParam<Example> {};

TEST_P(ShipmentGolden, IsTheSameByteForByte) {
  const ShipmentAnswer answer = answer_of(GetParam().file);
  const std::string name = std::string("shipments/") + GetParam().name;

  expect_golden(name + ".txt", shipment_table(answer, {}));
  expect_golden(name + ".json", shipment_json(answer));
}

TEST_P(ShipmentGolden, DoesNotChangeUnderACommaLocale) {
  const CommaLocale comma;
  const ShipmentAnswer answer = answer_of(GetParam().file);
  const std::string name = std::string("shipments/") + GetParam().name;

  EXPECT_EQ(shipment_table(answer, {}), read_file(golden_file(name + ".txt")));
  EXPECT_EQ(shipment_json(answer), read_file(golden_file(name + ".json")));
}

INSTANTIATE_TEST_SUITE_P(Examples, ShipmentGolden,
                         testing::Values(Example{"example", "deploy/examples/shipment.yaml"},
                                         Example{"notice", "tests/golden/shipments/notice.yaml"}),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace tpp
