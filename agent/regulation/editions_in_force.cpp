#include "agent/regulation/editions_in_force.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "agent/support/error.h"

namespace tpp {
namespace {

constexpr const char* kForEver = "9999-12-31";

bool in_force(const Rule& rule, const std::string& as_of) {
  return rule.in_force_from <= as_of && (!rule.in_force_to || as_of < *rule.in_force_to);
}

template <class Row>
void keep_what_holds(std::vector<Row>& rows, const std::string& as_of) {
  std::erase_if(rows, [&](const Row& row) { return !holds_on(row.standing, as_of); });
}

// What tells of a programme alone decides nothing about an item.
bool speaks_of_items(const Edition& edition) {
  return !edition.rule.provisions.empty() || !edition.item_classes.empty() ||
         !edition.licence.empty() || !edition.other_controls.empty();
}

void cut_down(Edition& edition, const std::string& as_of) {
  keep_what_holds(edition.item_classes, as_of);
  keep_what_holds(edition.licence, as_of);
  keep_what_holds(edition.other_controls, as_of);
  keep_what_holds(edition.notices, as_of);
  keep_what_holds(edition.transactions, as_of);
  keep_what_holds(edition.notice_forms, as_of);
  keep_what_holds(edition.foundry_questions, as_of);
  keep_what_holds(edition.undecidable, as_of);
  if (!edition.programme) return;
  Programme& programme = *edition.programme;
  keep_what_holds(programme.statements, as_of);
  const auto ended = [&](const auto& row) { return row && !holds_on(row->standing, as_of); };
  if (ended(programme.us_content)) programme.us_content.reset();
  if (ended(programme.concern)) programme.concern.reset();
}

}  // namespace

// ISO dates compare as text.
bool holds_on(const Standing& standing, const std::string& as_of) {
  return (!standing.from || *standing.from <= as_of) && (!standing.to || as_of < *standing.to);
}

bool stands(const Standing& standing, Scope scope) {
  return scope == Scope::text ? standing.in_text : standing.enforced;
}

std::vector<Edition> editions_in_force(const std::vector<Edition>& editions,
                                       const std::string& as_of) {
  std::vector<Edition> held;
  std::string first;
  std::string last;
  for (const Edition& edition : editions) {
    if (!speaks_of_items(edition)) continue;
    const std::string& from = edition.rule.in_force_from;
    if (first.empty() || from < first) first = from;
    last = std::max(last, edition.rule.in_force_to.value_or(kForEver));
    if (!in_force(edition.rule, as_of)) continue;
    held.push_back(edition);
    cut_down(held.back(), as_of);
  }
  if (held.empty()) {
    throw UsageError(
        fmt::format("--as-of {}: no edition is in force on that day; expected a date from {} {}",
                    as_of, first, last == kForEver ? "on" : "to the day before " + last));
  }
  return held;
}

std::vector<Edition> programmes_in_force(const std::vector<Edition>& editions,
                                         const std::string& as_of) {
  std::vector<Edition> held;
  for (const Edition& edition : editions) {
    if (!edition.programme || !in_force(edition.rule, as_of)) continue;
    held.push_back(edition);
    cut_down(held.back(), as_of);
  }
  return held;
}

std::vector<std::string> known_through_notes(const std::vector<Edition>& editions,
                                             const CountryTable& countries,
                                             const std::string& as_of) {
  std::map<std::string, std::vector<std::string>> ended;
  // ISO dates compare as text.
  const auto look = [&](const std::string& what, const std::string& known_through) {
    if (known_through < as_of) ended[known_through].push_back(what);
  };
  for (const Edition& edition : editions) {
    look(edition.rule.id.value, edition.rule.known_through);
  }
  look("countries", countries.known_through);
  std::vector<std::string> notes;
  for (const auto& [day, files] : ended) {
    notes.push_back(fmt::format(
        "known through {}, and this is {}: later changes are not in these files, look for "
        "newer ones: {}",
        day, as_of, fmt::join(files, ", ")));
  }
  return notes;
}

}  // namespace tpp
