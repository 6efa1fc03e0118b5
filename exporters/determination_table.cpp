#include "exporters/determination_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "agent/model/names.h"
#include "exporters/determination_json.h"
#include "exporters/determination_sections.h"
#include "exporters/number_text.h"
#include "exporters/report_lookup.h"
#include "exporters/table_sections.h"

namespace tpp {
namespace {

struct QuantityWord {
  RuleQuantity quantity;
  const char* label;  // short, for a field
  const char* word;
  const char* unit;
};
constexpr QuantityWord kQuantities[] = {
    {RuleQuantity::tpp, "TPP", "TPP", ""},
    {RuleQuantity::pd, "density", "performance density", "/mm2"},
    {RuleQuantity::datacenter, "datacenters", "for datacenters", ""},
    {RuleQuantity::tops, "rate", "rate", "TOPS"},
    {RuleQuantity::dram_bandwidth, "DRAM", "DRAM bandwidth", "GB/s"},
    {RuleQuantity::interconnect, "interconnect", "interconnect", "GB/s"},
    {RuleQuantity::hbm, "HBM", "HBM", ""},
    {RuleQuantity::memory_density, "density", "memory bandwidth density", "GB/s/mm2"},
    {RuleQuantity::transistors, "transistors", "transistors", "billion"},
};

const QuantityWord& word_of(RuleQuantity quantity) {
  return *std::ranges::find(kQuantities, quantity, &QuantityWord::quantity);
}

std::string value_text(RuleQuantity quantity, const std::optional<double>& value,
                       std::optional<double> beside = std::nullopt) {
  if (!value) return kUnknown;
  if (is_yes_or_no(quantity)) return *value != 0 ? "yes" : "no";
  return beside ? figure_text_beside(*value, *beside) : figure_text(*value);
}

}  // namespace

const char* scope_text(Scope scope) {
  return scope == Scope::text ? "by the text" : "by what is enforced";
}

Style style_of(DeterminationKind kind) {
  switch (kind) {
    case DeterminationKind::license_required:
      return Style::alarm;
    case DeterminationKind::not_controlled:
      return Style::bold;
    default:
      return Style::warning;
  }
}

namespace {

const char* truth_word(Truth truth) {
  return truth == Truth::met ? "met" : truth == Truth::not_met ? "not met" : "not decided";
}

Style truth_style(Truth truth) {
  return truth == Truth::met       ? Style::bold
         : truth == Truth::not_met ? Style::plain
                                   : Style::warning;
}

const char* operator_text(Operator op) {
  constexpr const char* kSymbols[] = {"<", "<=", ">", ">=", "="};
  return kSymbols[static_cast<int>(op)];
}

std::string margin_words(const Comparison& row) {
  if (!row.margin) return kUnknown;
  const double share = row.threshold > 0 ? std::fabs(*row.margin) / row.threshold : 0;
  // Never rounded to nothing: which side it is on is the point.
  const double size = std::fabs(*row.margin);
  const std::string text = size >= 0.001 ? figure_text(size) : fmt::format("{:.3g}", size);
  return fmt::format("{}{} ({})", *row.margin < 0 ? "-" : "+", text, percent_text(share));
}

std::string threshold_text(const Comparison& row) {
  if (is_yes_or_no(row.quantity)) return row.threshold != 0 ? "yes" : "no";
  return fmt::format("{}", row.threshold);
}

// With as many digits as keep it on its side of every threshold that it was compared with.
std::string compared_text(const GivenFigure& figure, const std::vector<Comparison>& comparisons) {
  std::string text = value_text(figure.quantity, figure.value);
  for (const Comparison& row : comparisons) {
    if (row.quantity != figure.quantity || row.value != figure.value || !figure.value) continue;
    const std::string beside = value_text(figure.quantity, figure.value, row.threshold);
    if (beside.size() > text.size()) text = beside;
  }
  return text;
}

// In words, which a narrow column can be wrapped between.
std::string basis_words(Basis basis) {
  switch (basis) {
    case Basis::achieved:
      return "achieved";
    case Basis::inferred_advertised_clock:
      return "inferred, advertised clock";
    case Basis::inferred_max_clock:
      return "inferred, maximum clock";
    case Basis::declared:
      return "declared";
  }
  return "";
}

// Of several figures on one basis, whose each is.
std::string basis_cell(const Comparison& row, const std::vector<Comparison>& rows) {
  if (!row.basis) return row.value ? "" : "unknown";
  const bool named = is_one_of_several(row, rows) && !row.note.empty();
  return basis_words(*row.basis) + (named ? ", " + row.note : "");
}

void add_comparisons(Page& page, const std::vector<Comparison>& rows) {
  if (rows.empty()) return;
  Grid grid;
  for (const char* title : {"paragraph", "quantity"}) grid.column(Align::left, {title});
  grid.column(Align::right, {"value"});
  for (const char* title : {"", "threshold", "", "margin", "basis"}) {
    grid.column(Align::left, {title});
  }
  std::string last;
  for (const Comparison& row : rows) {
    grid.row({row.paragraph == last ? "" : row.paragraph,
              word_of(row.quantity).word,
              value_text(row.quantity, row.value, row.threshold),
              operator_text(row.op),
              threshold_text(row),
              {truth_word(row.truth), truth_style(row.truth)},
              margin_words(row),
              basis_cell(row, rows)});
    last = row.paragraph;
  }
  page.blank();
  page.line(0, {{"COMPARISONS", Style::bold}});
  page.grid(2, grid);
}

void add_answer(Page& page, const std::string& label, const LicenceAnswer& answer, Style style) {
  page.field(label, {words_of(answer), style});
}

void add_licence(Page& page, const Licence& licence) {
  const Transaction& transaction = licence.transaction;
  page.blank();
  std::string where = transaction.destination;
  if (transaction.exported_from) where += ", from " + *transaction.exported_from;
  where += transaction.headquarters.empty()
               ? ", headquarters of the party not given"
               : fmt::format(", headquarters {}", fmt::join(transaction.headquarters, ", "));
  if (transaction.headquarters_open && !transaction.headquarters.empty()) {
    where += " and others that are not known";
  }
  page.line(0, {{"LICENCE", Style::bold}, "  to " + where});
  const bool none = licence.decides.requirement == Truth::not_met;
  add_answer(page, std::string(enum_name(licence.decides.scope)), licence.decides,
             none ? Style::bold : Style::alarm);
  add_answer(page, std::string(enum_name(licence.beside.scope)), licence.beside, Style::plain);
  for (const LicenceBranch& branch : licence.branches) {
    page.field("if", fmt::format("{}: {}", branch.condition, words_of(branch.answer)));
  }
  if (!licence.decides.citations.empty()) {
    page.field("cited", fmt::format("{}", fmt::join(licence.decides.citations, "; ")));
  }
  for (const std::string& note : licence.decides.notes) page.field("note", note);
  for (const std::string& notice : licence.notices) page.field("note", {notice, Style::warning});
}

void add_other_controls(Page& page, const std::vector<OtherControlResult>& controls) {
  if (controls.empty()) return;
  page.blank();
  page.line(0, {{"OTHER CONTROLS", Style::bold}});
  for (const OtherControlResult& control : controls) {
    const Style style = control.status == "applies" ? Style::warning : Style::plain;
    page.line(2, {{control.name, style},
                  fmt::format("  {}{}{}", control.status,
                              control.enforced ? "" : ", in the text and not enforced",
                              control.text_verified ? "" : ", not read in the law's own words")});
    page.paragraph(4, 0, fmt::format("{} ({})", control.text, control.citation));
  }
}

void add_figures(Page& page, const Determination& result) {
  for (const GivenFigure& figure : result.figures) {
    page.field(word_of(figure.quantity).label,
               fmt::format("{} {} {}", compared_text(figure, result.comparisons),
                           word_of(figure.quantity).unit, figure.origin));
  }
}

}  // namespace

void add_determination(Page& page, const Determination& result) {
  page.line(0, {{result.subject, Style::bold},
                fmt::format("  as of {}, {}", result.as_of, scope_text(result.scope))});
  page.field("determination",
             {std::string(determination_word(result)),
              result.information_only ? Style::plain : style_of(result.determination)});
  page.field("class", result.rendered);
  add_figures(page, result);
  for (const std::string& reading : result.sensitive_to) {
    page.field("other reading", {reading, Style::warning});
  }
  for (const std::string& note : result.notes) page.field("note", note);
  for (const Finding& finding : result.findings) {
    page.field("finding", {fmt::format("{}: {}", finding.code, finding.message), Style::warning});
  }
  add_comparisons(page, result.comparisons);
  if (result.licence) add_licence(page, *result.licence);
  add_other_controls(page, result.other_controls);
}

void add_editions(Page& page, const std::vector<EditionUse>& editions) {
  page.blank();
  page.line(0, {{"EDITIONS", Style::bold}});
  for (const EditionUse& edition : editions) {
    page.paragraph(2, 2,
                   fmt::format("{}: {}; known through {}", edition.id, edition.citation,
                               edition.known_through));
  }
  page.blank();
  page.paragraph(0, 0, {kNotLegalAdvice, Style::dim});
}

void add_banners(Page& page, const std::vector<std::string>& banners) {
  if (!banners.empty()) {
    page.line(0, {{fmt::format("{}", fmt::join(banners, " | ")), Style::alarm}});
  }
}

namespace {

std::string countries_text(const std::vector<std::string>& countries) {
  constexpr std::size_t kMost = 6;
  if (countries.empty()) return "";
  if (countries.size() <= kMost) return fmt::format("{}: ", fmt::join(countries, " "));
  return fmt::format("{} countries: ", countries.size());
}

}  // namespace

std::string determination_table(const std::vector<Determination>& determinations,
                                const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  if (determinations.empty()) return page.take();
  add_banners(page, determinations.front().banners);
  bool first = true;
  for (const Determination& determination : determinations) {
    if (!first) page.blank();
    first = false;
    add_determination(page, determination);
  }
  add_editions(page, determinations.front().editions);
  return page.take();
}

namespace {

// Citations of a page, each with its number.
class Footnotes {
 public:
  // " [1, 3]", with a star where something was not read in the law's own words.
  std::string mark(const LicenceAnswer& answer) {
    std::string numbers;
    for (const std::string& citation : answer.citations) {
      const auto known = std::ranges::find(citations_, citation);
      const auto number = known - citations_.begin() + 1;
      if (known == citations_.end()) citations_.push_back(citation);
      numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", number);
    }
    const char* star = answer.text_verified ? "" : "*";
    return numbers.empty() ? star : fmt::format(" [{}]{}", numbers, star);
  }

