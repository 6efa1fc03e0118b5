#include "exporters/catalog_csv.h"

#include <fmt/format.h>

#include <string_view>

#include "agent/model/names.h"
#include "exporters/shown_text.h"

namespace tpp {
namespace {

// Spreadsheets take a cell that begins so for a formula.
std::string cell(std::string_view text) {
  std::string shown;
  if (!text.empty() && std::string_view("=+-@").find(text[0]) != std::string_view::npos) {
    shown += '\'';
  }
  bool quoted = false;
  // A line break in a name would forge a row.
  for (const char c : shown_text(text)) {
    quoted = quoted || c == ',' || c == '"';
    if (c == '"') shown += c;
    shown += c;
  }
  return quoted ? fmt::format("\"{}\"", shown) : shown;
}

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{}", *value) : "";
}

std::string scaled(const std::optional<Figure>& figure, double scale) {
  return figure ? fmt::format("{:.10g}", figure->value * scale) : "";
}

const char* datacenter_word(const Chip& chip) {
  return chip.datacenter ? "yes" : datacenter_doubt(chip) ? "doubtful" : "no";
}

}  // namespace

std::string render_catalog_list_csv(const CatalogListing& listing) {
  std::string text;
  for (const std::string& words : listing.overrides) text += "# " + shown_text(words) + "\n";
  text +=
      "id,vendor,name,kind,release_date,datacenter,tpp,precision,tpp_confidence,die_area_mm2,pd,"
      "memory_gb,memory_bandwidth_gbs,classification,as_of,pd_is,class_note\n";
  for (const CatalogLine& line : listing.lines) {
    const Chip& chip = *line.chip;
    text += fmt::format(
        "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{},{}\n", cell(chip.id.value),
        cell(chip.vendor), cell(chip.name), enum_name(chip.kind), chip.details.release_date,
        datacenter_word(chip), number(line.tpp), line.precision ? name(*line.precision) : "",
        line.confidence ? enum_name(*line.confidence) : "", scaled(chip.applicable_die_area_mm2, 1),
        number(line.density), scaled(chip.memory_bytes, 1e-9), scaled(chip.memory_bandwidth, 1e-9),
        cell(line.classification), listing.as_of, line.density_at_least ? "at_least" : "",
        cell(line.class_note));
  }
  return text;
}

}  // namespace tpp
