#include "agent/chips/catalog_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string_view>
#include <utility>

#include "agent/chips/catalog_check.h"
#include "agent/chips/catalog_dies.h"
#include "agent/chips/catalog_figures.h"
#include "agent/documents/data_directory.h"
#include "agent/documents/yaml_reader.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

struct FigureRow {
  std::string_view key;
  double scale;
  std::optional<Figure> Chip::*member;
};

constexpr FigureRow kFigures[] = {
    {"units", 1, &Chip::units},
    {"boost_clock_mhz", 1e6, &Chip::boost_clock_hz},
    {"matrix_clock_mhz", 1e6, &Chip::matrix_clock_hz},
    {"board_power_w", 1, &Chip::board_power_w},
    {"memory_gb", 1e9, &Chip::memory_bytes},
    {"memory_bandwidth_gbs", 1e9, &Chip::memory_bandwidth},
};

struct DetailRow {
  std::string_view key;
  double scale;
  std::optional<Figure> ChipDetails::*member;
};

constexpr DetailRow kDetails[] = {
    {"memory_bus_bits", 1, &ChipDetails::memory_bus_bits},
    {"transistors_billion", 1e9, &ChipDetails::transistors},
    {"interconnect_gbs", 1e9, &ChipDetails::interconnect},
};

void read_figures(const YamlValue& yaml, const Sources& sources, Chip& chip) {
  yaml.expect_keys({"units", "boost_clock_mhz", "matrix_clock_mhz", "board_power_w",
                    "transistors_billion", "memory_gb", "memory_bus_bits", "memory_bandwidth_gbs",
                    "interconnect_gbs"});
  const auto read = [&](std::string_view key, double scale, std::optional<Figure>& member) {
    const auto value = yaml.find(std::string(key));
    if (!value) return;
    member = read_figure(*value, scale, sources);
    chip.details.places[std::string(key)] = value->place();
  };
  for (const FigureRow& row : kFigures) read(row.key, row.scale, chip.*row.member);
  for (const DetailRow& row : kDetails) read(row.key, row.scale, chip.details.*row.member);
}

void read_layout(const YamlValue& yaml, Chip& chip) {
  yaml.expect_keys({"devices_per_package", "packages_per_board", "unit", "copies_on_board",
                    "host_on_board", "module"});
  const auto count = [&](const char* key, int& member) {
    const auto value = yaml.find(key);
    if (!value) return;
    member = value->integer();
    if (member < 1) value->fail(fmt::format("{}", member), "a count of at least 1");
  };
  count("devices_per_package", chip.devices_per_package);
  count("packages_per_board", chip.packages_per_board);
  count("copies_on_board", chip.details.copies_on_board);
  const auto flag = [&](const char* key, bool& member) {
    if (const auto value = yaml.find(key)) member = value->boolean();
  };
  flag("host_on_board", chip.details.host_on_board);
  flag("module", chip.details.module);
  if (const auto unit = yaml.find("unit")) chip.unit_kind = unit->text();
}

std::vector<std::string> read_pci_ids(const YamlValue& yaml) {
  std::vector<std::string> ids;
  for (const YamlValue& item : yaml.items()) {
    std::string id = to_lower(item.text());
    const bool shaped = id.size() == 9 && id[4] == ':' &&
                        id.find_first_not_of("0123456789abcdef:") == std::string::npos &&
                        std::ranges::count(id, ':') == 1;
    if (!shaped) item.fail(fmt::format("'{}'", item.text()), "a PCI id as 10de:2330");
    if (std::ranges::find(ids, id) != ids.end()) item.fail(id + " again", "each PCI id once");
    ids.push_back(std::move(id));
  }
  return ids;
}

// Which dies a package has says whether any is non-planar; without them the row may say it alone.
void read_silicon(const YamlValue& yaml, const Sources& sources, Chip& chip) {
  const auto nonplanar = yaml.find("nonplanar");
  if (nonplanar) chip.nonplanar = nonplanar->boolean();
  if (const auto areas = yaml.find("published_areas")) {
    chip.details.published_areas = read_published_areas(*areas, sources);
  }
  const auto dies = yaml.find("dies");
  if (!dies) return;
  chip.details.dies = read_dies(*dies, sources);
  chip.details.places["dies"] = dies->place();
  if (nonplanar) nonplanar->fail("'nonplanar' beside 'dies'", "it of each die, or no dies");
  chip.nonplanar = any_nonplanar(chip.details.dies);
  chip.applicable_die_area_mm2 = applicable_area(chip.details.dies, chip.packages_per_board);
  chip.computing_die_area_mm2 = computing_area(chip.details.dies, chip.packages_per_board);
}

void read_grounds(const YamlValue& yaml, const Sources& sources, Chip& chip) {
  yaml.expect_keys({"release_date", "datacenter", "pci_ids", "subsystem_ids", "reported_names"});
  for (const auto& [key, value] : yaml.members()) {
    chip.details.grounds[key.text()] = read_ground(value, sources);
  }
}

void read_accepted(const YamlValue& yaml, Chip& chip) {
  yaml.expect_keys({"peaks", "sparse"});
  for (const auto& [check, table] : yaml.members()) {
    for (const auto& [key, words] : table.members()) {
      for (const Precision precision : read_precision_key(key)) {
        chip.details.accepted[check.text()][precision] = words.text();
        chip.details.places[fmt::format("{}.{}", check.text(), name(precision))] = key.place();
      }
    }
  }
}

