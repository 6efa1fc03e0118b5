#include "agent/editions_in_force.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "agent/support/error.h"

namespace tpp {
namespace {

bool in_force(const Rule& rule, const std::string& as_of) {
  return rule.in_force_from <= as_of && (!rule.in_force_to || as_of < *rule.in_force_to);
}

template <class Row>
void keep_what_holds(std::vector<Row>& rows, const std::string& as_of) {
  std::erase_if(rows, [&](const Row& row) { return !holds_on(row.standing, as_of); });
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
  for (const Edition& edition : editions) {
    const std::string& from = edition.rule.in_force_from;
    if (first.empty() || from < first) first = from;
    if (!in_force(edition.rule, as_of)) continue;
    held.push_back(edition);
    keep_what_holds(held.back().item_classes, as_of);
    keep_what_holds(held.back().licence, as_of);
    keep_what_holds(held.back().other_controls, as_of);
    keep_what_holds(held.back().notices, as_of);
  }
  if (held.empty()) {
    throw UsageError(
        fmt::format("--as-of {}: no edition is in force on that day; expected a date "
                    "from {} on",
                    as_of, first));
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
