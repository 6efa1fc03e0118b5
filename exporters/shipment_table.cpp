#include "exporters/shipment_table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "exporters/determination_sections.h"
#include "exporters/number_text.h"
#include "exporters/table_sections.h"
#include "exporters/text_page.h"

namespace tpp {
namespace {

std::string figure_or_unknown(const std::optional<double>& value) {
  return value ? figure_text(*value) : kUnknown;
}

// Money and sums: all digits before the point, at most two behind it.
std::string amount_text(double value) {
  std::string text = fmt::format("{:.2f}", value);
  if (text.ends_with(".00")) text.resize(text.size() - 3);
  return text;
}

std::string sum_text(const Sum& sum, const std::string& unit) {
  const std::string text = amount_text(sum.value) + (unit.empty() ? "" : " " + unit);
  return sum.missing.empty()
             ? text
             : fmt::format("at least {}; open: {}", text, fmt::join(sum.missing, ", "));
}

std::string joined(const std::vector<std::string>& words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

const char* truth_word(Truth truth) {
  return truth == Truth::met ? "yes" : truth == Truth::not_met ? "no" : "not decided";
}

Style truth_style(Truth truth) {
  return truth == Truth::met       ? Style::plain
         : truth == Truth::not_met ? Style::alarm
                                   : Style::warning;
}

std::string cited(const TextAndCitation& text) {
  return fmt::format("{} ({}{})", text.text, text.citation,
                     text.text_verified ? "" : "; not read in the law's own words");
}

std::string party_text(const Party& party) {
  return fmt::format("{}{} in {}, headquarters {}, ultimate parent {}", enum_name(party.role),
                     party.name.empty() ? "" : " " + party.name, party.country,
                     party.headquarters.value_or("not known"),
                     party.ultimate_parent.value_or("not known"));
}

std::string licence_text(const ShipmentLicence& licence) {
  if (licence.requirement == Truth::not_met) return "no licence required by these rules";
  std::vector<std::string> parts;
  if (!licence.required_by.empty()) {
    parts.push_back(fmt::format("licence required for {}", joined(licence.required_by)));
  }
  if (!licence.open_by.empty()) {
    parts.push_back(
        fmt::format("not decided whether one is required for {}", joined(licence.open_by)));
  }
  if (!licence.exceptions.empty()) {
    parts.push_back(fmt::format("exception {}{}", joined(licence.exceptions),
                                licence.without_exception ? ", not for all of it" : ""));
  }
  for (const ExceptionNotOpen& one : licence.not_open) {
    parts.push_back(
        fmt::format("{}: not open as filed: {}", one.exception, fmt::join(one.why, "; ")));
  }
  if (!licence.policies.empty()) {
    parts.push_back(fmt::format("review: {}", joined(licence.policies)));
  }
  return fmt::format("{}", fmt::join(parts, "; "));
}

void add_whole(Page& page, const ShipmentAnswer& answer) {
  page.line(0, {{answer.name, Style::bold},
                fmt::format("  as of {}, {}", answer.as_of, scope_text(answer.scope))});
  page.field("transaction", fmt::format("{} from {} to {}", enum_name(answer.transaction),
                                        answer.exported_from, answer.destination));
  for (const Party& party : answer.parties) page.field("party", party_text(party));
  page.field("end use",
             answer.end_use.empty() ? "not given" : answer.end_use + " (as given, not judged)");
  page.field("determination",
             {std::string(enum_name(answer.determination)) + " (the strictest item's)",
              style_of(answer.determination)});
  for (const ShipmentLicence* licence : {&answer.decides, &answer.beside}) {
    const bool decides = licence == &answer.decides;
    const bool alarm = decides && licence->requirement != Truth::not_met;
    page.field(decides ? "licence" : "beside",
               {fmt::format("{}: {}", scope_text(licence->scope), licence_text(*licence)),
                alarm ? Style::alarm : Style::plain});
  }
  page.field("total TPP", sum_text(answer.tpp, "") + " (arithmetic; no rule has a limit for it)");
  page.field("total value", sum_text(answer.value, answer.currency));
  for (const std::string& note : answer.notes) page.field("note", {note, Style::warning});
}

void add_summary(Page& page, const ShipmentAnswer& answer) {
  Grid grid;
  grid.column(Align::left, {"item"});
  grid.column(Align::left, {"kind"});
  grid.column(Align::right, {"quantity"});
  grid.column(Align::right, {"TPP, all"});
  for (const char* title : {"determination", "class"}) grid.column(Align::left, {title});
  for (const ShipmentItem& item : answer.items) {
    const bool counted = item.tpp.value > 0 || item.tpp.missing.empty();
    const bool none =
        item.kind == ShipmentItemKind::hbm || item.kind == ShipmentItemKind::technology || !counted;
    grid.row(
        {item.name,
         std::string(enum_name(item.kind)),
         fmt::format("{}", item.quantity),
         none ? kUnknown : (item.tpp.missing.empty() ? "" : ">= ") + amount_text(item.tpp.value),
         {std::string(enum_name(item.determination)), style_of(item.determination)},
         item.rendered});
  }
  page.blank();
  page.line(0, {{"ITEMS", Style::bold}});
  page.grid(2, grid);
}

void add_worksheet(Page& page, const NoticeWorksheet& worksheet) {
  page.blank();
  page.line(0, {{"NOTICE WORKSHEET", Style::bold}});
  if (!worksheet.why.empty()) {
    for (const std::string& why : worksheet.why) page.field("none", why);
    return;
  }
  page.field("exception",
             fmt::format("{}{} ({}{})", worksheet.exception,
                         worksheet.notice_days
                             ? fmt::format(", notice {} days before", *worksheet.notice_days)
                             : "",
                         worksheet.citation,
                         worksheet.text_verified ? "" : "; not read in the law's own words"));
  page.field("contents", worksheet.contents);
  for (const WorksheetRow& row : worksheet.rows) {
    page.field("model", fmt::format("{}, quantity {}: TPP {}, density {}", row.model, row.quantity,
                                    figure_or_unknown(row.tpp),
                                    row.planar ? "without a value, planar dies"
                                               : figure_or_unknown(row.density)));
    page.field("evidence", row.evidence.empty()
                               ? Span("missing: give marketing_evidence", Style::warning)
                               : Span(fmt::format("{}", fmt::join(row.evidence, "; "))));
  }
  for (const WorksheetCheck& check : worksheet.checks) {
    page.field(truth_word(check.truth),
               {fmt::format("{}: {}", check.text, check.found), truth_style(check.truth)});
  }
}

void add_foundry(Page& page, const ShipmentItem& item) {
  page.blank();
  page.line(0, {{"FOUNDRY QUESTIONS", Style::bold}, "  " + item.name});
  for (const ShipmentPart& part : item.parts) {
    for (const OtherControlResult& control : part.determination.other_controls) {
      if (control.kind != OtherControlKind::inquiry &&
          control.kind != OtherControlKind::presumption) {
        continue;
      }
      page.field(control.status,
                 fmt::format("{}: {} ({})", control.name, control.text, control.citation));
    }
  }
  for (const FoundryAnswer& answer : item.foundry) {
    page.field(truth_word(answer.truth),
               fmt::format("{} [{}] {} ({}{})", answer.question, answer.detail, answer.text,
                           answer.citation,
                           answer.text_verified ? "" : "; not read in the law's own words"));
  }
}

// Margins of a share in points of a hundred, with digits that keep it on its side.
std::string share_text(const ProgrammeAnswer& answer) {
  if (!answer.share) {
    if (!answer.value.missing.empty()) {
      return fmt::format("not known: no unit_value of {}", joined(answer.value.missing));
    }
    return answer.us_content.missing.empty() ? "not known: no item has a value"
                                             : fmt::format("not known: no us_content_value of {}",
                                                           joined(answer.us_content.missing));
  }
  const double percent = 100 * *answer.share;
  if (!answer.presumed_share) return figure_text(percent) + " %";
  const double presumed = 100 * *answer.presumed_share;
  return fmt::format("{} % beside {} %: {}, by {} points", figure_text_beside(percent, presumed),
                     fmt::format("{:g}", presumed),
                     answer.presumption == Truth::met ? "reached" : "not reached",
                     figure_text_beside(percent - presumed, 0));
}

void add_programme(Page& page, const ProgrammeAnswer& answer) {
  page.blank();
  page.line(0, {{"PROGRAMME", Style::bold},
                fmt::format("  {}: information, decides nothing", answer.name)});
  page.field("US content", share_text(answer));
  page.field("", fmt::format("{}{} of {}",
                             answer.share ? "" : "given: ", amount_text(answer.us_content.value),
                             amount_text(answer.value.value)));
  if (answer.presumed_share) page.field("", cited(answer.presumption_text));
  if (!answer.concern_text.name.empty()) {
    page.field("of concern", fmt::format("{}: {}", fmt::join(answer.concern_countries, ", "),
                                         cited(answer.concern_text)));
  }
  for (const ConcernSupplier& supplier : answer.suppliers) {
    page.field("disclose",
               {fmt::format("{}: suppliers in {}", supplier.item, joined(supplier.countries)),
                Style::warning});
  }
  if (answer.suppliers.empty() && answer.suppliers_said) {
    page.field("disclose", "no supplier named is of such a country");
  }
  if (!answer.suppliers_not_said.empty()) {
    page.field("suppliers open", joined(answer.suppliers_not_said));
  }
  for (const std::string& party : answer.parties) page.field("party", {party, Style::warning});
  if (!answer.parties_open.empty()) page.field("parties open", joined(answer.parties_open));
  for (const TextAndCitation& statement : answer.statements) {
    page.field("note", fmt::format("{}: {}", statement.name, cited(statement)));
  }
}

void add_undecidable(Page& page, const ShipmentAnswer& answer) {
  page.blank();
  page.line(0, {{"NOT DECIDED HERE", Style::bold}});
  for (const TextAndCitation& text : answer.undecidable) {
    page.paragraph(2, 2, fmt::format("{}: {}", text.name, cited(text)));
  }
}

void add_item(Page& page, const ShipmentItem& item, std::size_t number) {
  page.blank();
  page.line(0, {{fmt::format("ITEM {}  {}", number, item.name), Style::bold},
                fmt::format("  {}, quantity {}", enum_name(item.kind), item.quantity)});
  page.field("determination",
             {std::string(enum_name(item.determination)), style_of(item.determination)});
  page.field("class", item.rendered);
  if (item.parts.size() > 1) page.field("sum of TPP", sum_text(item.tpp, ""));
  for (const std::string& note : item.notes) page.field("note", note);
  for (const ShipmentPart& part : item.parts) {
    page.blank();
    const std::string together =
        part.per_board ? fmt::format(", {} on one board, counted together", *part.per_board) : "";
    if (part.per_unit != 1) page.line(0, {fmt::format("{} in each{}:", part.per_unit, together)});
    add_determination(page, part.determination);
  }
}

}  // namespace

std::string shipment_table(const ShipmentAnswer& answer, const TableOptions& options) {
  Page page(std::max(options.width, kNarrowestPage), options.colour);
  add_banners(page, answer.banners);
  add_whole(page, answer);
  add_summary(page, answer);
  add_worksheet(page, answer.worksheet);
  for (const ShipmentItem& item : answer.items) {
    if (item.kind == ShipmentItemKind::technology) add_foundry(page, item);
  }
  for (const ProgrammeAnswer& programme : answer.programmes) add_programme(page, programme);
  add_undecidable(page, answer);
  std::size_t number = 0;
  for (const ShipmentItem& item : answer.items) add_item(page, item, ++number);
  add_editions(page, answer.editions);
  return page.take();
}

}  // namespace tpp
