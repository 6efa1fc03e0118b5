#include "agent/regulation/item_state.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/regulation/editions_in_force.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

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

// What is stricter than all that is met was ruled out by evidence that is in doubt.
void open_stricter(std::vector<ClassState>& classes) {
  for (ClassState& state : classes) {
    if (state.truth == Truth::met) return;
    state.truth = Truth::not_decided;
  }
}

bool is_of_product(Doubt doubt) { return doubt == Doubt::identity || doubt == Doubt::product; }

struct Asked {
  const BoardValues& values;
  Scope scope;
  Doubt doubt;
};

void add_edition(const Edition& edition, const Asked& asked, ItemState& state) {
  std::vector<ClassState> classes;
  std::vector<ProvisionResult> results = evaluate(edition.rule, asked.values, asked.scope);
  if (asked.doubt == Doubt::product) open_above("it may be another product", results);
  // Strictest first, as evaluate gives them.
  for (const ProvisionResult& result : results) {
    state.considered = true;
    add_result(result, class_named(result.provision->gives, classes));
    for (const std::string& note : result.notes) add_once(note, state.notes);
  }
  if (asked.doubt != Doubt::none) open_stricter(classes);
  supersede(classes);
  for (ClassState& one : classes) state.classes.push_back(std::move(one));
}

// A presumption is of whoever makes or packages a design, and ends by the word of somebody else,
// which no figure holds. So what it reaches, or may reach, is open where it was ruled out. Says
// whether it reaches anything.
bool open_presumed(const std::vector<Edition>& editions, const Asked& asked, ItemState& state) {
  bool reached = false;
  for (const Edition& edition : editions) {
    for (const OtherControl& control : edition.other_controls) {
      if (control.presumes.empty() || control.item != asked.values.item) continue;
      if (!stands(control.standing, asked.scope)) continue;
      const Truth truth = judge_conditions(control.all, asked.values);
      if (truth == Truth::not_met) continue;
      reached = true;
      for (const std::string& name : control.presumes) {
        ClassState& one = class_named(name, state.classes);
        if (one.truth != Truth::not_met || one.superseded) continue;
        one.truth = Truth::not_decided;
        one.presumed_whole = true;
      }
      add_once(fmt::format("{} ({}) {}, and nothing that is given shows it overcome: {} is open",
                           control.name, control.standing.citation,
                           truth == Truth::met ? "applies" : "may apply, by figures not given",
                           fmt::join(control.presumes, ", ")),
               state.notes);
    }
  }
  return reached;
}

// What is presumed is presumed to be for datacenters too.
Truth item_class_truth(const ItemClass& item, const ItemState& state, const BoardValues& values,
                       bool presumed) {
  const Truth classes = any_class(state, item.classes);
  const Truth truth = both(classes, judge_conditions(item.all, values));
  if (!presumed || truth != Truth::not_met) return truth;
  BoardValues datacenter = values;
  datacenter.datacenter = true;
  datacenter.datacenter_doubted = false;
  const bool may = both(classes, judge_conditions(item.all, datacenter)) != Truth::not_met;
  return may ? Truth::not_decided : Truth::not_met;
}

// Whether every figure that there is, from memory too, is on the far side of some condition. The
// line of a letter that is not public is no sharper than that.
bool far_below(const std::vector<Condition>& all, const BoardValues& values) {
  return std::ranges::any_of(all, [&](const Condition& condition) {
    bool told = false;
    for (const BasisValues& basis : values.bases) {
      if (!figure_for(basis, condition.quantity)) continue;
      if (decide_on(basis, condition).truth != Truth::not_met) return false;
      told = true;
    }
    return told;
  });
}

// Figures that are in doubt rule nothing out.
Truth letter_truth(const LicenceRow& row, const BoardValues& values, Doubt doubt) {
  if (values.item != ItemKind::circuit) return Truth::not_met;
  if (std::ranges::find(row.named, values.chip) != row.named.end()) return Truth::met;
  const bool beyond =
      doubt == Doubt::none &&
      (judge_conditions(row.all, values) == Truth::not_met || far_below(row.all, values));
  return beyond ? Truth::not_met : Truth::not_decided;
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

bool covered(const ItemState& state, const std::string& class_name) {
  return std::ranges::any_of(state.item_classes, [&](const ItemClassState& one) {
    const auto& classes = one.item->classes;
    return one.truth != Truth::not_met && std::ranges::find(classes, class_name) != classes.end();
  });
}

namespace {

ItemState state_without_alternatives(const std::vector<Edition>& editions,
                                     const BoardValues& values, Scope scope,
                                     const ItemAspect& aspect) {
  const Asked asked{values, scope, aspect.doubt};
  ItemState state;
  state.form = aspect.form;
  for (const Edition& edition : editions) add_edition(edition, asked, state);
  const bool presumed =
      aspect.form == ItemForm::technology && open_presumed(editions, asked, state);
  for (const Edition& edition : editions) {
    for (const ItemClass& item : edition.item_classes) {
      if (!stands(item.standing, scope)) continue;
      Truth truth = item_class_truth(item, state, values, presumed);
      // A part of a class that is reviewed more mildly, for a board that may be another product.
      const bool doubted = is_of_product(aspect.doubt) && !item.within.empty();
      if (doubted && truth == Truth::met) truth = Truth::not_decided;
      state.item_classes.push_back({&item, truth});
    }
    for (const LicenceRow& row : edition.licence) {
      if (row.effect != LicenceEffect::letter || !stands(row.standing, scope)) continue;
      state.letters.push_back({&row, letter_truth(row, values, aspect.doubt)});
    }
  }
  return state;
}

}  // namespace

ItemState item_state(const std::vector<Edition>& editions, const BoardValues& given, Scope scope,
                     const ItemAspect& aspect) {
  BoardValues values = given;
  const bool product_doubted = is_of_product(aspect.doubt) && !values.datacenter;
  values.datacenter_doubted = values.datacenter_doubted || product_doubted;
  ItemState state = state_without_alternatives(editions, values, scope, aspect);
  if (!values.datacenter_doubted) return state;
  values.datacenter_doubted = false;
  for (const bool datacenter : {true, false}) {
    values.datacenter = datacenter;
    state.alternatives.push_back(state_without_alternatives(editions, values, scope, aspect));
  }
  return state;
}

}  // namespace tpp
