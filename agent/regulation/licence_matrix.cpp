#include "agent/regulation/licence_matrix.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <set>

#include "agent/regulation/country_file.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/regulation/licence.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

struct Table {
  const std::vector<Edition>& editions;
  const CountryTable& countries;
  Scope scope;
};

// The countries of a class: of those that several classes have, the first one's.
using Members = std::vector<Country>;

std::vector<const ItemClass*> item_classes_of(const Table& table) {
  std::vector<const ItemClass*> items;
  for (const Edition& edition : table.editions) {
    for (const ItemClass& item : edition.item_classes) {
      if (stands(item.standing, table.scope)) items.push_back(&item);
    }
  }
  return items;
}

// An item that is exactly of one class, and of the class that this one is a part of.
ItemState state_of(const std::vector<const ItemClass*>& items, const ItemClass& only) {
  ItemState state;
  state.considered = true;
  for (const ItemClass* item : items) {
    const bool is = item == &only || item->name == only.within;
    state.item_classes.push_back({item, is ? Truth::met : Truth::not_met});
  }
  return state;
}

// Countries that stand for the headquarters of a class of parties: the rules may name some of them.
Members countries_in(const CountryTable& table, const Place& place) {
  Members members;
  for (const auto& [code, country] : table.countries) {
    if (contains(place, country)) members.push_back(country);
  }
  return members;
}

void add_answer(const std::string& code, const std::string& condition, const LicenceAnswer& answer,
                std::vector<MatrixAnswer>& answers) {
  for (MatrixAnswer& before : answers) {
    if (before.condition != condition || !before.answer.same_answer(answer)) continue;
    before.countries.push_back(code);
    return;
  }
  answers.push_back({{code}, condition, answer});
}

// Countries of export that some row asks for by name, once each.
std::vector<Place> origins(const std::vector<Edition>& editions) {
  std::vector<Place> places;
  for (const Edition& edition : editions) {
    for (const LicenceRow& row : edition.licence) {
      if (!row.exported_from || row.exported_from->any_of.empty()) continue;
      if (std::ranges::find(places, *row.exported_from) == places.end()) {
        places.push_back(*row.exported_from);
      }
    }
  }
  return places;
}

// Countries of a class of parties between which no row tells.
struct PartyGroup {
  Country one;
  std::vector<std::string> codes;
};

// A row may name a part of a class of parties: the groups that the rows tell apart, the largest
// first.
std::vector<PartyGroup> party_groups(const Table& table, const Place& place) {
  std::map<std::vector<bool>, PartyGroup> by_rows;
  for (const Country& party : countries_in(table.countries, place)) {
    std::vector<bool> fits = {under_embargo(table.editions, party)};
    for (const Edition& edition : table.editions) {
      for (const LicenceRow& row : edition.licence) {
        fits.push_back(!row.party || contains(*row.party, party));
      }
    }
    PartyGroup& group = by_rows[fits];
    group.one = party;
    group.codes.push_back(party.code);
  }
  std::vector<PartyGroup> groups;
  for (auto& [fits, group] : by_rows) groups.push_back(std::move(group));
  std::ranges::stable_sort(groups, std::greater<>(),
                           [](const PartyGroup& group) { return group.codes.size(); });
  return groups;
}

// An answer, and what it hangs on beside destination, class of party and item.
struct Case {
  std::string where;  // "exported from US"; "": from wherever
  LicenceAnswer answer;
};

bool same(const std::vector<Case>& some, const std::vector<Case>& others) {
  return std::ranges::equal(some, others, [](const Case& one, const Case& other) {
    return one.answer.same_answer(other.answer);
  });
}

