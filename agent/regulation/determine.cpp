#include "agent/regulation/determine.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "agent/model/names.h"
#include "agent/regulation/conclusion.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/determination_notes.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/regulation/item_parts.h"
#include "agent/regulation/licence.h"
#include "agent/regulation/other_controls.h"
#include "agent/regulation/other_readings.h"
#include "agent/regulation/provisions.h"

namespace tpp {
namespace {

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

// What an answer is made with.
struct Answered {
  ItemKind kind = ItemKind::circuit;
  DeterminationKind determination = DeterminationKind::undetermined;
  const Readings& readings;
  Scope scope = Scope::text;
};

std::string rendered(const Asked& asked, const ItemState& state, const Answered& answered) {
  const DeterminationKind determination = answered.determination;
  if (determination == DeterminationKind::not_controlled) {
    const std::string text = not_controlled_text(asked.editions, answered.kind);
    return asked.item.form == ItemForm::technology ? "technology of an item that is " + text : text;
  }
  const std::string met = fmt::format("{}", fmt::join(paragraphs_met(state), ", "));
  if (determination == DeterminationKind::undetermined) {
    const std::string presumed =
        presumed_of(asked, state, answered.readings, answered.scope).paragraphs;
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

// Takes out what speaks of quantities that are not measured; the ids of what was taken out.
std::vector<std::string> leave_out_figures_only(std::vector<Edition>& editions) {
  std::vector<std::string> ids;
  for (const Edition& edition : editions) {
    if (edition.rule.figures_only) ids.push_back(edition.rule.id.value);
  }
  std::erase_if(editions, [](const Edition& edition) { return edition.rule.figures_only; });
  return ids;
}

// A licence, its exception or its review may hang on how the text is read where the class does not.
void note_other_readings(const Asked& asked, const Dealing& dealing, const Rule& table,
                         Determination& result) {
  const auto answer_under = [&](const Readings& readings) {
    const BoardValues values = asked.item.values(readings);
    const ItemState state = state_of(asked, values, result.scope);
    return words_of(licence_of(asked, dealing, values, state)->decides);
  };
  for (const auto& [choices, words] :
       other_ends(table, result.readings, words_of(result.licence->decides), answer_under)) {
    result.licence->decides.notes.push_back(
        fmt::format("read with {}: {}", choices_text(choices), words));
  }
}

}  // namespace

ShortDetermination determine_shortly(const Item& item, const std::vector<Edition>& in_force,
                                     Scope scope) {
  const Asked asked{item, in_force};
  const Readings readings = settle_readings(reading_table(in_force), {});
  const BoardValues values = item.values(readings);
  const ItemState state = state_of(asked, values, scope);
  ShortDetermination result;
  result.determination = kind_of(asked, state);
  result.classes = classes_met(state);
  result.rendered = rendered(asked, state, {values.item, result.determination, readings, scope});
  result.letters = letters_that_name(state);
  return result;
}

Determination determine(const Item& item, const std::vector<Edition>& editions,
                        const CountryTable& countries, const Question& question) {
  std::vector<Edition> in_force = editions_in_force(editions, question.as_of);
  const std::vector<std::string> left_out =
      item.measured ? leave_out_figures_only(in_force) : std::vector<std::string>{};
  const Asked asked{item, in_force};
  const Rule table = reading_table(in_force);
  const Readings readings = settle_readings(table, question.readings);
  const BoardValues values = item.values(readings);
  const ItemState state = state_of(asked, values, question.scope);

  Determination result;
  result.subject = item.subject;
  result.as_of = question.as_of;
  result.scope = question.scope;
  result.figures = item.figures(readings);
  result.readings = readings;
  add_editions(asked, result);
  result.determination = kind_of(asked, state);
  result.paragraphs = paragraphs_met(state);
  result.rendered =
      rendered(asked, state, {values.item, result.determination, readings, question.scope});
  for (const ItemClassState& one : state.item_classes) {
    result.item_classes.push_back(
        {one.item->name, one.item->title, one.item->determination, one.truth});
  }
  result.comparisons = comparisons_of(asked, state, values, question.scope);
  result.sensitive_to = sensitive_to(asked, table, readings, question.scope);
  result.other_controls = other_controls(in_force, state, values);
  add_stage(asked, result);
  add_notes(asked, state, values, result);
  for (std::string& note : notes_of_parts(asked, state, readings, question.scope)) {
    result.notes.push_back(std::move(note));
  }
  for (const auto& [name, option] : question.readings) {
    result.notes.push_back(fmt::format("read with {}={}", name, option));
  }
  for (const std::string& id : left_out) {
    result.notes.push_back(
        fmt::format("{} is for figures alone: no measured board is held against it", id));
  }
  result.licence = licence_of(asked, {countries, question}, values, state);
  if (result.licence && item.read) note_other_readings(asked, {countries, question}, table, result);
  for (const std::string& note : known_through_notes(in_force, countries, question.as_of)) {
    result.notes.push_back(note);
  }
  result.findings = item.findings;
  return result;
}

void make_information_only(Determination& determination) {
  determination.information_only = true;
  determination.notes.insert(determination.notes.begin(),
                             fmt::format("by arithmetic alone: {} ({})", determination.rendered,
                                         enum_name(determination.determination)));
  determination.rendered = kHostCpuInformation;
  determination.paragraphs.clear();
  determination.item_classes.clear();
  determination.sensitive_to.clear();
  determination.other_controls.clear();
  determination.licence = std::nullopt;
}

}  // namespace tpp
