#include "agent/regulation/other_controls.h"

#include "agent/regulation/provisions.h"

namespace tpp {
namespace {

// By figures, in words; candidates and what has no figures cannot be computed.
std::string status_of(const OtherControl& control, const ItemState& state, Truth item,
                      Truth figures) {
  if (control.kind == OtherControlKind::unpublished) return "may apply";
  if (control.form == state.form) return item == Truth::met ? "applies" : "not decided";
  if (control.kind == OtherControlKind::candidate) {
    return item == Truth::met ? "to check" : "to check if the class is met";
  }
  switch (both(item, figures)) {
    case Truth::met:
      return "applies";
    case Truth::not_met:
      return "not met";
    case Truth::not_decided:
      break;
  }
  return "not decided";
}

// An entry for technology has nothing to say of goods, nor one for computers of technology.
bool of_other_form(const OtherControl& control, ItemForm form) {
  return control.form && (*control.form == ItemForm::technology) != (form == ItemForm::technology);
}

}  // namespace

std::vector<OtherControlResult> other_controls(const std::vector<Edition>& editions,
                                               const ItemState& state, const BoardValues& values) {
  std::vector<OtherControlResult> results;
  for (const Edition& edition : editions) {
    for (const OtherControl& control : edition.other_controls) {
      if (control.item != values.item || of_other_form(control, state.form)) continue;
      const Truth item = control.classes.empty() ? Truth::met : any_class(state, control.classes);
      if (item == Truth::not_met) continue;
      const Truth figures = judge_conditions(control.all, values);
      const bool beside = control.kind == OtherControlKind::unpublished;
      if (beside && figures == Truth::not_met) continue;  // it reaches no such item
      OtherControlResult result;
      result.name = control.name;
      result.kind = control.kind;
      result.status = status_of(control, state, item, figures);
      result.text = control.text;
      result.citation = control.standing.citation;
      result.text_verified = control.standing.text_verified;
      result.enforced = control.standing.enforced;
      result.comparisons = compare_conditions(control.name, control.all, values);
      results.push_back(std::move(result));
    }
  }
  return results;
}

}  // namespace tpp
