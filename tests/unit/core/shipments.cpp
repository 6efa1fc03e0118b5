#include "tests/unit/core/shipments.h"

#include "agent/regulation/country_file.h"
#include "agent/regulation/edition_file.h"
#include "agent/support/error.h"

namespace tpp::test {

const CountryTable& countries() {
  static const CountryTable table = load_countries(TPP_SOURCE "/agent/countries");
  return table;
}

const std::vector<Edition>& editions() {
  static const std::vector<Edition> all = load_editions(TPP_RULES);
  return all;
}

Figures datacenter_board(double tpp) {
  Figures figures;
  figures.tpp = tpp;
  figures.die_area_mm2 = 814;
  figures.datacenter = true;
  figures.dram_bandwidth = 4800;
  return figures;
}

Figures workstation_board() {
  Figures figures = datacenter_board(5285);
  figures.datacenter = false;
  figures.dram_bandwidth = 1008;  // under all that a letter may reach
  figures.interconnect = 64;
  return figures;
}

Figures small_board() {
  Figures figures;
  figures.tpp = 500;
  figures.die_area_mm2 = 400;
  figures.datacenter = true;
  return figures;
}

ManifestPart part_of(const std::string& name, ShipmentItemKind kind, const Figures& figures) {
  ManifestPart part;
  part.place = "m.yaml:9:9";
  part.name = name;
  part.kind = kind;
  part.figures = figures;
  return part;
}

ManifestItem item_of(const std::string& name, const Figures& figures, ShipmentItemKind kind) {
  ManifestItem item;
  item.name = name;
  item.kind = kind;
  item.parts.push_back(part_of(name, kind, figures));
  item.marketing_evidence = {"sheet of " + name};
  return item;
}

Party party(PartyRole role, const std::string& country) {
  return {role, "P", country, country, country};
}

Manifest manifest_of(std::vector<ManifestItem> items, const std::string& destination) {
  Manifest manifest;
  manifest.name = "test";
  manifest.transaction_place = "m.yaml:4:3";
  manifest.exported_from = "US";
  manifest.destination = destination;
  manifest.parties = {party(PartyRole::end_user, destination)};
  manifest.items = std::move(items);
  return manifest;
}

ShipmentAnswer answer_of(const Manifest& manifest, Scope scope, const std::string& as_of) {
  Question question;
  question.as_of = as_of;
  question.scope = scope;
  return answer_shipment(manifest, resolve_items(manifest, Catalog{}, {}),
                         {editions(), countries()}, question);
}

std::string refusal_of(const Manifest& manifest) {
  try {
    answer_of(manifest);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "no error";
}

ManifestItem computer_of(const Figures& figures, int count) {
  ManifestItem item;
  item.name = "server";
  item.kind = ShipmentItemKind::computer;
  item.parts.push_back(part_of("server: board", ShipmentItemKind::board, figures));
  item.parts.back().quantity = count;
  return item;
}

}  // namespace tpp::test
