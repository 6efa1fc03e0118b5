#include "agent/regulation/determination_notes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/other_readings.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

constexpr const char* kDoubtAboveAClass =
    "the evidence of this board is in doubt: what is met stays met, every stricter class is open";

void note_standing(const std::string& what, const Standing& standing,
                   std::vector<std::string>& notes) {
  if (standing.text_verified) return;
  add_once(fmt::format("{}: {} ({})", what, how_read(standing), standing.citation), notes);
}

// Whatever decided, or is still open, and was not read in the law's own words.
void note_unverified(const Asked& asked, const ItemState& state, std::vector<std::string>& notes) {
  for (const ClassState& one : state.classes) {
    if (one.truth == Truth::not_met) continue;
    for (const auto* list : {&one.met, &one.undecided}) {
      for (const Provision* provision : *list) {
        note_standing(provision->paragraph, provision->standing, notes);
      }
    }
  }
  for (const ItemClassState& one : state.item_classes) {
    if (one.truth == Truth::met) note_standing(one.item->title, one.item->standing, notes);
  }
  const bool decided_below =
      std::ranges::all_of(state.classes, [](const ClassState& one) { return one.met.empty(); });
  if (!decided_below) return;
  // "None applies" rests on every paragraph that there is.
  for (const Edition& edition : asked.editions) {
    for (const Provision& provision : edition.rule.provisions) {
      note_standing(provision.paragraph, provision.standing, notes);
    }
  }
}

void note_datacenter(const Asked& asked, const BoardValues& values, Scope scope,
                     std::vector<std::string>& notes) {
  if (values.datacenter_known || values.item != ItemKind::circuit) return;
  BoardValues other = values;
  other.datacenter = false;
  other.datacenter_known = true;
  const Conclusion here = conclusion(asked, values, scope);
  const Conclusion there = conclusion(asked, other, scope);
  if (here == there) return;
  notes.push_back(
      fmt::format("not said whether it is designed or marketed for datacenters, which counts as "
                  "yes; if not: {}",
                  difference(here, there)));
}

void note_scope(const Asked& asked, const BoardValues& values, Scope scope,
                std::vector<std::string>& notes) {
  const Scope other = scope == Scope::text ? Scope::enforced : Scope::text;
  const Conclusion here = conclusion(asked, values, scope);
  const Conclusion there = conclusion(asked, values, other);
  if (here == there) return;
  notes.push_back(
      fmt::format("by the {} scope instead: {}", enum_name(other), difference(here, there)));
}

}  // namespace

std::vector<std::string> letters_that_name(const ItemState& state) {
  std::vector<std::string> texts;
  for (const LetterState& letter : state.letters) {
    if (letter.truth != Truth::met) continue;
    add_once(fmt::format("the {} names it: a licence by destination and party, whatever its class",
                         letter.row->name),
             texts);
  }
  return texts;
}

std::vector<std::string> sensitive_to(const Asked& asked, const Rule& table,
                                      const Readings& readings, Scope scope) {
  std::vector<std::string> texts;
  if (!asked.item.read) return texts;
  const Conclusion here = conclusion(asked, asked.item.values(readings), scope);
  for (const auto& [choices, there] : other_ends(table, readings, here, [&](const Readings& other) {
         return conclusion(asked, asked.item.values(other), scope);
       })) {
    texts.push_back(fmt::format("{}: {}", choices_text(choices), difference(here, there)));
  }
  return texts;
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
  if (!asked.item.doubt.empty()) {
    result.notes.push_back(paragraphs_met(state).empty() ? asked.item.doubt : kDoubtAboveAClass);
  }
  std::vector<std::string> undecided;
  for (const ClassState& one : state.classes) {
    for (const Provision* provision : one.undecided) undecided.push_back(provision->paragraph);
  }
  if (!undecided.empty()) {
    result.notes.push_back(fmt::format("not decided: {}", fmt::join(undecided, ", ")));
  }
  for (const std::string& letter : letters_that_name(state)) add_once(letter, result.notes);
  for (const std::string& note : state.notes) add_once(note, result.notes);
  for (const std::string& note : asked.item.notes) add_once(note, result.notes);
  note_datacenter(asked, values, result.scope, result.notes);
  note_scope(asked, values, result.scope, result.notes);
  note_unverified(asked, state, result.notes);
}

}  // namespace tpp