void read_rates(const YamlValue& yaml, const Sources& sources, Chip& chip) {
  Places& places = chip.details.places;
  const auto table = [&](const char* key, double scale, auto& member) {
    const auto value = yaml.find(key);
    if (value) member = read_table(*value, {key, scale}, sources, places);
  };
  table("declared_tops", 1e12, chip.declared);
  table("declared_vector_tops", 1e12, chip.declared_vector);
  table("ops_per_clock_per_unit", 1, chip.per_clock_per_unit);
  table("vector_ops_per_clock_per_unit", 1, chip.details.vector_per_clock_per_unit);
  if (const auto claims = yaml.find("other_claims_tops")) {
    chip.details.claims = read_lists(*claims, 1e12, sources);
  }
  if (const auto accepted = yaml.find("accepted_disagreements")) read_accepted(*accepted, chip);
}

void read_identity(const YamlValue& yaml, const Sources& sources, Chip& chip) {
  chip.id.value = yaml.at("id").text();
  chip.vendor = yaml.at("vendor").text();
  chip.name = yaml.at("name").text();
  chip.kind = yaml.at("kind").one_of(words_of<DeviceKind>(), "kind of device");
  if (const auto date = yaml.find("release_date")) chip.details.release_date = date->date();
  if (const auto words = yaml.find("architecture")) chip.details.architecture = words->text();
  if (const auto datacenter = yaml.find("datacenter")) chip.datacenter = datacenter->boolean();
  if (const auto ids = yaml.find("pci_ids")) chip.pci_ids = read_pci_ids(*ids);
  if (const auto ids = yaml.find("subsystem_ids")) chip.details.subsystem_ids = read_pci_ids(*ids);
  if (const auto names = yaml.find("reported_names")) chip.reported_names = names->texts();
  if (const auto grounds = yaml.find("grounds")) read_grounds(*grounds, sources, chip);
}

Chip read_chip(const YamlValue& yaml, const Sources& sources) {
  yaml.expect_keys({"id",
                    "vendor",
                    "name",
                    "kind",
                    "release_date",
                    "architecture",
                    "datacenter",
                    "pci_ids",
                    "subsystem_ids",
                    "reported_names",
                    "grounds",
                    "layout",
                    "nonplanar",
                    "dies",
                    "published_areas",
                    "memory_type",
                    "figures",
                    "declared_tops",
                    "other_claims_tops",
                    "declared_vector_tops",
                    "ops_per_clock_per_unit",
                    "vector_ops_per_clock_per_unit",
                    "density_note",
                    "accepted_disagreements",
                    "note"});
  Chip chip;
  chip.origin = yaml.place();
  read_identity(yaml, sources, chip);
  if (const auto layout = yaml.find("layout")) read_layout(*layout, chip);
  read_silicon(yaml, sources, chip);
  if (const auto type = yaml.find("memory_type")) chip.details.memory_type = type->text();
  if (const auto figures = yaml.find("figures")) read_figures(*figures, sources, chip);
  read_rates(yaml, sources, chip);
  if (const auto note = yaml.find("density_note")) chip.details.density_note = note->text();
  if (const auto note = yaml.find("note")) chip.note = note->text();
  return chip;
}

Sources read_sources(const YamlValue& yaml) {
  Sources sources;
  for (const auto& [key, address] : yaml.members()) sources[key.text()] = address.text();
  return sources;
}

}  // namespace

Catalog unchecked_catalog(const std::string& text, const std::string& origin) {
  return unchecked_catalog(YamlValue::parse(text, origin));
}

Catalog unchecked_catalog(const YamlValue& yaml) {
  yaml.expect_keys({"known_through", "sources", "chips"});
  Sources sources;
  if (const auto table = yaml.find("sources")) sources = read_sources(*table);
  Catalog catalog;
  catalog.known_through = yaml.at("known_through").date();
  for (const YamlValue& item : yaml.at("chips").items()) {
    catalog.chips.push_back(read_chip(item, sources));
  }
  return catalog;
}

Catalog checked(Catalog catalog) {
  for (const CatalogFault& fault : check_catalog(catalog)) {
    if (fault.refused) throw Error(fmt::format("{}: {}", fault.place, fault.message));
  }
  return catalog;
}

Catalog parse_catalog(const std::string& text, const std::string& origin) {
  return checked(unchecked_catalog(text, origin));
}

Catalog joined(std::vector<Catalog> parts) {
  Catalog catalog;
  for (Catalog& part : parts) {
    std::ranges::move(part.chips, std::back_inserter(catalog.chips));
    const bool older = catalog.known_through.empty() || part.known_through < catalog.known_through;
    if (older) catalog.known_through = part.known_through;
  }
  return catalog;
}

Catalog parse_catalog(const YamlValue& root) { return checked(unchecked_catalog(root)); }

Catalog parse_catalog(const std::vector<YamlValue>& documents) {
  std::vector<Catalog> parts;
  for (const YamlValue& document : documents) parts.push_back(unchecked_catalog(document));
  return checked(joined(std::move(parts)));
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

Catalog load_catalog_at(const std::filesystem::path& path) {
  return std::filesystem::is_directory(path)
             ? load_catalog(path)
             : load_catalog(std::vector<std::filesystem::path>{path});
}

}  // namespace tpp
