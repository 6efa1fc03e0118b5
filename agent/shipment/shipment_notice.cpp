#include "agent/shipment/shipment_notice.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"

namespace tpp {
namespace {

Truth truth_of(bool value) { return value ? Truth::met : Truth::not_met; }

const NoticeForm* form_of(const std::string& exception, const std::vector<Edition>& editions) {
  for (const Edition& edition : editions) {
    for (const NoticeForm& form : edition.notice_forms) {
      if (form.exception == exception) return &form;
    }
  }
  return nullptr;
}

// One row a model, however many items are of it.
void add_row(const ShipmentItem& item, const ShipmentPart& part, NoticeWorksheet& worksheet) {
  const long long pieces = static_cast<long long>(item.quantity) * part.per_unit;
  const auto same = std::ranges::find(worksheet.rows, part.model, &WorksheetRow::model);
  if (same != worksheet.rows.end()) {
    same->quantity += pieces;
    return;
  }
  worksheet.rows.push_back(
      {part.model, pieces, part.tpp, part.density, part.planar, part.evidence});
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

// A row, a reason against, or nothing where no licence is needed.
void add_part(const ShipmentItem& item, const ShipmentPart& part,
              const std::vector<Edition>& editions, NoticeWorksheet& worksheet) {
  const LicenceAnswer& answer = part.determination.licence->decides;
  if (answer.requirement == Truth::not_met) return;
  const NoticeForm* form = answer.exception ? form_of(*answer.exception, editions) : nullptr;
  std::string why = why_not(answer, form);
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
  add_row(item, part, worksheet);
}

// "every model has its ...", with the names of those that do not.
void check_each(const NoticeWorksheet& worksheet, const std::string& text,
                bool (*has)(const WorksheetRow&), std::vector<WorksheetCheck>& checks) {
  std::vector<std::string> without;
  for (const WorksheetRow& row : worksheet.rows) {
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

void add_checks(const NoticeForm& form, const std::vector<Party>& parties,
                NoticeWorksheet& worksheet) {
  std::vector<WorksheetCheck>& checks = worksheet.checks;
  const auto models = static_cast<int>(worksheet.rows.size());
  checks.push_back({fmt::format("at most {} models", form.max_models),
                    truth_of(models <= form.max_models), fmt::format("{}", models)});
  check_parties(form, parties, checks);
  check_each(
      worksheet, "the TPP of every model",
      [](const WorksheetRow& row) { return row.tpp.has_value(); }, checks);
  check_each(
      worksheet, "the performance density of every model",
      [](const WorksheetRow& row) { return row.planar || row.density; }, checks);
  check_each(
      worksheet, "a data sheet or marketing evidence of every model",
      [](const WorksheetRow& row) { return !row.evidence.empty(); }, checks);
}

}  // namespace

NoticeWorksheet notice_worksheet(const std::vector<ShipmentItem>& items,
                                 const std::vector<Party>& parties,
                                 const std::vector<Edition>& editions) {
  NoticeWorksheet worksheet;
  for (const ShipmentItem& item : items) {
    for (const ShipmentPart& part : item.parts) add_part(item, part, editions, worksheet);
  }
  if (worksheet.rows.empty() && worksheet.why.empty()) {
    worksheet.why.emplace_back("no item needs a licence by these rules");
  }
  if (!worksheet.why.empty()) {
    // A notice for a part of a shipment would be taken for the whole.
    worksheet.rows.clear();
    return worksheet;
  }
  add_checks(*form_of(worksheet.exception, editions), parties, worksheet);
  return worksheet;
}

}  // namespace tpp
