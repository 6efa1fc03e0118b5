#include "agent/shipment/shipment_notice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/model/truth_of.h"
#include "agent/shipment/shipment_whole.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

const NoticeForm* form_of(const std::string& exception, const std::vector<Edition>& editions) {
  for (const Edition& edition : editions) {
    for (const NoticeForm& form : edition.notice_forms) {
      if (form.exception == exception) return &form;
    }
  }
  return nullptr;
}

bool same_figures(const Determination& one, const Determination& other) {
  return std::ranges::equal(one.figures, other.figures,
                            [](const GivenFigure& a, const GivenFigure& b) {
                              return a.quantity == b.quantity && a.value == b.value;
                            });
}

// One model: the same row of the catalogue; without one the same name and the same figures. A name
// alone would put unlike items under the figures of the first.
bool same_model(const ShipmentPart& one, const ShipmentPart& other) {
  if (one.per_board.value_or(1) != other.per_board.value_or(1) || one.chip != other.chip) {
    return false;
  }
  if (!one.chip.empty()) return true;
  return one.model == other.model && same_figures(one.determination, other.determination);
}

// Rows, and the part that each began with.
struct Rows {
  std::vector<WorksheetRow> rows;
  std::vector<const ShipmentPart*> first;
};

// Of what is counted: chips, or boards of chips that are counted together. resolve_items bounds the
// pieces of a manifest, so that no sum of them overflows.
long long pieces_of(const ShipmentItem& item, const ShipmentPart& part) {
  const int per_board = part.per_board.value_or(1);
  const int boards = part.per_unit / per_board + (part.per_unit % per_board == 0 ? 0 : 1);
  return static_cast<long long>(item.quantity) * boards;
}

void add_row(const ShipmentItem& item, const ShipmentPart& part, Rows& rows) {
  const auto same = std::ranges::find_if(
      rows.first, [&](const ShipmentPart* first) { return same_model(*first, part); });
  if (same != rows.first.end()) {
    WorksheetRow& row = rows.rows[static_cast<std::size_t>(same - rows.first.begin())];
    row.quantity += pieces_of(item, part);
    for (const std::string& text : part.evidence) {
      if (std::ranges::find(row.evidence, text) == row.evidence.end()) row.evidence.push_back(text);
    }
    return;
  }
  WorksheetRow row{part.model,   pieces_of(item, part), part.tpp,
                   part.density, part.planar,           part.evidence};
  if (part.per_board.value_or(1) > 1) {
    row.model += fmt::format(", {} on one board", *part.per_board);
    if (row.tpp) row.tpp = *row.tpp * *part.per_board;
  }
  rows.rows.push_back(std::move(row));
  rows.first.push_back(&part);
}

// Everything that may go under the exception by itself.
std::vector<WorksheetRow> rows_of(const std::string& exception, LicenceAnswer Licence::*scope,
                                  const ShipmentAnswer& answer) {
  Rows rows;
  for (const ShipmentItem& item : answer.items) {
    for (const ShipmentPart& part : item.parts) {
      const LicenceAnswer& licence = (*part.determination.licence).*scope;
      if (licence.requirement == Truth::met && licence.exception == exception) {
        add_row(item, part, rows);
      }
    }
  }
  return rows.rows;
}

// Why a part of the shipment cannot go under a notice; "" if it can.
std::string why_not(const LicenceAnswer& answer, const NoticeForm* form) {
  if (answer.requirement == Truth::not_decided) {
    return "whether a licence is required is not decided";
  }
  if (!answer.exception) return "a licence is required, and no exception is shown to be open";
  if (form) return "";
  return answer.notice_days.value_or(0) > 0
             ? fmt::format("no edition in force says what a notice of {} holds", *answer.exception)
             : fmt::format("exception {} asks for no notice", *answer.exception);
}

// The form of the notice, or a reason against one, or nothing where no licence is needed.
void add_part(const ShipmentItem& item, const LicenceAnswer& answer,
              const std::vector<Edition>& editions, NoticeWorksheet& worksheet) {
  if (answer.requirement == Truth::not_met) return;
  const NoticeForm* form = answer.exception ? form_of(*answer.exception, editions) : nullptr;
  std::string why = why_not(answer, form);
  if (why.empty() && !worksheet.exception.empty() && worksheet.exception != form->exception) {
    why = fmt::format("exception {} asks for a notice of its own", form->exception);
  }
  if (!why.empty()) {
    why = fmt::format("{}: {}", item.name, why);
    if (std::ranges::find(worksheet.why, why) == worksheet.why.end()) worksheet.why.push_back(why);
    return;
  }
  worksheet.exception = form->exception;
  worksheet.notice_days = answer.notice_days;
  worksheet.contents = form->contents;
  worksheet.citation = form->standing.citation;
  worksheet.text_verified = form->standing.text_verified;
}

