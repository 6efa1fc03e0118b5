#include "agent/shipment/manifest_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_parts.h"
#include "agent/shipment/manifest_fields.h"
#include "agent/shipment/manifest_parts.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// More is a mistake of writing, and would only make the answer unreadable.
constexpr std::size_t kLargestManifest = 4u << 20;
constexpr std::size_t kMostItems = 10'000;
constexpr double kHighestValue = 1e12;

struct Reader {
  const CountryTable& countries;
  std::filesystem::path directory;  // of the manifest
};

std::optional<double> read_value(const YamlValue& item, const std::string& key) {
  const auto member = item.find(key);
  if (!member) return std::nullopt;
  const auto value = parse_double(member->words());
  // Not in this form: NaN compares false with everything.
  if (!value || !(*value >= 0 && *value <= kHighestValue)) {
    refuse(*member, key, member->kind(),
           fmt::format("an amount from 0 to {:g}, of one piece", kHighestValue));
  }
  return value;
}

std::string read_country(const YamlValue& yaml, const std::string& field, const Reader& reader) {
  const std::string option = fmt::format("{}: {}", yaml.place(), field);
  return find_country(reader.countries, option, yaml.text()).code;
}

std::vector<std::string> read_countries(const YamlValue& item, const std::string& key,
                                        const Reader& reader) {
  std::vector<std::string> codes;
  const auto member = item.find(key);
  if (!member) return codes;
  for (const YamlValue& word : member->items()) {
    codes.push_back(read_country(word, key, reader));
    if (std::ranges::count(codes, codes.back()) > 1) {
      refuse(word, key, fmt::format("'{}' again", codes.back()), "each country once");
    }
  }
  return codes;
}

void read_report(const YamlValue& yaml, const Reader& reader, ManifestItem& item) {
  for (const char* key : {"model", "figures", "contains"}) {
    refuse_member(yaml, key, "a report says what its boards are");
  }
  refuse_member(yaml, "quantity", "each board of a report is one item, which was measured");
  item.report = std::filesystem::absolute(reader.directory / yaml.at("report").text());
}

void read_values(const YamlValue& yaml, ManifestItem& item) {
  item.unit_value = read_value(yaml, "unit_value");
  item.us_content_value = read_value(yaml, "us_content_value");
  if (!item.us_content_value) return;
  const YamlValue content = yaml.at("us_content_value");
  if (!item.unit_value) content.fail("us_content_value: found without unit_value, expected both");
  if (*item.us_content_value > *item.unit_value) {
    refuse(content, "us_content_value", content.text(),
           fmt::format("from 0 to the unit_value of {}", yaml.at("unit_value").text()));
  }
}

ManifestItem read_item(const YamlValue& yaml, std::size_t number, const Reader& reader) {
  yaml.expect_keys({"name", "kind", "model", "figures", "contains", "report", "quantity",
                    "unit_value", "us_content_value", "supplier_countries", "marketing_evidence"});
  ManifestItem item;
  item.place = yaml.place();
  item.kind = read_enum<ShipmentItemKind>(yaml.at("kind"));
  const std::string otherwise = fmt::format("item {} ({})", number, enum_name(item.kind));
  item.name = find_text(yaml, "name").value_or(find_text(yaml, "model").value_or(otherwise));
  read_values(yaml, item);
  item.supplier_countries = read_countries(yaml, "supplier_countries", reader);
  item.marketing_evidence = find_texts(yaml, "marketing_evidence");
  if (item.kind == ShipmentItemKind::report) {
    read_report(yaml, reader, item);
    return item;
  }
  refuse_member(yaml, "report", "belongs to the kind report");
  item.quantity = read_quantity(yaml);
  if (item.kind == ShipmentItemKind::computer) {
    refuse_member(yaml, "model", "a computer has `contains` instead");
    refuse_member(yaml, "figures", "a computer has `contains` instead");
    item.parts = read_contents(yaml, item.name);
    return item;
  }
  refuse_member(yaml, "contains", "belongs to the kind computer");
  item.parts.push_back(read_part(yaml, item.kind, item.name));
  return item;
}

// Who has the goods in the end has them at the destination. Of the two countries the stricter is
// not taken, since a wrong one may be the milder in the next rule: only the writer knows.
void check_receiver(const YamlValue& country, const Party& party, const std::string& destination) {
  if (!receives_in_the_end(party.role) || party.country == destination) return;
  refuse(country, "country", fmt::format("{} of the {}", party.country, enum_name(party.role)),
         fmt::format("{}, the destination of the transaction", destination));
}

Party read_party(const YamlValue& yaml, const Reader& reader, const std::string& destination) {
  yaml.expect_keys({"role", "name", "country", "headquarters", "ultimate_parent"});
  Party party;
  party.role = read_enum<PartyRole>(yaml.at("role"));
  party.name = find_text(yaml, "name").value_or("");
  party.country = read_country(yaml.at("country"), "country", reader);
  check_receiver(yaml.at("country"), party, destination);
  const auto country = [&](const char* key) {
    const auto member = yaml.find(key);
    return member ? std::optional(read_country(*member, key, reader)) : std::nullopt;
  };
  party.headquarters = country("headquarters");
  party.ultimate_parent = country("ultimate_parent");
  return party;
}

void read_transaction(const YamlValue& yaml, const Reader& reader, Manifest& manifest) {
  yaml.expect_keys({"kind", "exported_from", "destination"});
  manifest.transaction_place = yaml.place();
  manifest.transaction = read_enum<TransactionKind>(yaml.at("kind"));
  manifest.exported_from = read_country(yaml.at("exported_from"), "exported_from", reader);
  manifest.destination = read_country(yaml.at("destination"), "destination", reader);
}

Manifest read_manifest(const YamlValue& yaml, const Reader& reader) {
  yaml.expect_keys({"name", "currency", "transaction", "parties", "end_use", "items"});
  Manifest manifest;
  manifest.name = find_text(yaml, "name").value_or("shipment");
  manifest.currency = find_text(yaml, "currency").value_or("");
  read_transaction(yaml.at("transaction"), reader, manifest);
  if (const auto parties = yaml.find("parties")) {
    for (const YamlValue& party : parties->items()) {
      manifest.parties.push_back(read_party(party, reader, manifest.destination));
    }
  }
  manifest.end_use = find_text(yaml, "end_use").value_or("");
  const YamlValue items = yaml.at("items");
  for (const YamlValue& item : items.items()) {
    manifest.items.push_back(read_item(item, manifest.items.size() + 1, reader));
  }
  const std::size_t count = manifest.items.size();
  if (count < 1 || count > kMostItems) {
    refuse(items, "items", fmt::format("{} items", count), fmt::format("1 to {}", kMostItems));
  }
  return manifest;
}

}  // namespace

Manifest parse_manifest(const std::string& text, const std::filesystem::path& origin,
                        const CountryTable& countries) {
  try {
    const YamlValue yaml = YamlValue::parse(text, origin.string());
    Manifest manifest = read_manifest(yaml, {countries, origin.parent_path()});
    manifest.origin = origin.string();
    return manifest;
  } catch (const UsageError&) {
    throw;
  } catch (const Error& error) {
    throw UsageError(error.what());
  }
}

Manifest load_manifest(const std::filesystem::path& file, const CountryTable& countries) {
  return parse_manifest(read_file(file, kLargestManifest), file, countries);
}

}  // namespace tpp
