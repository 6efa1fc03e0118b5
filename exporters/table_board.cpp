// What a board is: headline, class, margin, and TPP, density and memory bandwidth by basis.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <vector>

#include "agent/model/names.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

constexpr const char* kInformationOnly = "FOR INFORMATION ONLY";

struct ClassWord {
  ClassificationKind kind;
  const char* word;  // before the rule's own rendering
  Style style;
};
// "below" has no word of its own: it must be rendered in the rule's words, never as "uncontrolled".
constexpr std::array kClassWords = {
    ClassWord{ClassificationKind::controlled, "CONTROLLED", Style::alarm},
    ClassWord{ClassificationKind::below, "", Style::bold},
    ClassWord{ClassificationKind::undetermined, "UNDETERMINED", Style::warning},
    ClassWord{ClassificationKind::information_only, kInformationOnly, Style::plain},
};

struct BasisColumn {
  Basis basis;
  const char* title;
  const char* absent;  // TPP or bandwidth that is not there
};
constexpr std::array kBasisColumns = {
    BasisColumn{Basis::achieved, "achieved", "not measured"},
    BasisColumn{Basis::inferred_advertised_clock, "inferred at", kUnknown},
    BasisColumn{Basis::inferred_max_clock, "inferred at", kUnknown},
    BasisColumn{Basis::declared, "declared", kUnknown},
};

std::string with_spaces(std::string_view name) {
  std::string text(name);
  std::replace(text.begin(), text.end(), '_', ' ');
  return text;
}

const char* quantity_word(RuleQuantity quantity) {
  return quantity == RuleQuantity::pd ? "PD" : "TPP";
}

std::string clock_title(const std::optional<double>& hz, const char* unknown) {
  return hz ? megahertz_text(hz) + " MHz" : unknown;
}

// What stands under the title of a basis.
std::string basis_subtitle(const BoardView& view, Basis basis) {
  switch (basis) {
    case Basis::achieved:
      return "lower bound";
    case Basis::inferred_advertised_clock:
      return clock_title(advertised_clock_hz(view), "advertised clock");
    case Basis::inferred_max_clock:
      return clock_title(max_clock_hz(view), "max clock");
    case Basis::declared:
      return "by the maker";
  }
  return {};
}

// One row of the grid by basis; `cell` gives nullopt where the board has no such figure. What a
// measurement would give (`measurable`) is said to be "not measured" there.
template <class Cell>
void add_basis_row(Grid& grid, const char* label, bool measurable, Cell cell) {
  std::vector<Span> cells = {label};
  for (const BasisColumn& column : kBasisColumns) {
    const std::optional<std::string> text = cell(column.basis);
    const char* absent = measurable ? column.absent : kUnknown;
    cells.emplace_back(text ? *text : absent, text ? Style::plain : Style::dim);
  }
  grid.row(std::move(cells));
}

template <class T>
const T* find_basis(const std::map<Basis, T>& values, Basis basis) {
  const auto found = values.find(basis);
  return found == values.end() ? nullptr : &found->second;
}

// Behind a figure that is not the whole board's. Nobody declares a slice.
const char* part_mark(const BoardView& view, Basis basis) {
  const bool slice = basis != Basis::declared && in_parts(added_devices(view));
  return slice ? " (slice only)" : " (part)";
}

std::string tpp_cell(const BoardView& view, Basis basis, const Tpp& tpp) {
  std::string text = compared_figure_text(view, RuleQuantity::tpp, basis, tpp.value);
  if (tpp.interval.low != tpp.interval.high) {
    text += " \u00b1" + deviation_text(tpp.interval, tpp.value);
  }
  if (!tpp.complete) text += part_mark(view, basis);
  return text;
}

// Of a board of several products the highest that one of its parts declares: it has at least that.
const Tpp* declared_part(const BoardView& view, Basis basis) {
  const Tpp* highest = nullptr;
  if (basis != Basis::declared || !view.performance->parts) return highest;
  for (const DeclaredProduct& part : *view.performance->parts) {
    const bool more = part.tpp && (highest == nullptr || part.tpp->value > highest->value);
    if (more) highest = &*part.tpp;
  }
  return highest;
}

std::string part_cell(const BoardView& view, const Tpp& tpp) {
  return compared_figure_text(view, RuleQuantity::tpp, Basis::declared, tpp.value) + " (one part)";
}

std::string precision_cell(Basis basis, const Tpp& tpp) {
  std::vector<std::string_view> names;
  for (const Precision precision : tpp.precisions.value_or(std::vector{tpp.precision})) {
    names.push_back(name(precision));
  }
  std::string text = fmt::format("{}", fmt::join(names, ", "));
  if (basis == Basis::declared) text += fmt::format(" ({})", enum_name(tpp.confidence));
  return text;
}

constexpr const char* kBothSums = "  sums, both ways";

