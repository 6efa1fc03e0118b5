#include "agent/regulation/conclusion.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/other_controls.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

// An exception that is not open to technology leaves the licence that it would have spared.
bool exception_possible(const Asked& asked, const ItemClass& item) {
  if (asked.item.form != ItemForm::technology) return true;
  return std::ranges::any_of(asked.editions, [&](const Edition& edition) {
    return std::ranges::any_of(edition.licence, [&](const LicenceRow& row) {
      return row.effect == LicenceEffect::exception && row.technology &&
             std::ranges::find(row.items, item.name) != row.items.end();
    });
  });
}

}  // namespace

ItemState state_of(const Asked& asked, const BoardValues& values, Scope scope) {
  const Item& item = asked.item;
  const Doubt doubt = item.doubt.empty()    ? Doubt::none
                      : item.product_doubt  ? Doubt::product
                      : item.identity_doubt ? Doubt::identity
                                            : Doubt::figures;
  return item_state(asked.editions, values, scope, {doubt, item.form});
}

DeterminationKind kind_of(const Asked& asked, const ItemState& state) {
  bool required = false;
  bool required_open = false;
  bool eligible = false;
  bool open = !state.considered;
  for (const ItemClassState& one : state.item_classes) {
    const bool strict = one.item->determination == DeterminationKind::license_required ||
                        !exception_possible(asked, *one.item);
    required = required || (strict && one.truth == Truth::met);
    required_open = required_open || (strict && one.truth == Truth::not_decided);
    eligible = eligible || (!strict && one.truth == Truth::met);
    open = open || one.truth == Truth::not_decided;
  }
  for (const ClassState& one : state.classes) {
    open = open || one.truth == Truth::not_decided;
    // A class of which no edition says what follows is taken at its strictest.
    const bool strict = !covered(state, one.name);
    required = required || (strict && one.truth == Truth::met);
    required_open = required_open || (strict && one.truth == Truth::not_decided);
  }
  if (required) return DeterminationKind::license_required;
  if (required_open) return DeterminationKind::undetermined;
  if (eligible) return DeterminationKind::exception_eligible;
  return open ? DeterminationKind::undetermined : DeterminationKind::not_controlled;
}

std::vector<std::string> paragraphs_met(const ItemState& state) {
  std::vector<std::string> paragraphs;
  for (const ClassState& one : state.classes) {
    if (one.truth != Truth::met) continue;
    for (const Provision* provision : one.met) paragraphs.push_back(provision->paragraph);
  }
  return paragraphs;
}

std::vector<std::string> classes_met(const ItemState& state) {
  std::vector<std::string> names;
  for (const ClassState& one : state.classes) {
    if (one.truth == Truth::met) names.push_back(one.name);
  }
  return names;
}

Conclusion conclusion(const Asked& asked, const BoardValues& values, Scope scope) {
  const ItemState state = state_of(asked, values, scope);
  const auto paragraphs = paragraphs_met(state);
  Conclusion conclusion;
  conclusion.text = enum_name(kind_of(asked, state));
  if (!paragraphs.empty()) conclusion.text += fmt::format(" ({})", fmt::join(paragraphs, ", "));
  for (const ItemClassState& one : state.item_classes) {
    if (one.truth == Truth::met) add_once(one.item->title, conclusion.also_met);
  }
  for (const OtherControlResult& control : other_controls(asked.editions, state, values)) {
    if (control.status == "applies") add_once(control.name, conclusion.also_met);
  }
  return conclusion;
}

std::string difference(const Conclusion& here, const Conclusion& there) {
  const auto beyond = [](const Conclusion& one, const Conclusion& other) {
    std::vector<std::string> names;
    for (const std::string& name : one.also_met) {
      const auto& known = other.also_met;
      if (std::ranges::find(known, name) == known.end()) names.push_back(name);
    }
    return names;
  };
  std::string text = there.text;
  const auto gained = beyond(there, here);
  const auto lost = beyond(here, there);
  if (!gained.empty()) text += fmt::format("; then also met: {}", fmt::join(gained, ", "));
  if (!lost.empty()) text += fmt::format("; no longer met: {}", fmt::join(lost, ", "));
  return text;
}

}  // namespace tpp