  void put(Page& page) const {
    if (citations_.empty()) return;
    page.blank();
    page.line(0, {{"CITED", Style::bold}, "  * not all of it was read in the law's own words"});
    for (std::size_t i = 0; i < citations_.size(); ++i) {
      page.paragraph(2, 4, fmt::format("[{}] {}", i + 1, citations_[i]));
    }
  }

 private:
  std::vector<std::string> citations_;
};

void add_cell(Page& page, const MatrixCell& cell, Footnotes& footnotes) {
  for (const MatrixAnswer& answer : cell.answers) {
    page.paragraph(4, 4,
                   fmt::format("{}: {}{}{}{}{}", cell.item_title, countries_text(answer.countries),
                               answer.condition, answer.condition.empty() ? "" : ": ",
                               words_of(answer.answer), footnotes.mark(answer.answer)));
  }
}

}  // namespace

std::string matrix_table(const LicenceMatrix& matrix, const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  add_banners(page, matrix.banners);
  page.line(0, {{"Licences by destination, party and item", Style::bold},
                fmt::format("  as of {}, {}", matrix.as_of, scope_text(matrix.scope))});
  Footnotes footnotes;
  std::string destination;
  std::string party;
  for (const MatrixCell& cell : matrix.cells) {
    if (cell.destination != destination) {
      page.blank();
      page.line(0, {{"to " + cell.destination, Style::bold}});
      party.clear();
    }
    if (cell.party != party) page.line(2, {cell.party});
    destination = cell.destination;
    party = cell.party;
    add_cell(page, cell, footnotes);
  }
  footnotes.put(page);
  for (const std::string& note : matrix.notes) {
    page.blank();
    page.paragraph(0, 2, {note, Style::warning});
  }
  add_editions(page, matrix.editions);
  return page.take();
}

}  // namespace tpp