// Rows that only some boards have: where the readings of a rule lead to different sums. Of several
// devices both sums are shown, equal or not.
void add_reading_rows(Grid& grid, const std::map<Basis, Tpp>& by_basis, bool several) {
  const auto any = [&](auto differs) {
    return std::any_of(by_basis.begin(), by_basis.end(),
                       [&](const auto& entry) { return differs(entry.second); });
  };
  const auto row = [&](const char* label, auto figure) {
    add_basis_row(grid, label, false, [&](Basis basis) -> std::optional<std::string> {
      const Tpp* tpp = find_basis(by_basis, basis);
      return tpp == nullptr ? std::nullopt : figure(*tpp);
    });
  };
  if (any([](const Tpp& tpp) { return tpp.tf32_at_19 && *tpp.tf32_at_19 != tpp.value; })) {
    row("  tf32 as 19 bits", [](const Tpp& tpp) -> std::optional<std::string> {
      return tpp.tf32_at_19 ? std::optional(figure_text(*tpp.tf32_at_19)) : std::nullopt;
    });
  }
  const bool differ = any([](const Tpp& tpp) { return tpp.best_then_sum != tpp.sum_then_best; });
  if (differ || (several && !by_basis.empty())) {
    row(kBothSums, [](const Tpp& tpp) {
      return std::optional(
          fmt::format("{} | {}", figure_text(tpp.best_then_sum), figure_text(tpp.sum_then_best)));
    });
  }
}

// Makers print the figures of one device where several share a board. Of parts, of unlike devices
// and of boards that are not whole there is none.
void add_device_row(Grid& grid, const BoardView& view, const std::map<Basis, Tpp>& by_basis) {
  if (view.performance->parts) return;
  const std::vector<const Device*> devices = added_devices(view);
  if (devices.size() < 2 || in_parts(devices)) return;
  const auto count = static_cast<double>(devices.size());
  add_basis_row(grid, "  per device", false, [&](Basis basis) -> std::optional<std::string> {
    const Tpp* tpp = find_basis(by_basis, basis);
    if (tpp == nullptr || !tpp->complete) return std::nullopt;
    const bool declared = basis == Basis::declared;
    const double of = declared ? view.board->expected_devices.value_or(0) : count;
    return figure_text(tpp->value / (of > 0 ? of : count));
  });
}

void add_bases(Page& page, const BoardView& view) {
  if (view.performance == nullptr) return;
  const BoardPerformance& performance = *view.performance;
  Grid grid;
  grid.column(Align::left, {"", ""});
  for (const BasisColumn& column : kBasisColumns) {
    grid.column(Align::left, {column.title, basis_subtitle(view, column.basis)});
  }
  using Cell = std::optional<std::string>;
  add_basis_row(grid, "TPP", true, [&](Basis basis) -> Cell {
    const Tpp* tpp = find_basis(performance.tpp, basis);
    if (tpp != nullptr) return tpp_cell(view, basis, *tpp);
    const Tpp* part = declared_part(view, basis);
    return part == nullptr ? std::nullopt : Cell(part_cell(view, *part));
  });
  add_basis_row(grid, "  precision", false, [&](Basis basis) -> Cell {
    const Tpp* tpp = find_basis(performance.tpp, basis);
    if (tpp == nullptr) tpp = declared_part(view, basis);
    return tpp == nullptr ? std::nullopt : Cell(precision_cell(basis, *tpp));
  });
  // Of parts none are added.
  const bool several = added_devices(view).size() > 1 && !in_parts(added_devices(view));
  add_reading_rows(grid, performance.tpp, several);
  add_device_row(grid, view, performance.tpp);
  add_basis_row(grid, "PD, TPP/mm2", false, [&](Basis basis) -> Cell {
    const double* density = find_basis(performance.density, basis);
    if (density == nullptr) return std::nullopt;
    const Tpp* tpp = find_basis(performance.tpp, basis);
    // A part's rate over the whole board's area is no density of either.
    const bool part = tpp != nullptr && !tpp->complete;
    return compared_figure_text(view, RuleQuantity::pd, basis, *density) +
           (part ? part_mark(view, basis) : "");
  });
  add_basis_row(grid, "Memory", true, [&](Basis basis) -> Cell {
    const double* bandwidth = find_basis(performance.memory_bandwidth, basis);
    if (bandwidth == nullptr) return std::nullopt;
    const bool part = basis != Basis::declared && in_parts(added_devices(view));
    return bandwidth_text(*bandwidth) + (part ? part_mark(view, basis) : "");
  });
  page.blank();
  page.grid(2, grid);
}

