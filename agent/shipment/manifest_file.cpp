#include "agent/shipment/manifest_file.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/documents/yaml_reader.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_parts.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

// More is a mistake of writing, and would only make the answer unreadable.
constexpr std::size_t kLargestManifest = 4u << 20;
constexpr std::size_t kMostItems = 10'000;
constexpr std::int64_t kMostPieces = 1'000'000'000;
constexpr double kHighestValue = 1e12;

struct Reader {
  const CountryTable& countries;
  std::filesystem::path directory;  // of the manifest
};

[[noreturn]] void refuse(const YamlValue& yaml, const std::string& field, const std::string& found,
                         const std::string& expected) {
  yaml.fail(fmt::format("{}: found {}, expected {}", field, found, expected));
}

std::optional<std::string> find_text(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? std::optional(member->text()) : std::nullopt;
}

std::vector<std::string> find_texts(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? member->texts() : std::vector<std::string>{};
}

// A member that has no meaning for the kind would be ignored without a word.
void refuse_member(const YamlValue& yaml, const std::string& key, const std::string& why) {
  if (const auto member = yaml.find(key)) member->fail(fmt::format("{}: {}", key, why));
}

int read_quantity(const YamlValue& yaml) {
  const auto value = parse_int(yaml.text());
  if (!value || *value < 1 || *value > kMostPieces) {
    refuse(yaml, "quantity", fmt::format("'{}'", yaml.text()),
           fmt::format("a whole number from 1 to {}", kMostPieces));
  }
  return static_cast<int>(*value);
}

std::optional<double> read_value(const YamlValue& item, const std::string& key) {
  const auto member = item.find(key);
  if (!member) return std::nullopt;
  const auto value = parse_double(member->text());
  // Not in this form: NaN compares false with everything.
  if (!value || !(*value >= 0 && *value <= kHighestValue)) {
    refuse(*member, key, fmt::format("'{}'", member->text()),
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

std::optional<bool> find_boolean(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? std::optional(member->boolean()) : std::nullopt;
}

void read_number(const YamlValue& yaml, const FigureRange& range, Figures& figures) {
  const std::string key = in_field_words(range.option);
  const auto member = yaml.find(key);
  if (!member) return;
  const auto value = parse_double(member->text());
  if (!value || !in_range(range, *value)) {
    refuse(*member, key, fmt::format("'{}'", member->text()), range_text(range));
  }
  figures.*range.member = value;
}

// What the kind must say of itself, so that there is something to hold against a rule.
void check_kind(const YamlValue& yaml, ShipmentItemKind kind, const Figures& figures) {
  const bool memory = figures.hbm_bandwidth.has_value();
  const auto need = [&](bool given, const char* what) {
    if (!given) yaml.fail(fmt::format("figures: found no {}, expected it of this kind", what));
  };
  if (kind == ShipmentItemKind::hbm) return need(memory, "hbm_bandwidth with package_area");
  if (kind == ShipmentItemKind::technology) {
    return need(memory || figures.tpp || figures.transistors, "tpp, transistors or hbm_bandwidth");
  }
  if (memory) {
    yaml.fail(
        fmt::format("figures: found hbm_bandwidth of a {}, expected it of the kind hbm: a "
                    "stack that is sold by itself",
                    enum_name(kind)));
  }
  need(figures.tpp.has_value(), "tpp");
}

Figures read_figures(const YamlValue& yaml, ShipmentItemKind kind) {
  yaml.expect_keys({"tpp", "die_area", "planar", "datacenter", "dram_bandwidth", "interconnect",
                    "transistors", "hbm", "hbm_bandwidth", "package_area", "stage"});
  Figures figures;
  for (const FigureRange& range : figure_ranges()) read_number(yaml, range, figures);
  figures.planar = find_boolean(yaml, "planar").value_or(false);
  figures.datacenter = find_boolean(yaml, "datacenter");
  figures.hbm = find_boolean(yaml, "hbm");
  try {
    check_consistent(figures);
  } catch (const UsageError& error) {
    yaml.fail("figures: " + in_field_words(error.what()));
  }
  check_kind(yaml, kind, figures);
  return figures;
}

// Exactly one of a row of the catalogue and figures.
ManifestPart read_part(const YamlValue& yaml, ShipmentItemKind kind, const std::string& name) {
  ManifestPart part;
  part.place = yaml.place();
  part.kind = kind;
  const auto model = yaml.find("model");
  const auto figures = yaml.find("figures");
  if (model.has_value() == figures.has_value()) {
    yaml.fail(fmt::format("{}: found {}, expected one of model and figures", name,
                          model ? "both model and figures" : "neither model nor figures"));
  }
  if (kind == ShipmentItemKind::hbm && model) {
    model->fail("model: the catalogue has no stacks of memory; expected figures");
  }
  part.name = name;
  if (model) {
    part.place = model->place();
    part.model = model->text();
    return part;
  }
  part.figures = read_figures(*figures, kind);
  if (const auto stage = figures->find("stage")) {
    part.stage = stage->text();
  } else if (kind == ShipmentItemKind::board) {
    part.stage = "board";
  } else if (kind == ShipmentItemKind::chip) {
    part.stage = "package";
  }
  return part;
}

// A computer is what it contains: a sum of its own would be held against nothing.
std::vector<ManifestPart> read_contents(const YamlValue& yaml, const std::string& name) {
  std::vector<ManifestPart> parts;
  const YamlValue contains = yaml.at("contains");
  for (const YamlValue& entry : contains.items()) {
    entry.expect_keys({"name", "kind", "model", "figures", "quantity"});
    const auto kind = read_enum<ShipmentItemKind>(entry.at("kind"));
    if (kind != ShipmentItemKind::chip && kind != ShipmentItemKind::board) {
      refuse(entry.at("kind"), "kind", fmt::format("'{}' in a computer", enum_name(kind)),
             "chip or board");
    }
    const std::string own =
        find_text(entry, "name")
            .value_or(find_text(entry, "model")
                          .value_or(fmt::format("{} {}", enum_name(kind), parts.size() + 1)));
    parts.push_back(read_part(entry, kind, fmt::format("{}: {}", name, own)));
    parts.back().quantity = read_quantity(entry.at("quantity"));
  }
  if (parts.empty()) refuse(contains, "contains", "an empty list", "the circuits inside");
  if (parts.size() > kMostItems) {
    refuse(contains, "contains", fmt::format("{} entries", parts.size()),
           fmt::format("at most {}", kMostItems));
  }
  return parts;
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
  item.quantity = read_quantity(yaml.at("quantity"));
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
