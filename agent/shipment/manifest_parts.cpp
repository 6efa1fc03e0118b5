#include "agent/shipment/manifest_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/model/names.h"
#include "agent/regulation/edition_parts.h"
#include "agent/shipment/manifest_fields.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

std::optional<bool> find_boolean(const YamlValue& yaml, const std::string& key) {
  const auto member = yaml.find(key);
  return member ? std::optional(member->boolean()) : std::nullopt;
}

void read_number(const YamlValue& yaml, const FigureRange& range, Figures& figures) {
  const std::string key = in_field_words(range.option);
  const auto member = yaml.find(key);
  if (!member) return;
  const auto value = parse_double(member->words());
  if (!value || !in_range(range, *value)) {
    refuse(*member, key, member->kind(), range_text(range));
  }
  figures.*range.member = value;
}

std::string accepted(std::optional<double> Figures::*member) {
  for (const FigureRange& range : figure_ranges()) {
    if (range.member != member) continue;
    return fmt::format("{} {}", in_field_words(range.option), range_text(range));
  }
  return "";
}

// What the kind must say of itself, so that there is something to hold against a rule.
std::string wanted_figures(ShipmentItemKind kind) {
  const std::string stack = fmt::format("{} with {}", accepted(&Figures::hbm_bandwidth),
                                        accepted(&Figures::package_area_mm2));
  if (kind == ShipmentItemKind::hbm) return stack;
  if (kind != ShipmentItemKind::technology) return accepted(&Figures::tpp);
  return fmt::format("one of {}, {}, or {}", accepted(&Figures::tpp),
                     accepted(&Figures::transistors), stack);
}

void check_kind(const YamlValue& yaml, ShipmentItemKind kind, const Figures& figures) {
  const bool bandwidth = figures.hbm_bandwidth.has_value();
  const bool area = figures.package_area_mm2.has_value();
  const bool circuit = kind == ShipmentItemKind::chip || kind == ShipmentItemKind::board;
  if (circuit && (bandwidth || area)) {
    refuse(yaml, "figures",
           fmt::format("{} of a {}", bandwidth ? "hbm_bandwidth" : "package_area", enum_name(kind)),
           "it of the kind hbm: a stack that is sold by itself");
  }
  if (bandwidth != area) {
    refuse(yaml, "figures", bandwidth ? "no package_area" : "no hbm_bandwidth",
           accepted(bandwidth ? &Figures::package_area_mm2 : &Figures::hbm_bandwidth) +
               ": the density is one by the other");
  }
  const bool design =
      kind == ShipmentItemKind::technology && (bandwidth || figures.tpp || figures.transistors);
  const bool enough = kind == ShipmentItemKind::hbm ? bandwidth
                      : circuit                     ? figures.tpp.has_value()
                                                    : design;
  if (enough) return;
  refuse(yaml, "figures", "no figure to hold against a rule",
         fmt::format("of the kind {} {}", enum_name(kind), wanted_figures(kind)));
}

Figures read_figures(const YamlValue& yaml, ShipmentItemKind kind) {
  yaml.expect_keys({"tpp", "die_area", "planar", "datacenter", "dram_bandwidth", "interconnect",
                    "transistors", "hbm", "hbm_bandwidth", "package_area", "stage"});
  Figures figures;
  for (const FigureRange& range : figure_ranges()) read_number(yaml, range, figures);
  figures.planar = find_boolean(yaml, "planar").value_or(false);
  figures.datacenter = find_boolean(yaml, "datacenter");
  figures.hbm = find_boolean(yaml, "hbm");
  check_kind(yaml, kind, figures);
  try {
    check_consistent(figures);
  } catch (const UsageError& error) {
    yaml.fail("figures: " + in_field_words(error.what()));
  }
  return figures;
}

// What the figures are of. A board is the highest level that the rules count: figures of less would
// be a part of its own.
std::string read_stage(const YamlValue& figures, ShipmentItemKind kind) {
  const bool board = kind == ShipmentItemKind::board;
  const auto stage = figures.find("stage");
  if (!stage) return board ? "board" : kind == ShipmentItemKind::chip ? "package" : "";
  if (board && stage->text() != "board") {
    refuse(*stage, "stage", fmt::format("'{}' of a board", stage->text()),
           "board, or the kind chip");
  }
  constexpr std::array<std::string_view, 3> kStages = {"die", "package", "board"};
  if (std::ranges::find(kStages, stage->text()) == kStages.end()) {
    refuse(*stage, "stage", fmt::format("'{}'", stage->text()), "die, package or board");
  }
  return stage->text();
}

// How many of a part sit on one board.
std::optional<int> find_per_board(const YamlValue& entry, const ManifestPart& part) {
  const auto member = entry.find("per_board");
  if (!member) return std::nullopt;
  if (part.kind == ShipmentItemKind::board) {
    member->fail("per_board: belongs to the kind chip: a board is counted by itself");
  }
  const auto value = parse_int(member->text());
  if (!value || *value < 1 || *value > part.quantity) {
    refuse(*member, "per_board", fmt::format("'{}'", member->text()),
           fmt::format("a whole number from 1 to the quantity of {}", part.quantity));
  }
  return static_cast<int>(*value);
}

}  // namespace

ManifestPart read_part(const YamlValue& yaml, ShipmentItemKind kind, const std::string& name) {
  ManifestPart part;
  part.place = yaml.place();
  part.kind = kind;
  const auto model = yaml.find("model");
  const auto figures = yaml.find("figures");
  if (model.has_value() == figures.has_value()) {
    yaml.fail(fmt::format("{}: found {}, expected one of model and figures, which hold {}", name,
                          model ? "both model and figures" : "neither model nor figures",
                          wanted_figures(kind)));
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
  part.stage = read_stage(*figures, kind);
  return part;
}

// A computer is what it contains: a sum of its own would be held against nothing.
std::vector<ManifestPart> read_contents(const YamlValue& yaml, const std::string& name) {
  std::vector<ManifestPart> parts;
  const YamlValue contains = yaml.at("contains");
  for (const YamlValue& entry : contains.items()) {
    entry.expect_keys({"name", "kind", "model", "figures", "quantity", "per_board"});
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
    parts.back().quantity = read_quantity(entry);
    parts.back().per_board = find_per_board(entry, parts.back());
  }
  if (parts.empty()) refuse(contains, "contains", "an empty list", "the circuits inside");
  return parts;
}

}  // namespace tpp
