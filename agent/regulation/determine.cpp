#include "agent/regulation/determine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/regulation/item_state.h"
#include "agent/regulation/licence.h"
#include "agent/regulation/other_controls.h"
#include "agent/regulation/provisions.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

constexpr const char* kNotRead = "not read in the law's own words";

void add_once(const std::string& text, std::vector<std::string>& list) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(text);
}

// Everything that holds still while readings, scope and facts are turned.
struct Asked {
  const Item& item;
  const std::vector<Edition>& editions;  // in force
};

// The readings of all editions in force, each once.
Rule reading_table(const std::vector<Edition>& editions) {
  Rule table;
  table.id.value = "the editions in force";
  for (const Edition& edition : editions) {
    for (const Reading& reading : edition.rule.readings) {
      if (std::ranges::find(table.readings, reading.name, &Reading::name) == table.readings.end()) {
        table.readings.push_back(reading);
      }
    }
  }
  return table;
}

ItemState state_of(const Asked& asked, const BoardValues& values, Scope scope) {
  const Item& item = asked.item;
  const Doubt doubt = item.doubt.empty()    ? Doubt::none
                      : item.identity_doubt ? Doubt::identity
                                            : Doubt::figures;
  return item_state(asked.editions, values, scope, {doubt, item.form});
}

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
    required = required || (one.truth == Truth::met && !covered(state, one.name));
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

// The words of the first edition that has paragraphs about such items.
std::string not_controlled_text(const std::vector<Edition>& editions, ItemKind kind) {
  for (const Edition& edition : editions) {
    const auto& provisions = edition.rule.provisions;
    const bool speaks = std::ranges::find(provisions, kind, &Provision::item) != provisions.end();
    if (speaks && !edition.rule.not_controlled_text.empty()) {
      return edition.rule.not_controlled_text;
    }
  }
  return "none of the paragraphs held against it applies; others may";
}

std::string presumed_paragraph(const ItemState& state) {
  for (const ClassState& one : state.classes) {
    if (one.truth != Truth::not_decided) continue;
    if (!one.presumed.empty()) return one.presumed.front()->paragraph;
    if (one.presumed_whole) return one.name;
  }
  return "";
}

std::string rendered(const Asked& asked, const ItemState& state, ItemKind kind,
                     DeterminationKind determination) {
  if (determination == DeterminationKind::not_controlled) {
    return not_controlled_text(asked.editions, kind);
  }
  const std::string met = fmt::format("{}", fmt::join(paragraphs_met(state), ", "));
  if (determination == DeterminationKind::undetermined) {
    const std::string presumed = presumed_paragraph(state);
    if (!met.empty()) return fmt::format("undetermined, at least {}", met);
    return presumed.empty() ? "undetermined"
                            : fmt::format("undetermined, presumed controlled ({})", presumed);
  }
  std::vector<std::string> titles;
  for (const ItemClassState& one : state.item_classes) {
    if (one.truth == Truth::met) titles.push_back(one.item->title);
  }
  if (titles.empty()) titles = classes_met(state);
  return fmt::format("{} ({})", fmt::join(titles, "; "), met);
}