// "every model has its ...", with the names of those that do not.
void check_each(const std::vector<WorksheetRow>& rows, const std::string& text,
                bool (*has)(const WorksheetRow&), std::vector<WorksheetCheck>& checks) {
  std::vector<std::string> without;
  for (const WorksheetRow& row : rows) {
    if (!has(row)) without.push_back(row.model);
  }
  checks.push_back(
      {text, without.empty() ? Truth::met : Truth::not_decided,
       without.empty() ? "all of them" : fmt::format("missing of {}", fmt::join(without, ", "))});
}

void check_parties(const NoticeForm& form, const std::vector<Party>& parties,
                   std::vector<WorksheetCheck>& checks) {
  const auto count = std::ranges::count(parties, PartyRole::end_user, &Party::role);
  checks.push_back(
      {fmt::format("at most {} end user{}", form.max_end_users, form.max_end_users == 1 ? "" : "s"),
       count == 0 ? Truth::not_decided : truth_of(count <= form.max_end_users),
       count == 0 ? "no party has the role end-user" : fmt::format("{}", count)});
  for (const PartyRole role : form.refused_roles) {
    const auto found = std::ranges::count(parties, role, &Party::role);
    checks.push_back(
        {fmt::format("no {}", enum_name(role)), truth_of(found == 0), fmt::format("{}", found)});
  }
}

std::vector<WorksheetCheck> checks_of(const NoticeForm& form, const std::vector<Party>& parties,
                                      const std::vector<WorksheetRow>& rows) {
  std::vector<WorksheetCheck> checks;
  const auto models = static_cast<int>(rows.size());
  checks.push_back({fmt::format("at most {} models", form.max_models),
                    truth_of(models <= form.max_models), fmt::format("{}", models)});
  check_parties(form, parties, checks);
  check_each(
      rows, "the TPP of every model", [](const WorksheetRow& row) { return row.tpp.has_value(); },
      checks);
  check_each(
      rows, "the performance density of every model",
      [](const WorksheetRow& row) { return row.planar || row.density; }, checks);
  check_each(
      rows, "a data sheet or marketing evidence of every model",
      [](const WorksheetRow& row) { return !row.evidence.empty(); }, checks);
  return checks;
}

// Exceptions that ask for a notice of which no edition in force has the form: nothing of it can be
// checked.
std::vector<std::string> unchecked_exceptions(const ShipmentAnswer& answer,
                                              LicenceAnswer Licence::*scope,
                                              const std::vector<Edition>& in_force) {
  std::vector<std::string> exceptions;
  for (const ShipmentItem& item : answer.items) {
    for (const ShipmentPart& part : item.parts) {
      const LicenceAnswer& licence = (*part.determination.licence).*scope;
      if (licence.requirement != Truth::met || !licence.exception) continue;
      if (licence.notice_days.value_or(0) == 0 || form_of(*licence.exception, in_force)) continue;
      add_once(*licence.exception, exceptions);
    }
  }
  return exceptions;
}

}  // namespace

NoticeWorksheet notice_worksheet(const ShipmentAnswer& answer,
                                 const std::vector<Edition>& in_force) {
  NoticeWorksheet worksheet;
  for (const ShipmentItem& item : answer.items) {
    for (const ShipmentPart& part : item.parts) {
      add_part(item, part.determination.licence->decides, in_force, worksheet);
    }
  }
  for (const std::string& gap : gaps_of_reports(answer)) {
    worksheet.why.push_back(fmt::format("{}: it is in no row", gap));
  }
  if (worksheet.exception.empty() && worksheet.why.empty()) {
    worksheet.why.emplace_back("no item needs a licence by these rules");
  }
  // A notice for a part of a shipment would be taken for the whole.
  if (!worksheet.why.empty()) return worksheet;
  worksheet.rows = rows_of(worksheet.exception, &Licence::decides, answer);
  worksheet.checks =
      checks_of(*form_of(worksheet.exception, in_force), answer.parties, worksheet.rows);
  return worksheet;
}

std::vector<ExceptionNotOpen> exceptions_not_open(const ShipmentAnswer& answer,
                                                  LicenceAnswer Licence::*scope,
                                                  const std::vector<Edition>& in_force) {
  std::vector<ExceptionNotOpen> not_open;
  for (const Edition& edition : in_force) {
    for (const NoticeForm& form : edition.notice_forms) {
      const auto rows = rows_of(form.exception, scope, answer);
      if (rows.empty()) continue;
      ExceptionNotOpen one{form.exception, {}};
      for (const WorksheetCheck& check : checks_of(form, answer.parties, rows)) {
        if (check.truth == Truth::met) continue;
        one.why.push_back(fmt::format("{}: {}", check.text, check.found));
      }
      if (!one.why.empty()) not_open.push_back(std::move(one));
    }
  }
  for (const std::string& exception : unchecked_exceptions(answer, scope, in_force)) {
    not_open.push_back(
        {exception, {"no edition in force says what its notice holds and for whom it is not"}});
  }
  return not_open;
}

}  // namespace tpp
