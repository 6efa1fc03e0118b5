#include "tests/fuzz/harness.h"

#include <memory>
#include <string>

#include "agent/boards/board_map.h"
#include "agent/chips/catalog_file.h"
#include "agent/documents/document_index.h"
#include "agent/documents/yaml_document.h"
#include "agent/documents/yaml_reader.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/shipment/manifest_file.h"
#include "agent/shipment/manifest_items.h"
#include "agent/support/error.h"
#include "kernels/sim/scenario.h"
#include "tests/unit/mutation/mutator.h"

namespace tpp::fuzz {
namespace {

// A refusal in words of ours is as good as a value.
template <class Act>
void expect_value_or_error(const Act& act) {
  try {
    act();
  } catch (const Error& error) {
    TPP_CHECK(error.what()[0] != '\0');
  }
}

void expect_to_survive_compiling(const std::shared_ptr<const Document>& document) {
  const DocumentIndex index(encode_index({{"origin", document}}), "index");
  TPP_CHECK(index.size() == 1 && index.read(0)->same_content(*document));
}

void read_every_document(const std::string& bytes) {
  const DocumentIndex index(bytes, "index");
  for (std::size_t i = 0; i < index.size(); ++i) {
    const YamlValue root(index.read(i));
    expect_value_or_error([&] { parse_edition(root); });
    expect_value_or_error([&] { parse_catalog(root); });
    expect_value_or_error([&] { parse_countries(root); });
  }
}

}  // namespace

void load_rule(std::string_view bytes) {
  expect_value_or_error([&] {
    const auto document = parse_yaml(std::string(bytes), "rule");
    expect_to_survive_compiling(document);
    parse_edition(YamlValue(document));
  });
}

void load_board_map(std::string_view bytes) {
  expect_value_or_error([&] {
    for (const MappedBoard& board : parse_board_map(std::string(bytes), "map").boards) {
      TPP_CHECK(!board.name.empty() && !board.devices.empty());
    }
  });
}

void load_catalog(std::string_view bytes) {
  expect_value_or_error([&] {
    const auto document = parse_yaml(std::string(bytes), "catalogue");
    expect_to_survive_compiling(document);
    parse_catalog(YamlValue(document));
  });
}

void load_countries(std::string_view bytes) {
  expect_value_or_error([&] {
    const auto document = parse_yaml(std::string(bytes), "countries");
    expect_to_survive_compiling(document);
    parse_countries(YamlValue(document));
  });
}

void load_manifest(std::string_view bytes) {
  static const CountryTable countries = [] {
    CountryTable table;
    for (const char* code : {"CN", "DE", "SG", "US"}) {
      table.countries[code].code = code;
      table.countries[code].name = code;
    }
    return table;
  }();
  expect_value_or_error([&] {
    Manifest manifest = parse_manifest(std::string(bytes), "/nowhere/manifest.yaml", countries);
    // Whoever resolves items has read their reports.
    std::erase_if(manifest.items, [](const ManifestItem& item) { return item.report.has_value(); });
    resolve_items(manifest, {}, {});
  });
}

// The module's reader has an error of its own, and takes no more than a file may be.
void load_scenario(std::string_view bytes) {
  try {
    const sim::Scenario scenario = sim::parse_scenario(std::string(bytes), "scenario");
    for (const sim::Device& device : scenario.devices) TPP_CHECK(!device.id.empty());
  } catch (const sim::ScenarioError& error) {
    TPP_CHECK(error.what()[0] != '\0');
  }
}

void load_index(std::string_view bytes) {
  expect_value_or_error([&] { read_every_document(std::string(bytes)); });
  expect_value_or_error(
      [&] { read_every_document(test::with_fitting_digest(std::string(bytes))); });
  expect_value_or_error([&] {
    const auto document = decode_document(bytes, "origin", "index");
    TPP_CHECK(encode_document(*document) == bytes);
  });
}

}  // namespace tpp::fuzz
