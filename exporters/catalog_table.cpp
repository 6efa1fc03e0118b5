#include "exporters/catalog_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/support/add_once.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

Page page_for(const TableOptions& options) {
  return {std::max(options.width, kNarrowestPage), options.colour};
}

void add_overrides(Page& page, const Overrides& overrides) {
  for (const std::string& words : overrides) page.line(0, {{words, Style::alarm}});
}

std::string or_unknown(const std::string& text) { return text.empty() ? kUnknown : text; }

std::string figure_or_unknown(const std::optional<double>& value) {
  return value ? figure_text(*value) : kUnknown;
}

std::string precision_text(const CatalogLine& line) {
  return line.precision ? std::string(name(*line.precision)) : kUnknown;
}

std::string density_text(const CatalogLine& line) {
  return (line.density_at_least ? ">= " : "") + figure_or_unknown(line.density);
}

bool has_class_note(const CatalogLine& line) { return !line.class_note.empty(); }

Span class_span(const CatalogLine& line) {
  if (line.classification.empty()) return kUnknown;
  const bool controlled =
      line.classification.find("3A") == 0 || line.classification.find("4A") == 0;
  return {line.classification + (has_class_note(line) ? " *" : ""),
          controlled ? Style::alarm : Style::plain};
}

std::string heading(const CatalogListing& listing) {
  return fmt::format("{} chip{}, known through {}; classes as of {} by {}", listing.lines.size(),
                     listing.lines.size() == 1 ? "" : "s", listing.known_through, listing.as_of,
                     listing.rules.empty() ? "no edition in force then"
                                           : fmt::format("{}", fmt::join(listing.rules, "; ")));
}

void add_list(Page& page, const std::string& title, const std::vector<std::string>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) page.field(i == 0 ? title : "", values[i]);
}

}  // namespace

std::string render_catalog_list(const CatalogListing& listing, const TableOptions& options) {
  Page page = page_for(options);
  add_overrides(page, listing.overrides);
  page.paragraph(0, 2, heading(listing));
  for (const std::string& words : listing.warnings) {
    page.paragraph(0, 2, {"warning: " + words, Style::warning});
  }
  page.blank();
  Grid grid;
  grid.column(Align::left, {"chip"});
  grid.column(Align::left, {"released"});
  grid.column(Align::right, {"TPP"});
  grid.column(Align::left, {"in"});
  grid.column(Align::left, {"known as"});
  grid.column(Align::right, {"PD"});
  grid.column(Align::left, {"class"});
  for (const CatalogLine& line : listing.lines) {
    const Chip& chip = *line.chip;
    grid.row({{chip.id.value, Style::bold},
              or_unknown(chip.details.release_date),
              figure_or_unknown(line.tpp),
              precision_text(line),
              line.confidence ? std::string(enum_name(*line.confidence)) : kUnknown,
              density_text(line),
              class_span(line)});
  }
  page.grid(0, grid);
  page.blank();
  page.paragraph(
      0, 2,
      {fmt::format("known as: source, the maker's claim; derived, computed, no claim; "
                   "recall, from memory, which makes no chip below a threshold. PD after "
                   ">=: at least that, the area is an upper bound. {}",
                   kClassIsArithmetic),
       Style::dim});
  std::vector<std::string> notes;
  for (const CatalogLine& line : listing.lines) add_once(line.class_note, notes);
  for (const std::string& note : notes) page.paragraph(0, 2, {"*: " + note, Style::dim});
  return page.take();
}

std::string render_catalog_match(const CatalogMatch& match, const TableOptions& options) {
  Page page = page_for(options);
  add_overrides(page, match.overrides);
  if (match.chip) {
    page.line(0, {{match.chip->id.value, Style::bold},
                  fmt::format("  {} {}", match.chip->vendor, match.chip->name)});
  } else {
    page.line(0,
              {{match.candidates.empty() ? "No row fits." : "Several rows fit.", Style::warning}});
  }
  page.field("why", match.reason);
  add_list(page, "clues", match.steps);
  for (const Chip* candidate : match.candidates) {
    page.field("candidate",
               fmt::format("{}  {} {}", candidate->id.value, candidate->vendor, candidate->name));
  }
  add_list(page, "agrees", match.agrees);
  add_list(page, "missing", match.missing);
  add_list(page, "differs", match.differs);
  return page.take();
}

std::string render_catalog_check(const CatalogCheck& check, const TableOptions& options) {
  Page page = page_for(options);
  for (const CatalogFault& fault : check.faults) {
    page.paragraph(0, 4,
                   {fmt::format("{}: {}{}{}", fault.place, fault.chip,
                                fault.chip.empty() ? "" : ": ", fault.message),
                    Style::warning});
  }
  for (const CatalogFault& words : check.accepted) {
    page.paragraph(
        0, 4,
        {fmt::format("{}: {}: accepted: {}", words.place, words.chip, words.message), Style::dim});
  }
  page.line(0, {fmt::format("{} chips in {} file{}: {} fault{}, {} accepted disagreement{}",
                            check.chips, check.files, check.files == 1 ? "" : "s",
                            check.faults.size(), check.faults.size() == 1 ? "" : "s",
                            check.accepted.size(), check.accepted.size() == 1 ? "" : "s")});
  return page.take();
}

}  // namespace tpp