std::string die_area_text(const BoardView& view) {
  if (view.performance != nullptr && view.performance->die_area_mm2) {
    const Figure& area = *view.performance->die_area_mm2;
    return fmt::format("{}{} mm2 ({}: {})", area.bound ? "at most " : "", area.value,
                       enum_name(area.confidence), area.source);
  }
  if (view.chip != nullptr && view.chip->nonplanar == false) {
    return "none applicable (planar process), so PD has no value";
  }
  return "not known, so PD has no value";
}

std::string catalogue_text(const BoardView& view) {
  if (view.performance == nullptr) return "not looked up";
  const std::string& reason = view.performance->match_reason;
  if (!view.performance->chip) return reason.empty() ? "no entry" : "no entry: " + reason;
  const std::string& id = view.performance->chip->value;
  return reason.empty() ? id : id + ": " + reason;
}

// By which evidence these devices, and no others, are the board. A socket is one by definition.
void add_grouping(Page& page, const BoardView& view) {
  const Board& board = *view.board;
  const bool socket = view.devices.size() == 1 && view.devices[0]->kind == DeviceKind::cpu;
  if (!socket || board.grouped_by == Source::entered || board.uncertain) {
    page.field("Board", board_learnt(view.devices, board));
  }
  if (board.uncertain) page.field("  uncertain", {*board.uncertain, Style::warning});
}

std::string joined(const std::vector<std::string>& words, const char* separator) {
  return fmt::format("{}", fmt::join(words, separator));
}

std::string decided_text(const Verdict& verdict) {
  if (verdict.kind == ClassificationKind::information_only) return "nothing: for information";
  if (!verdict.decided_by) return "nothing: no basis decides";
  const std::string figures = with_spaces(enum_name(*verdict.decided_by)) + " figures";
  if (verdict.paragraphs.empty()) return figures;
  return fmt::format("{}, under {}", figures, joined(verdict.paragraphs, ", "));
}

void add_verdict(Page& page, const Verdict& verdict) {
  Span headline = class_text(verdict);
  // What rests on a data sheet alone must not read like what was verified.
  const std::string how = fmt::format(" ({})", assurance_text(verdict.assurance));
  const bool told = verdict.rendered.ends_with(how);  // an inventory's verdict says it itself
  if (verdict.kind == ClassificationKind::below && verdict.assurance != Assurance::corroborated &&
      !told) {
    headline.text += how;
  }
  page.field("Class", headline);
  page.field("  under", verdict.rule.value);
  std::string assurance = assurance_text(verdict.assurance);
  if (!verdict.assurance_reasons.empty()) {
    assurance += ": " + joined(verdict.assurance_reasons, "; ");
  }
  page.field(
      "  assurance",
      {assurance, verdict.assurance == Assurance::contradicted ? Style::alarm : Style::plain});
  page.field("  decided by", decided_text(verdict));
  if (const Comparison* nearest = nearest_threshold(verdict)) {
    const bool named = is_one_of_several(*nearest, verdict.comparisons) && !nearest->note.empty();
    page.field("  margin",
               margin_text(*nearest) + (named ? "; the figure is " + nearest->note : ""));
  }
  for (const std::string& reading : verdict.sensitive_to) {
    page.field("  other reading", {reading, Style::warning});
  }
  for (const std::string& note : verdict.notes) page.field("  note", note);
}

// In a list; what the information is of stands with the board.
Span short_class_text(const Verdict& verdict) {
  const bool information = verdict.kind == ClassificationKind::information_only;
  return information ? Span(kInformationOnly) : class_text(verdict);
}

void add_baseboards(Page& page, const Report& report) {
  if (!report.baseboards) return;
  for (const BaseboardSum& sum : *report.baseboards) {
    std::vector<std::string> known;
    for (const Basis basis : {Basis::achieved, Basis::declared}) {
      const double* tpp = find_basis(sum.tpp, basis);
      if (tpp != nullptr)
        known.push_back(fmt::format("{} {}", enum_name(basis), figure_text(*tpp)));
    }
    page.blank();
    page.paragraph(
        0, 4,
        fmt::format(
            "{} boards from {} on plug into one baseboard, {}: for information, since each is a "
            "board of its own (--board-level baseboard counts them as one)",
            sum.boards.size(), sum.baseboard,
            known.empty() ? "of which no TPP is known"
                          : "which adds up to TPP " + joined(known, ", ")));
  }
}

}  // namespace

std::string product_name(const BoardView& view) {
  if (view.chip != nullptr) return view.chip->vendor + " " + view.chip->name;
  if (view.performance != nullptr && view.performance->parts) return "devices of several products";
  if (!view.board->name.empty()) return view.board->name;
  for (const Device* device : view.devices) {
    if (!device->name.empty()) return device->name;
    if (device->pci_id) return "unnamed, PCI id " + *device->pci_id;
  }
  return "unknown product";
}

std::string assurance_text(Assurance assurance) { return with_spaces(enum_name(assurance)); }

