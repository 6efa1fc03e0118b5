#include "agent/regulation/item_state.h"

#include <algorithm>

namespace tpp {
namespace {

void add_note(const std::string& note, std::vector<std::string>& notes) {
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(note);
}

ClassState& class_named(const std::string& name, std::vector<ClassState>& classes) {
  const auto found = std::ranges::find(classes, name, &ClassState::name);
  if (found != classes.end()) return *found;
  classes.push_back({});
  classes.back().name = name;
  return classes.back();
}

void add_result(const ProvisionResult& result, ClassState& state) {
  state.truth = either(state.truth, result.truth);
  if (result.truth == Truth::met) state.met.push_back(result.provision);
  if (result.truth == Truth::not_decided) {
    state.undecided.push_back(result.provision);
    if (result.presumed) state.presumed.push_back(result.provision);
  }
}

// Of one control list the strictest class that is met is the item's.
void supersede(std::vector<ClassState>& classes) {
  bool stricter_met = false;
  for (ClassState& state : classes) {
    if (stricter_met && state.truth != Truth::not_met) {
      state.truth = Truth::not_met;
      state.superseded = true;
    }
    stricter_met = stricter_met || state.truth == Truth::met;
  }
}

void add_edition(const Edition& edition, const BoardValues& values, Scope scope, ItemState& state) {
  std::vector<ClassState> classes;
  // Strictest first, as evaluate gives them.
  for (const ProvisionResult& result : evaluate(edition.rule, values, scope)) {
    state.considered = true;
    add_result(result, class_named(result.provision->gives, classes));
    for (const std::string& note : result.notes) add_note(note, state.notes);
  }
  supersede(classes);
  for (ClassState& one : classes) state.classes.push_back(std::move(one));
}

}  // namespace

Truth either(Truth one, Truth other) {
  if (one == Truth::met || other == Truth::met) return Truth::met;
  const bool undecided = one == Truth::not_decided || other == Truth::not_decided;
  return undecided ? Truth::not_decided : Truth::not_met;
}

Truth both(Truth one, Truth other) {
  if (one == Truth::not_met || other == Truth::not_met) return Truth::not_met;
  const bool undecided = one == Truth::not_decided || other == Truth::not_decided;
  return undecided ? Truth::not_decided : Truth::met;
}

Truth any_class(const ItemState& state, const std::vector<std::string>& names) {
  Truth truth = Truth::not_met;
  for (const ClassState& one : state.classes) {
    if (std::ranges::find(names, one.name) != names.end()) truth = either(truth, one.truth);
  }
  return truth;
}

ItemState item_state(const std::vector<Edition>& editions, const BoardValues& values, Scope scope) {
  ItemState state;
  for (const Edition& edition : editions) add_edition(edition, values, scope, state);
  for (const Edition& edition : editions) {
    for (const ItemClass& item : edition.item_classes) {
      const bool in_scope = scope == Scope::text ? item.standing.in_text : item.standing.enforced;
      if (!in_scope) continue;
      const Truth truth = both(any_class(state, item.classes), judge_conditions(item.all, values));
      state.item_classes.push_back({&item, truth});
    }
  }
  return state;
}

}  // namespace tpp