std::vector<Comparison> comparisons_of(const Asked& asked, const ItemState& state,
                                       const BoardValues& values, Scope scope) {
  std::vector<Comparison> rows;
  for (const Edition& edition : asked.editions) {
    const auto more = compare_all(edition.rule, values, scope);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  // What licences ask beyond the class matters only where the class is there.
  for (const ItemClassState& one : state.item_classes) {
    if (any_class(state, one.item->classes) == Truth::not_met) continue;
    const auto more = compare_conditions(one.item->name, one.item->all, values);
    rows.insert(rows.end(), more.begin(), more.end());
  }
  return rows;
}

// How another way of reading, or another fact, would end.
struct Outcome {
  std::string text;      // "exception-eligible (3A090.b.2)"
  std::string also_met;  // item classes and other controls that hang on figures

  bool operator==(const Outcome&) const = default;
};

Outcome outcome(const Asked& asked, const BoardValues& values, Scope scope) {
  const ItemState state = state_of(asked, values, scope);
  const auto paragraphs = paragraphs_met(state);
  Outcome outcome;
  outcome.text = enum_name(kind_of(asked, state));
  if (!paragraphs.empty()) outcome.text += fmt::format(" ({})", fmt::join(paragraphs, ", "));
  std::vector<std::string> also;
  for (const ItemClassState& one : state.item_classes) {
    if (one.truth == Truth::met) also.push_back(one.item->name);
  }
  for (const OtherControlResult& control : other_controls(asked.editions, state, values)) {
    if (control.status == "applies") also.push_back(control.name);
  }
  outcome.also_met = fmt::format("{}", fmt::join(also, ", "));
  return outcome;
}

// Where class and paragraphs stay, what a licence or a duty hangs on may still move.
std::string difference(const Outcome& here, const Outcome& there) {
  if (here.text != there.text) return there.text;
  return fmt::format("{}; then met: {}", there.text, there.also_met);
}

std::vector<std::string> sensitive_to(const Asked& asked, const Rule& table,
                                      const Readings& readings, Scope scope) {
  const Outcome here = outcome(asked, asked.item.values(readings), scope);
  std::vector<std::string> changes;
  for (const Reading& reading : table.readings) {
    for (const ReadingOption& option : reading.options) {
      if (readings.at(reading.name) == option.name) continue;
      Readings other = readings;
      other[reading.name] = option.name;
      const Outcome there = outcome(asked, asked.item.values(other), scope);
      if (there == here) continue;
      changes.push_back(
          fmt::format("{}={}: {}", reading.name, option.name, difference(here, there)));
    }
  }
  return changes;
}

// Whatever decided, or is still open, and was not read in the law's own words.
void note_unverified(const Asked& asked, const ItemState& state, std::vector<std::string>& notes) {
  for (const ClassState& one : state.classes) {
    if (one.truth == Truth::not_met) continue;
    for (const auto* list : {&one.met, &one.undecided}) {
      for (const Provision* provision : *list) {
        if (provision->text_verified) continue;
        add_once(fmt::format("{}: {} ({})", provision->paragraph, kNotRead, provision->citation),
                 notes);
      }
    }
  }
  for (const ItemClassState& one : state.item_classes) {
    if (one.truth != Truth::met || one.item->standing.text_verified) continue;
    add_once(fmt::format("{}: {} ({})", one.item->title, kNotRead, one.item->standing.citation),
             notes);
  }
  const bool decided_below =
      std::ranges::all_of(state.classes, [](const ClassState& one) { return one.met.empty(); });
  if (!decided_below) return;
  // "None applies" rests on every paragraph that there is.
  for (const Edition& edition : asked.editions) {
    for (const Provision& provision : edition.rule.provisions) {
      if (provision.text_verified) continue;
      add_once(fmt::format("{}: {} ({})", provision.paragraph, kNotRead, provision.citation),
               notes);
    }
  }
}

void note_datacenter(const Asked& asked, const BoardValues& values, Scope scope,
                     std::vector<std::string>& notes) {
  if (values.datacenter_known || values.item != ItemKind::circuit) return;
  BoardValues other = values;
  other.datacenter = false;
  other.datacenter_known = true;
  const Outcome here = outcome(asked, values, scope);
  const Outcome there = outcome(asked, other, scope);
  if (here == there) return;
  notes.push_back(
      fmt::format("not said whether it is designed or marketed for datacenters, which counts as "
                  "yes; if not: {}",
                  difference(here, there)));
}

void note_scope(const Asked& asked, const BoardValues& values, Scope scope,
                std::vector<std::string>& notes) {
  const Scope other = scope == Scope::text ? Scope::enforced : Scope::text;
  const Outcome here = outcome(asked, values, scope);
  const Outcome there = outcome(asked, values, other);
  if (here == there) return;
  notes.push_back(
      fmt::format("by the {} scope instead: {}", enum_name(other), difference(here, there)));
}

void add_stage(const Asked& asked, Determination& result) {
  result.stage = asked.item.stage;
  if (result.stage.empty()) return;
  std::vector<std::string> known;
  for (const Edition& edition : asked.editions) {
    for (const StageNote& note : edition.stages) {
      known.push_back(note.stage);
      if (note.stage == result.stage)
        result.notes.push_back(fmt::format("{}: {}", note.stage, note.text));
    }
  }
  if (known.empty() || std::ranges::find(known, result.stage) != known.end()) return;
  throw UsageError(fmt::format("--stage: '{}' is not known; expected one of {}", result.stage,
                               fmt::join(known, ", ")));
}

void add_notes(const Asked& asked, const ItemState& state, const BoardValues& values,
               Determination& result) {
  if (!state.considered) {
    result.notes.push_back(
        fmt::format("no edition in force on {} has a paragraph about such an item", result.as_of));
  }
  if (!asked.item.doubt.empty()) result.notes.push_back(asked.item.doubt);
  std::vector<std::string> undecided;
  for (const ClassState& one : state.classes) {
    for (const Provision* provision : one.undecided) undecided.push_back(provision->paragraph);
  }
  if (!undecided.empty()) {
    result.notes.push_back(fmt::format("not decided: {}", fmt::join(undecided, ", ")));
  }
  for (const std::string& note : state.notes) add_once(note, result.notes);
  for (const std::string& note : asked.item.notes) add_once(note, result.notes);
  note_datacenter(asked, values, result.scope, result.notes);
  note_scope(asked, values, result.scope, result.notes);
  note_unverified(asked, state, result.notes);
}

void add_editions(const Asked& asked, Determination& result) {
  for (const Edition& edition : asked.editions) {
    const Rule& rule = edition.rule;
    result.editions.push_back({rule.id.value, rule.title, rule.citation, rule.known_through});
  }
}

// The countries that a transaction is held against, and the transaction.
struct Dealing {
  const CountryTable& countries;
  const Question& question;
};

std::optional<Licence> licence_of(const Asked& asked, const Dealing& dealing,
                                  const BoardValues& values, const ItemState& state) {
  const auto& [countries, question] = dealing;
  if (!question.transaction) return std::nullopt;
  const Scope other = question.scope == Scope::text ? Scope::enforced : Scope::text;
  const ItemState beside = state_of(asked, values, other);
  const CountryTable day = countries_on(countries, question.as_of);
  return licence_for({asked.editions, day, state, beside, question.scope}, *question.transaction);
}

}  // namespace