std::string_view confidence_mark(Confidence confidence) {
  return confidence == Confidence::source ? "" : confidence == Confidence::derived ? " d" : " r";
}

Span class_text(const Verdict& verdict) {
  const auto row = std::find_if(kClassWords.begin(), kClassWords.end(),
                                [&](const ClassWord& word) { return word.kind == verdict.kind; });
  std::string text = row->word;
  const auto add = [&](std::string_view words) {
    // "undetermined, presumed controlled": the word itself need not be said twice.
    const bool again = words.starts_with(enum_name(verdict.kind));
    if (again) words.remove_prefix(enum_name(verdict.kind).size());
    if (!words.empty()) text += (text.empty() || again ? "" : "  ") + std::string(words);
  };
  // "3A090.a (3A090.a.1)" names the class already.
  const bool names_it = verdict.rendered.starts_with(verdict.classification);
  if (verdict.kind == ClassificationKind::controlled) {
    if (!names_it) add(verdict.classification);
    add(verdict.rendered);
  } else if (verdict.rendered != verdict.classification) {
    add(verdict.rendered);
  }
  return {text, row->style};
}

std::string margin_text(const Comparison& comparison) {
  const double margin = *comparison.margin;
  const double threshold = comparison.threshold;
  std::string text = quantity_word(comparison.quantity);
  if (comparison.value) text += " " + figure_text_beside(*comparison.value, threshold);
  if (comparison.basis) text += fmt::format(" ({})", with_spaces(enum_name(*comparison.basis)));
  const std::string limit = fmt::format("the {} of {}", threshold, comparison.paragraph);
  if (margin == 0) {
    text += " is exactly " + limit;
  } else {
    text += fmt::format(" is {} {} {}: {}", figure_text(std::fabs(margin)),
                        margin < 0 ? "under" : "over", limit,
                        percent_text(std::fabs(margin) / threshold));
  }
  if (comparison.within_uncertainty) text += ", inside the uncertainty of the measurement";
  return text;
}

std::string compared_figure_text(const BoardView& view, RuleQuantity quantity, Basis basis,
                                 double value) {
  std::string text = figure_text(value);
  for (const Verdict* verdict : view.verdicts) {
    for (const Comparison& comparison : verdict->comparisons) {
      if (comparison.quantity != quantity || comparison.basis != basis) continue;
      const std::string beside = figure_text_beside(value, comparison.threshold);
      if (beside.size() > text.size()) text = beside;
    }
  }
  return text;
}

void add_boards_summary(Page& page, const Report& report, const std::vector<BoardView>& views) {
  Grid grid;
  for (const char* title : {"board", "product", "assurance", "TPP achieved", "declared"}) {
    grid.column(std::string_view(title).starts_with("TPP") || std::string_view(title) == "declared"
                    ? Align::right
                    : Align::left,
                {title});
  }
  grid.column(Align::left, {"class"});
  for (const BoardView& view : views) {
    const auto tpp = [&](Basis basis, const char* absent) {
      if (view.performance == nullptr) return std::string(absent);
      const Tpp* found = find_basis(view.performance->tpp, basis);
      if (found != nullptr) {
        return compared_figure_text(view, RuleQuantity::tpp, basis, found->value);
      }
      const Tpp* part = declared_part(view, basis);
      return part == nullptr ? std::string(absent) : part_cell(view, *part);
    };
    const Verdict* verdict = view.verdicts.empty() ? nullptr : view.verdicts.front();
    grid.row({{view.board->id.value, Style::bold},
              product_name(view),
              verdict == nullptr ? kUnknown : assurance_text(verdict->assurance),
              tpp(Basis::achieved, "not measured"),
              tpp(Basis::declared, kUnknown),
              verdict == nullptr ? Span("not classified") : short_class_text(*verdict)});
  }
  page.blank();
  page.grid(0, grid);
  add_baseboards(page, report);
}

void add_board(Page& page, const BoardView& view) {
  page.blank();
  std::vector<Span> title = {
      {"BOARD " + view.board->id.value + "  " + product_name(view), Style::bold}};
  const std::size_t count = added_devices(view).size();
  if (count != 1) title.emplace_back("  " + devices_text(added_devices(view)));
  if (count != view.devices.size()) title.emplace_back("  and a processor beside them");
  if (view.board->expected_devices && *view.board->expected_devices != static_cast<int>(count)) {
    title.emplace_back(fmt::format("  of {} expected", *view.board->expected_devices),
                       Style::alarm);
  }
  page.line(0, title);
  page.blank();
  if (view.verdicts.empty()) page.field("Class", {"not classified", Style::warning});
  for (const Verdict* verdict : view.verdicts) add_verdict(page, *verdict);
  add_grouping(page, view);
  page.field("Catalogue", catalogue_text(view));
  page.field("Die area", die_area_text(view));
  add_bases(page, view);
}

}  // namespace tpp
