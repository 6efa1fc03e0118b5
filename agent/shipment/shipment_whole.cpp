#include "agent/shipment/shipment_whole.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/regulation/item_state.h"

namespace tpp {
namespace {

void add_once(const std::string& text, std::vector<std::string>& list) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(text);
}

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

void add_sums(ShipmentAnswer& answer) {
  for (const ShipmentItem& item : answer.items) {
    answer.tpp.value += item.tpp.value;
    for (const std::string& missing : item.tpp.missing) {
      answer.tpp.missing.push_back(item.parts.size() > 1 ? fmt::format("{}, {}", item.name, missing)
                                                         : missing);
    }
    answer.value.value += item.quantity * item.unit_value.value_or(0);
    if (!item.unit_value) answer.value.missing.push_back(item.name);
  }
}

}  // namespace

void add_whole(ShipmentAnswer& answer) {
  answer.determination = DeterminationKind::not_controlled;
  for (const ShipmentItem& item : answer.items) {
    // The enumeration begins with the strictest.
    answer.determination = std::min(answer.determination, item.determination);
  }
  add_licences(answer);
  add_sums(answer);
}

}  // namespace tpp