ShortDetermination determine_shortly(const Item& item, const std::vector<Edition>& in_force,
                                     Scope scope) {
  const Asked asked{item, in_force};
  const BoardValues values = item.values(settle_readings(reading_table(in_force), {}));
  const ItemState state = state_of(asked, values, scope);
  ShortDetermination result;
  result.determination = kind_of(asked, state);
  result.classes = classes_met(state);
  result.rendered = rendered(asked, state, values.item, result.determination);
  return result;
}

Determination determine(const Item& item, const std::vector<Edition>& editions,
                        const CountryTable& countries, const Question& question) {
  const std::vector<Edition> in_force = editions_in_force(editions, question.as_of);
  const Asked asked{item, in_force};
  const Rule table = reading_table(in_force);
  const Readings readings = settle_readings(table, question.readings);
  const BoardValues values = item.values(readings);
  const ItemState state = state_of(asked, values, question.scope);

  Determination result;
  result.subject = item.subject;
  result.as_of = question.as_of;
  result.scope = question.scope;
  result.figures = item.figures;
  result.readings = readings;
  add_editions(asked, result);
  result.determination = kind_of(asked, state);
  result.paragraphs = paragraphs_met(state);
  result.rendered = rendered(asked, state, values.item, result.determination);
  for (const ItemClassState& one : state.item_classes) {
    result.item_classes.push_back(
        {one.item->name, one.item->title, one.item->determination, one.truth});
  }
  result.comparisons = comparisons_of(asked, state, values, question.scope);
  result.sensitive_to = sensitive_to(asked, table, readings, question.scope);
  result.other_controls = other_controls(in_force, state, values);
  add_stage(asked, result);
  add_notes(asked, state, values, result);
  for (const auto& [name, option] : question.readings) {
    result.notes.push_back(fmt::format("read with {}={}", name, option));
  }
  result.licence = licence_of(asked, {countries, question}, values, state);
  for (const std::string& note : known_through_notes(in_force, countries, question.as_of)) {
    result.notes.push_back(note);
  }
  return result;
}

}  // namespace tpp
