#include "exporters/catalog_json.h"

#include <nlohmann/json.hpp>

#include "agent/model/names.h"

namespace tpp {
namespace {

using Json = nlohmann::ordered_json;

std::string dump(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// `head -1` shows what did not ship, as in every other format.
std::string with_overrides(const Overrides& overrides, const Json& rest) {
  return "{ \"overrides\": " + dump(Json(overrides), -1) + "," + dump(rest, 2).substr(1) + "\n";
}

Json json_of(const Figure& figure) {
  Json json = {{"value", figure.value},
               {"confidence", enum_name(figure.confidence)},
               {"source", figure.source}};
  if (figure.bound) json["bound"] = enum_name(*figure.bound);
  return json;
}

void put(Json& json, const char* member, const std::optional<Figure>& figure) {
  if (figure) json[member] = json_of(*figure);
}

void put(Json& json, const char* member, const std::string& text) {
  if (!text.empty()) json[member] = text;
}

void put(Json& json, const char* member, const std::map<Precision, Figure>& table) {
  for (const auto& [precision, figure] : table) {
    json[member][std::string(name(precision))] = json_of(figure);
  }
}

Json json_of(const CatalogLine& line) {
  const Chip& chip = *line.chip;
  Json json = {{"id", chip.id.value}, {"vendor", chip.vendor}, {"name", chip.name}};
  json["kind"] = enum_name(chip.kind);
  put(json, "release_date", chip.details.release_date);
  json["datacenter"] = chip.datacenter;
  if (const auto doubt = datacenter_doubt(chip)) json["datacenter_doubt"] = *doubt;
  if (line.tpp) json["tpp"] = *line.tpp;
  if (line.precision) json["precision"] = name(*line.precision);
  if (line.confidence) json["tpp_confidence"] = enum_name(*line.confidence);
  if (line.density) json["pd"] = *line.density;
  if (line.density_at_least) json["pd_is"] = "at_least";
  put(json, "classification", line.classification);
  put(json, "rendered", line.rendered);
  put(json, "class_note", line.class_note);
  return json;
}

Json heading(const CatalogListing& listing) {
  return {{"warnings", listing.warnings},
          {"known_through", listing.known_through},
          {"as_of", listing.as_of},
          {"rules", listing.rules}};
}

Json json_of(const Die& die) {
  Json json = {{"count", die.count}, {"role", die.role}};
  put(json, "area_mm2", die.area_mm2);
  put(json, "node", die.node);
  if (die.nonplanar) json["nonplanar"] = *die.nonplanar;
  json["counts"] = die.counts;
  json["computes"] = die.computes;
  put(json, "why", die.why);
  return json;
}

void put_silicon(Json& json, const Chip& chip) {
  for (const Die& die : chip.details.dies) json["dies"].push_back(json_of(die));
  if (chip.nonplanar) json["nonplanar"] = *chip.nonplanar;
  put(json, "applicable_die_area_mm2", chip.applicable_die_area_mm2);
  put(json, "computing_die_area_mm2", chip.computing_die_area_mm2);
  for (const PublishedArea& area : chip.details.published_areas) {
    json["published_areas"].push_back(
        {{"area_mm2", json_of(area.area_mm2)}, {"leaves_out", area.leaves_out}});
  }
}

void put_figures(Json& json, const Chip& chip) {
  put(json, "units", chip.units);
  put(json, "unit_kind", chip.unit_kind);
  put(json, "boost_clock_hz", chip.boost_clock_hz);
  put(json, "matrix_clock_hz", chip.matrix_clock_hz);
  put(json, "board_power_w", chip.board_power_w);
  put(json, "transistors", chip.details.transistors);
  put(json, "memory_type", chip.details.memory_type);
  put(json, "memory_bytes", chip.memory_bytes);
  put(json, "memory_bus_bits", chip.details.memory_bus_bits);
  put(json, "memory_bandwidth", chip.memory_bandwidth);
  put(json, "interconnect", chip.details.interconnect);
}

void put_rates(Json& json, const Chip& chip) {
  put(json, "declared", chip.declared);
  for (const auto& [precision, claims] : chip.details.claims) {
    Json& list = json["other_claims"][std::string(name(precision))];
    for (const Figure& claim : claims) list.push_back(json_of(claim));
  }
  put(json, "declared_vector", chip.declared_vector);
  put(json, "per_clock_per_unit", chip.per_clock_per_unit);
  put(json, "vector_per_clock_per_unit", chip.details.vector_per_clock_per_unit);
}

void put_words(Json& json, const Chip& chip) {
  put(json, "density_note", chip.details.density_note);
  for (const auto& [check, table] : chip.details.accepted) {
    for (const auto& [precision, words] : table) {
      json["accepted_disagreements"][check][std::string(name(precision))] = words;
    }
  }
  put(json, "note", chip.note);
  put(json, "origin", chip.origin);
}

Json json_of(const std::vector<CatalogFault>& faults) {
  Json list = Json::array();
  for (const CatalogFault& fault : faults) {
    list.push_back({{"place", fault.place}, {"chip", fault.chip}, {"message", fault.message}});
  }
  return list;
}

}  // namespace

std::string render_catalog_list_json(const CatalogListing& listing) {
  Json json = heading(listing);
  json["disclaimer"] = kClassIsArithmetic;
  json["chips"] = Json::array();
  for (const CatalogLine& line : listing.lines) json["chips"].push_back(json_of(line));
  return with_overrides(listing.overrides, json);
}

std::string render_catalog_row_json(const CatalogListing& listing) {
  Json json = heading(listing);
  const CatalogLine& line = listing.lines.front();
  const Chip& chip = *line.chip;
  Json row = json_of(line);
  put(row, "architecture", chip.details.architecture);
  row["pci_ids"] = chip.pci_ids;
  row["subsystem_ids"] = chip.details.subsystem_ids;
  row["reported_names"] = chip.reported_names;
  for (const auto& [member, ground] : chip.details.grounds) {
    row["grounds"][member] = {{"confidence", enum_name(ground.confidence)},
                              {"source", ground.source}};
  }
  row["devices_per_package"] = chip.devices_per_package;
  row["packages_per_board"] = chip.packages_per_board;
  if (chip.details.copies_on_board > 1) row["copies_on_board"] = chip.details.copies_on_board;
  if (chip.details.host_on_board) row["host_on_board"] = true;
  if (chip.details.module) row["module"] = true;
  put_silicon(row, chip);
  put_figures(row, chip);
  put_rates(row, chip);
  put_words(row, chip);
  json["chip"] = row;
  json["disclaimer"] = kClassIsArithmetic;
  return with_overrides(listing.overrides, json);
}

std::string render_catalog_match_json(const CatalogMatch& match) {
  Json json = Json::object();
  if (match.chip) json["chip"] = match.chip->id.value;
  json["reason"] = match.reason;
  json["clues"] = match.steps;
  json["candidates"] = Json::array();
  for (const Chip* candidate : match.candidates) json["candidates"].push_back(candidate->id.value);
  json["agrees"] = match.agrees;
  json["missing"] = match.missing;
  json["differs"] = match.differs;
  return with_overrides(match.overrides, json);
}

std::string render_catalog_check_json(const CatalogCheck& check) {
  const Json json = {{"files", check.files},
                     {"chips", check.chips},
                     {"faults", json_of(check.faults)},
                     {"accepted", json_of(check.accepted)}};
  return with_overrides({}, json);
}

}  // namespace tpp
