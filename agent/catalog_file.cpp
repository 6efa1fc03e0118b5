#include "agent/catalog_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <string_view>

#include "agent/data_directory.h"
#include "agent/model/names.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "agent/yaml_reader.h"

namespace tpp {
namespace {

// Sheets print three or four digits and round clocks to tens of megahertz.
constexpr double kConsistentWithin = 0.03;

using Sources = std::map<std::string, std::string>;

template <class Enum>
std::map<std::string, Enum> rows_of() {
  std::map<std::string, Enum> rows;
  for (const auto& row : EnumNames<Enum>::rows) rows.emplace(row.name, row.value);
  return rows;
}

std::map<std::string, Precision> precision_rows() {
  std::map<std::string, Precision> rows;
  for (const PrecisionInfo& row : precisions()) rows.emplace(row.name, row.precision);
  return rows;
}

// A key of `sources`, or words that say where to look. A lone word says that only as a key, but for
// a figure from memory, which has no source.
std::string read_source(const YamlValue& yaml, Confidence confidence, const Sources& sources) {
  const std::string words = yaml.text();
  const auto known = sources.find(words);
  if (known != sources.end()) return known->second;
  const bool lone = words.find_first_of(" :/") == std::string::npos;
  if (!lone) return words;
  std::vector<std::string> keys;
  for (const auto& [key, address] : sources) keys.push_back(key);
  if (confidence == Confidence::recall && closest(words, keys).empty()) return words;
  yaml.fail_unknown("source", keys);
}

// [value, confidence, source]; `scale` brings the unit of the file to the base unit.
Figure read_figure(const YamlValue& yaml, double scale, const Sources& sources) {
  const std::vector<YamlValue> parts = yaml.items();
  if (parts.size() != 3) {
    yaml.fail(fmt::format("a list of {}", parts.size()), "[value, confidence, source]");
  }
  Figure figure;
  figure.value = parts[0].number();
  // 0 would say "not able"; what is not known is left out.
  if (figure.value <= 0) parts[0].fail(fmt::format("{}", figure.value), "a value above 0");
  figure.value *= scale;
  if (!std::isfinite(figure.value)) {
    parts[0].fail(fmt::format("{} x {:g}", parts[0].text(), scale), "a finite number");
  }
  figure.confidence = parts[1].one_of(rows_of<Confidence>(), "confidence");
  figure.source = read_source(parts[2], figure.confidence, sources);
  return figure;
}

std::map<Precision, Figure> read_precisions(const YamlValue& yaml, double scale,
                                            const Sources& sources) {
  std::map<Precision, Figure> figures;
  for (const auto& [key, value] : yaml.members()) {
    figures[key.one_of(precision_rows(), "precision")] = read_figure(value, scale, sources);
  }
  return figures;
}

struct FigureRow {
  std::string_view key;
  double scale;
  std::optional<Figure> Chip::*member;
};

constexpr FigureRow kFigures[] = {
    {"units", 1, &Chip::units},
    {"die_area_mm2", 1, &Chip::applicable_die_area_mm2},
    {"boost_clock_mhz", 1e6, &Chip::boost_clock_hz},
    {"matrix_clock_mhz", 1e6, &Chip::matrix_clock_hz},
    {"board_power_w", 1, &Chip::board_power_w},
    {"memory_gb", 1e9, &Chip::memory_bytes},
    {"memory_bandwidth_gbs", 1e9, &Chip::memory_bandwidth},
};

void read_figures(const YamlValue& yaml, const Sources& sources, Chip& chip) {
  yaml.expect_keys({"units", "die_area_mm2", "boost_clock_mhz", "matrix_clock_mhz", "board_power_w",
                    "memory_gb", "memory_bandwidth_gbs"});
  for (const FigureRow& row : kFigures) {
    if (const auto value = yaml.find(std::string(row.key))) {
      chip.*row.member = read_figure(*value, row.scale, sources);
    }
  }
  if (chip.nonplanar == false && chip.applicable_die_area_mm2) {
    yaml.at("die_area_mm2")
        .fail("an applicable area on a planar chip", "none: only non-planar dies count");
  }
}

void read_layout(const YamlValue& yaml, Chip& chip) {
  yaml.expect_keys({"devices_per_package", "packages_per_board", "unit"});
  const auto count = [&](const char* key, int& member) {
    const auto value = yaml.find(key);
    if (!value) return;
    member = value->integer();
    if (member < 1) value->fail(fmt::format("{}", member), "a count of at least 1");
  };
  count("devices_per_package", chip.devices_per_package);
  count("packages_per_board", chip.packages_per_board);
  if (const auto unit = yaml.find("unit")) chip.unit_kind = unit->text();
}

std::vector<std::string> read_pci_ids(const YamlValue& yaml) {
  std::vector<std::string> ids;
  for (const YamlValue& item : yaml.items()) {
    const std::string id = to_lower(item.text());
    const bool shaped = id.size() == 9 && id[4] == ':' &&
                        id.find_first_not_of("0123456789abcdef:") == std::string::npos &&
                        std::ranges::count(id, ':') == 1;
    if (!shaped) item.fail(fmt::format("'{}'", item.text()), "a PCI id as 10de:2330");
    if (std::ranges::find(ids, id) != ids.end()) item.fail(id + " again", "each PCI id once");
    ids.push_back(id);
  }
  return ids;
}

bool consistent(double declared, double operations_per_clock, const Figure& clock_hz) {
  return std::abs(declared / (operations_per_clock * clock_hz.value) - 1) <= kConsistentWithin;
}

// Wide formats run on the vector units too, which sheets quote at the boost clock while the matrix
// rates of the same sheet hold at a lower one (H100 SXM: 1980 and 1830 MHz).
bool may_hold_at_boost(Precision precision) {
  return precision == Precision::fp64 || precision == Precision::fp32;
}

// Where rate, grid, units and clock all stand, one of four wrong figures shows.
void check_rates(const YamlValue& yaml, const Chip& chip) {
  if (!chip.units || !chip.matrix_clock_hz) return;
  for (const auto& [precision, declared] : chip.declared) {
    const auto grid = chip.per_clock_per_unit.find(precision);
    if (grid == chip.per_clock_per_unit.end()) continue;
    const double per_clock = grid->second.value * chip.units->value;
    const bool at_boost = may_hold_at_boost(precision) && chip.boost_clock_hz &&
                          consistent(declared.value, per_clock, *chip.boost_clock_hz);
    if (at_boost || consistent(declared.value, per_clock, *chip.matrix_clock_hz)) continue;
    yaml.at("declared_tops")
        .at(std::string(name(precision)))
        .fail(
            fmt::format("{:.6g} T in {}", declared.value * 1e-12, name(precision)),
            fmt::format("units x ops_per_clock_per_unit x matrix_clock = {:.6g} T within {:.0f} %",
                        per_clock * chip.matrix_clock_hz->value * 1e-12, kConsistentWithin * 100));
  }
}

Chip read_chip(const YamlValue& yaml, const Sources& sources) {
  yaml.expect_keys({"id", "vendor", "name", "kind", "datacenter", "pci_ids", "reported_names",
                    "layout", "nonplanar", "figures", "declared_tops", "declared_vector_tops",
                    "ops_per_clock_per_unit", "note"});
  Chip chip;
  chip.origin = yaml.place();
  chip.id.value = yaml.at("id").text();
  chip.vendor = yaml.at("vendor").text();
  chip.name = yaml.at("name").text();
  chip.kind = yaml.at("kind").one_of(rows_of<DeviceKind>(), "kind of device");
  if (const auto datacenter = yaml.find("datacenter")) chip.datacenter = datacenter->boolean();
  if (const auto ids = yaml.find("pci_ids")) chip.pci_ids = read_pci_ids(*ids);
  if (const auto names = yaml.find("reported_names")) chip.reported_names = names->texts();
  if (const auto layout = yaml.find("layout")) read_layout(*layout, chip);
  if (const auto nonplanar = yaml.find("nonplanar")) chip.nonplanar = nonplanar->boolean();
  if (const auto figures = yaml.find("figures")) read_figures(*figures, sources, chip);
  const auto precisions_of = [&](const char* key, double scale, auto& member) {
    if (const auto value = yaml.find(key)) member = read_precisions(*value, scale, sources);
  };
  precisions_of("declared_tops", 1e12, chip.declared);
  precisions_of("declared_vector_tops", 1e12, chip.declared_vector);
  precisions_of("ops_per_clock_per_unit", 1, chip.per_clock_per_unit);
  if (const auto note = yaml.find("note")) chip.note = note->text();
  check_rates(yaml, chip);
  return chip;
}

Sources read_sources(const YamlValue& yaml) {
  Sources sources;
  for (const auto& [key, address] : yaml.members()) sources[key.text()] = address.text();
  return sources;
}

bool same(const std::optional<Figure>& one, const std::optional<Figure>& other) {
  return one && other ? one->value == other->value : !one && !other;
}

bool share(const std::vector<std::string>& one, const std::vector<std::string>& other) {
  return std::ranges::any_of(one, [&](const std::string& word) {
    return std::ranges::any_of(
        other, [&](const std::string& also) { return to_lower(word) == to_lower(also); });
  });
}

// One PCI id may stand for several products, if a name, units or memory tell them apart.
bool indistinct(const Chip& one, const Chip& other) {
  if (!share(one.pci_ids, other.pci_ids)) return false;
  if (to_lower(one.name) == to_lower(other.name)) return true;
  const bool same_names = share(one.reported_names, other.reported_names) ||
                          (one.reported_names.empty() && other.reported_names.empty());
  return same_names && same(one.units, other.units) && same(one.memory_bytes, other.memory_bytes);
}

void append(Catalog& catalog, Catalog more) {
  for (Chip& chip : more.chips) {
    for (const Chip& before : catalog.chips) {
      if (before.id == chip.id) {
        throw Error(fmt::format("{}: found chip id '{}' again, expected it once: it stands at {}",
                                chip.origin, chip.id.value, before.origin));
      }
      if (indistinct(before, chip)) {
        throw Error(fmt::format(
            "{}: found a PCI id of '{}' claimed again by '{}' under the same name, expected a "
            "reported name, units or memory that tell it from {}",
            chip.origin, before.id.value, chip.id.value, before.origin));
      }
    }
    catalog.chips.push_back(std::move(chip));
  }
  // A catalogue is as old as its oldest part.
  if (catalog.known_through.empty() || more.known_through < catalog.known_through) {
    catalog.known_through = more.known_through;
  }
}

}  // namespace

Catalog parse_catalog(const YamlValue& yaml) {
  yaml.expect_keys({"known_through", "sources", "chips"});
  Sources sources;
  if (const auto table = yaml.find("sources")) sources = read_sources(*table);
  Catalog catalog;
  for (const YamlValue& item : yaml.at("chips").items()) {
    append(catalog, Catalog{yaml.at("known_through").date(), {read_chip(item, sources)}});
  }
  catalog.known_through = yaml.at("known_through").date();
  return catalog;
}

Catalog parse_catalog(const std::string& text, const std::string& origin) {
  return parse_catalog(YamlValue::parse(text, origin));
}

Catalog parse_catalog(const std::vector<YamlValue>& documents) {
  Catalog catalog;
  for (const YamlValue& document : documents) append(catalog, parse_catalog(document));
  return catalog;
}

Catalog load_catalog(const std::vector<std::filesystem::path>& files) {
  std::vector<YamlValue> documents;
  for (const auto& file : files) {
    documents.push_back(YamlValue::parse(read_file(file), file.string()));
  }
  return parse_catalog(documents);
}

Catalog load_catalog(const std::filesystem::path& directory) {
  return parse_catalog(read_documents(directory, "catalogue"));
}

}  // namespace tpp
