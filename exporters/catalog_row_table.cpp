// One row of the catalogue with every figure, its confidence and its source.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "exporters/catalog_table.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

// Sources by number: an address fits in no column, and is one for many figures.
class SourceNumbers {
 public:
  std::string number(const std::string& source) {
    auto found = std::ranges::find(sources_, source);
    if (found == sources_.end()) found = sources_.insert(sources_.end(), source);
    return fmt::format("[{}]", found - sources_.begin() + 1);
  }
  // "derived [2]"
  std::string text(Confidence confidence, const std::string& source) {
    return fmt::format("{} {}", enum_name(confidence), number(source));
  }

  void put(Page& page) const {
    if (sources_.empty()) return;
    page.blank();
    page.line(0, {"sources"});
    for (std::size_t i = 0; i < sources_.size(); ++i) {
      page.paragraph(2, 5, fmt::format("[{}] {}", i + 1, sources_[i]));
    }
  }

 private:
  std::vector<std::string> sources_;
};

// Figures of one table: a label, the value with its unit, confidence, source.
class Figures {
 public:
  Figures(std::string title, SourceNumbers& sources) : sources_(sources) {
    grid_.column(Align::left, {std::move(title)});
    grid_.column(Align::right, {""});
    grid_.column(Align::left, {""});
  }

  void add(const std::string& label, const Figure& figure, double scale, const char* unit) {
    const std::string value =
        fmt::format("{}{}{}", figure_text(figure.value * scale), *unit ? " " : "", unit);
    const bool weak = figure.confidence == Confidence::recall;
    grid_.row(
        {label,
         value,
         {sources_.text(figure.confidence, figure.source), weak ? Style::warning : Style::plain}});
  }
  void add(const std::string& label, const std::optional<Figure>& figure, double scale,
           const char* unit) {
    if (figure) add(label, *figure, scale, unit);
  }
  void add(const std::map<Precision, Figure>& table, double scale, const char* unit) {
    for (const auto& [precision, figure] : table) {
      add(std::string(name(precision)), figure, scale, unit);
    }
  }

  void put(Page& page) const {
    if (grid_.empty()) return;
    page.blank();
    page.grid(0, grid_);
  }

 private:
  Grid grid_;
  SourceNumbers& sources_;
};

// The page of one row, and the sources that it has named so far.
struct RowPage {
  Page page;
  const Chip& chip;
  SourceNumbers sources;
};

void add_ground(RowPage& row, const char* member, const std::string& label,
                const std::string& text) {
  if (text.empty()) return;
  const auto ground = row.chip.details.grounds.find(member);
  const bool known = ground != row.chip.details.grounds.end();
  row.page.field(
      label, known ? fmt::format("{}  ({})", text,
                                 row.sources.text(ground->second.confidence, ground->second.source))
                   : text);
}

void add_identity(RowPage& row) {
  const Chip& chip = row.chip;
  Page& page = row.page;
  add_ground(row, "release_date", "released", chip.details.release_date);
  page.field("kind",
             fmt::format("{}{}{}", enum_name(chip.kind),
                         chip.details.architecture.empty() ? "" : ", ", chip.details.architecture));
  add_ground(row, "datacenter", "data centre",
             chip.datacenter          ? "yes"
             : datacenter_doubt(chip) ? "no, in doubt: decides nothing"
                                      : "no");
  add_ground(row, "pci_ids", "PCI ids", fmt::format("{}", fmt::join(chip.pci_ids, ", ")));
  add_ground(row, "subsystem_ids", "subsystems",
             fmt::format("{}", fmt::join(chip.details.subsystem_ids, ", ")));
  add_ground(row, "reported_names", "reports",
             fmt::format("{}", fmt::join(chip.reported_names, ", ")));
  std::string layout =
      fmt::format("{} device{} in a package, {} package{} on a board", chip.devices_per_package,
                  chip.devices_per_package == 1 ? "" : "s", chip.packages_per_board,
                  chip.packages_per_board == 1 ? "" : "s");
  const ChipDetails& details = chip.details;
  if (details.copies_on_board > 1) {
    layout += fmt::format("; a board has {} of this row", details.copies_on_board);
  }
  if (details.host_on_board) layout += "; the processor is on the board";
  if (details.module) layout += "; a module for a baseboard";
  page.field("layout", layout);
}

void add_class(Page& page, const CatalogListing& listing, const CatalogLine& line) {
  page.field("TPP", line.tpp ? fmt::format("{}, in {}, {}", figure_text(*line.tpp),
                                           name(*line.precision), enum_name(*line.confidence))
                             : "-");
  page.field("PD", line.density
                       ? fmt::format("{}{} TPP/mm2", line.density_at_least ? "at least " : "",
                                     figure_text(*line.density))
                       : "-");
  page.field("class", fmt::format("{} as of {} by {}",
                                  line.classification.empty() ? "-" : line.rendered, listing.as_of,
                                  listing.rules.empty()
                                      ? "no edition in force then"
                                      : fmt::format("{}", fmt::join(listing.rules, "; "))));
  if (!line.class_note.empty()) page.field("", line.class_note);
}