// From wherever, then from each place that some row asks for by name.
std::vector<Case> cases(const Table& table, const ItemState& state, const Country& destination,
                        const PartyGroup& party) {
  Places places{destination, {party.one}, std::nullopt};
  std::vector<Case> cases = {{"", answer_in(table.editions, state, places, table.scope)}};
  for (const Place& origin : origins(table.editions)) {
    const Members members = countries_in(table.countries, origin);
    if (members.empty()) continue;
    places.exported_from = members.front();
    cases.push_back({fmt::format("exported from {}", fmt::join(origin.any_of, " or ")),
                     answer_in(table.editions, state, places, table.scope)});
  }
  return cases;
}

// The answers of most parties, where they differ by origin; then in full those of parties that are
// answered otherwise.
struct CellQuestion {
  const Table& table;
  const ItemState& state;
  std::vector<PartyGroup> parties;
};

void add_answers(const CellQuestion& question, const Country& destination,
                 std::vector<MatrixAnswer>& answers) {
  const auto& [table, state, parties] = question;
  const std::string& code = destination.code;
  const std::vector<Case> most = cases(table, state, destination, parties.front());
  for (const auto& [where, answer] : most) {
    if (!where.empty() && answer.same_answer(most.front().answer)) continue;
    add_answer(code, where.empty() ? "" : "if " + where, answer, answers);
  }
  for (const PartyGroup& party : parties) {
    const std::vector<Case> others = cases(table, state, destination, party);
    if (same(most, others)) continue;
    const std::string of = fmt::format("if the party is of {}", fmt::join(party.codes, ", "));
    for (const auto& [where, answer] : others) {
      add_answer(code, where.empty() ? of : of + " and " + where, answer, answers);
    }
  }
}

MatrixCell cell_of(const Table& table, const Members& destinations, const PlaceClass& party,
                   const ItemState& state) {
  MatrixCell cell;
  cell.party = party.title;
  const CellQuestion question{table, state, party_groups(table, party.place)};
  if (question.parties.empty()) return cell;
  for (const Country& country : destinations) add_answers(question, country, cell.answers);
  std::ranges::stable_sort(cell.answers, [](const MatrixAnswer& one, const MatrixAnswer& other) {
    if (one.condition.empty() != other.condition.empty()) return one.condition.empty();
    return one.countries.size() > other.countries.size();
  });
  if (cell.answers.size() == 1) cell.answers.front().countries.clear();
  return cell;
}

void add_cells(const Table& table, const Edition& edition, LicenceMatrix& matrix) {
  const auto items = item_classes_of(table);
  std::set<std::string> placed;
  for (const PlaceClass& destination : edition.destination_classes) {
    Members members = countries_in(table.countries, destination.place);
    std::erase_if(members, [&](const Country& country) { return placed.contains(country.code); });
    for (const Country& country : members) placed.insert(country.code);
    for (const PlaceClass& party : edition.party_classes) {
      for (const ItemClass* item : items) {
        MatrixCell cell = cell_of(table, members, party, state_of(items, *item));
        cell.destination = destination.title;
        cell.item = item->name;
        cell.item_title = item->title;
        matrix.cells.push_back(std::move(cell));
      }
    }
  }
}

}  // namespace

LicenceMatrix licence_matrix(const std::vector<Edition>& editions, const CountryTable& countries,
                             const std::string& as_of, Scope scope) {
  const std::vector<Edition> in_force = editions_in_force(editions, as_of);
  const CountryTable day = countries_on(countries, as_of);
  LicenceMatrix matrix;
  matrix.as_of = as_of;
  matrix.scope = scope;
  for (const Edition& edition : in_force) {
    const Rule& rule = edition.rule;
    matrix.editions.push_back({rule.id.value, rule.title, rule.citation, rule.known_through});
    add_cells({in_force, day, scope}, edition, matrix);
  }
  if (matrix.cells.empty()) {
    throw UsageError(
        fmt::format("--matrix: no edition in force on {} has classes of destinations", as_of));
  }
  matrix.notes = known_through_notes(in_force, countries, as_of);
  matrix.notes.emplace_back(
      "letters to single companies or of single products are not in this table");
  return matrix;
}

}  // namespace tpp
