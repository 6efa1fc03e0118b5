#include "agent/shipment/shipment_whole.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/regulation/item_state.h"
#include "agent/report_gaps.h"
#include "agent/shipment/shipment_notice.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

void add_answer(const std::string& name, const LicenceAnswer& answer, ShipmentLicence& whole) {
  whole.scope = answer.scope;
  whole.requirement = either(whole.requirement, answer.requirement);
  if (answer.requirement == Truth::not_decided) add_once(name, whole.open_by);
  if (answer.requirement != Truth::met) return;
  add_once(name, whole.required_by);
  whole.without_exception = whole.without_exception || !answer.exception;
  if (answer.exception) add_once(*answer.exception, whole.exceptions);
  if (answer.review_policy) add_once(*answer.review_policy, whole.policies);
}

void add_licences(ShipmentAnswer& answer) {
  answer.decides.requirement = Truth::not_met;
  answer.beside.requirement = Truth::not_met;
  for (const ShipmentItem& item : answer.items) {
    for (const ShipmentPart& part : item.parts) {
      add_answer(item.name, part.determination.licence->decides, answer.decides);
      add_answer(item.name, part.determination.licence->beside, answer.beside);
    }
  }
}

// What each item may go under by itself, the shipment may not where it breaks a condition of the
// notice: then it needs a licence as it is filed.
void close_exceptions(std::vector<ExceptionNotOpen> not_open, ShipmentLicence& whole) {
  for (const ExceptionNotOpen& one : not_open) {
    std::erase(whole.exceptions, one.exception);
    whole.without_exception = true;
  }
  whole.not_open = std::move(not_open);
}

// What nobody saw may be controlled, and need a licence: no answer for the whole is without it.
void leave_gaps_open(ShipmentAnswer& answer) {
  const std::vector<std::string> gaps = gaps_of_reports(answer);
  if (gaps.empty()) return;
  answer.determination = std::min(answer.determination, DeterminationKind::undetermined);
  for (ShipmentLicence* whole : {&answer.decides, &answer.beside}) {
    whole->requirement = either(whole->requirement, Truth::not_decided);
    for (const std::string& gap : gaps) add_once(gap, whole->open_by);
  }
}

void add_sums(ShipmentAnswer& answer) {
  for (const ShipmentItem& item : answer.items) {
    answer.tpp.add(item.tpp.value);
    answer.tpp.add(item.tpp.rest);
    for (const std::string& missing : item.tpp.missing) {
      answer.tpp.missing.push_back(item.parts.size() > 1 ? fmt::format("{}, {}", item.name, missing)
                                                         : missing);
    }
    answer.value.add(item.quantity * item.unit_value.value_or(0));
    if (!item.unit_value) answer.value.missing.push_back(item.name);
  }
}

}  // namespace

std::vector<std::string> gaps_of_reports(const ShipmentAnswer& answer) {
  std::vector<std::string> gaps;
  for (const ShipmentItem& item : answer.items) {
    for (const ShipmentPart& part : item.parts) {
      for (const Finding& finding : part.determination.findings) {
        if (!is_gap(finding)) continue;
        add_once(fmt::format("what a report lacks ({}{}{})", finding.code,
                             finding.subject.empty() ? "" : " ", finding.subject),
                 gaps);
      }
    }
  }
  return gaps;
}

void add_whole(const std::vector<Edition>& in_force, ShipmentAnswer& answer) {
  answer.determination = DeterminationKind::not_controlled;
  for (const ShipmentItem& item : answer.items) {
    // The enumeration begins with the strictest.
    answer.determination = std::min(answer.determination, item.determination);
  }
  add_licences(answer);
  leave_gaps_open(answer);
  close_exceptions(exceptions_not_open(answer, &Licence::decides, in_force), answer.decides);
  close_exceptions(exceptions_not_open(answer, &Licence::beside, in_force), answer.beside);
  add_sums(answer);
}

}  // namespace tpp