std::string die_text(const Die& die, int packages) {
  std::string text = fmt::format("{} x {}", die.count * packages, die.role);
  if (!die.node.empty()) text += ", " + die.node;
  if (die.nonplanar) text += *die.nonplanar ? ", non-planar" : ", planar";
  text += die.counts ? ", counts" : ", does not count";
  if (!die.computes) text += ", does not compute";
  if (!die.why.empty()) text += ": " + die.why;
  return text;
}

const char* bound_text(const Figure& figure) { return figure.bound ? "at most " : ""; }

// "115.0 mm2 each  (recall [4])"
std::string area_text(const Figure& area, const char* words, SourceNumbers& sources) {
  return fmt::format("{}{} mm2 {}({})", bound_text(area), figure_text(area.value), words,
                     sources.text(area.confidence, area.source));
}

void add_dies(RowPage& row) {
  const Chip& chip = row.chip;
  Page& page = row.page;
  if (chip.details.dies.empty() && !chip.applicable_die_area_mm2) return;
  page.blank();
  for (const Die& die : chip.details.dies) {
    page.field("die", die_text(die, chip.packages_per_board));
    page.field("",
               die.area_mm2 ? area_text(*die.area_mm2, "each  ", row.sources) : "area not known");
  }
  const auto& area = chip.applicable_die_area_mm2;
  page.field("applicable", area ? fmt::format("{}{} mm2  ({})", bound_text(*area),
                                              figure_text(area->value), enum_name(area->confidence))
                           : chip.nonplanar == false ? "none: all dies are planar"
                                                     : "-");
  if (const auto& computing = chip.computing_die_area_mm2) {
    page.field("computing",
               fmt::format("{} mm2  ({}), by the reading chiplet_dies=compute",
                           figure_text(computing->value), enum_name(computing->confidence)));
  }
  for (const PublishedArea& published : chip.details.published_areas) {
    page.field(
        "published",
        fmt::format("{} mm2  ({}); leaves out: {}", figure_text(published.area_mm2.value),
                    row.sources.text(published.area_mm2.confidence, published.area_mm2.source),
                    published.leaves_out));
  }
}

void add_figures(RowPage& row) {
  const Chip& chip = row.chip;
  Page& page = row.page;
  const ChipDetails& details = chip.details;
  Figures figures("figures of the whole board", row.sources);
  figures.add(chip.unit_kind.empty() ? "units" : "units, " + chip.unit_kind, chip.units, 1, "");
  figures.add("boost clock", chip.boost_clock_hz, 1e-6, "MHz");
  figures.add("matrix clock", chip.matrix_clock_hz, 1e-6, "MHz");
  figures.add("power", chip.board_power_w, 1, "W");
  figures.add("transistors", details.transistors, 1e-9, "billion");
  figures.add(details.memory_type.empty() ? "memory" : "memory, " + details.memory_type,
              chip.memory_bytes, 1e-9, "GB");
  figures.add("memory bus", details.memory_bus_bits, 1, "bits");
  figures.add("memory bandwidth", chip.memory_bandwidth, 1e-9, "GB/s");
  figures.add("interconnect", details.interconnect, 1e-9, "GB/s");
  figures.put(page);
}

void add_rates(RowPage& row) {
  const Chip& chip = row.chip;
  Page& page = row.page;
  Figures declared("dense rates that decide", row.sources);
  declared.add(chip.declared, 1e-12, "T");
  declared.put(page);
  Figures claims("other claims", row.sources);
  for (const auto& [precision, others] : chip.details.claims) {
    for (const Figure& other : others) claims.add(std::string(name(precision)), other, 1e-12, "T");
  }
  claims.put(page);
  Figures vector("dense rates of the vector units", row.sources);
  vector.add(chip.declared_vector, 1e-12, "T");
  vector.put(page);
  Figures grid("operations per clock and unit", row.sources);
  grid.add(chip.per_clock_per_unit, 1, "");
  grid.put(page);
  Figures vector_grid("the same of the vector units", row.sources);
  vector_grid.add(chip.details.vector_per_clock_per_unit, 1, "");
  vector_grid.put(page);
}

void add_notes(Page& page, const Chip& chip) {
  page.blank();
  if (!chip.details.density_note.empty()) page.field("sparse", chip.details.density_note);
  for (const auto& [check, table] : chip.details.accepted) {
    for (const auto& [precision, words] : table) {
      page.field("disagrees", fmt::format("{} in {}: {}", check, name(precision), words));
    }
  }
  if (!chip.note.empty()) page.field("note", chip.note);
  page.field("row", chip.origin);
}

}  // namespace

std::string render_catalog_row(const CatalogListing& listing, const TableOptions& options) {
  const CatalogLine& line = listing.lines.front();
  const Chip& chip = *line.chip;
  RowPage row{{std::max(options.width, kNarrowestPage), options.colour}, chip, {}};
  for (const std::string& words : listing.overrides) row.page.line(0, {{words, Style::alarm}});
  row.page.line(0, {{chip.id.value, Style::bold}, fmt::format("  {} {}", chip.vendor, chip.name)});
  for (const std::string& words : listing.warnings) {
    row.page.field("warning", {words, Style::warning});
  }
  add_identity(row);
  add_class(row.page, listing, line);
  add_dies(row);
  add_figures(row);
  add_rates(row);
  add_notes(row.page, chip);
  row.sources.put(row.page);
  row.page.blank();
  row.page.paragraph(0, 0, {kClassIsArithmetic, Style::dim});
  return row.page.take();
}

}  // namespace tpp
