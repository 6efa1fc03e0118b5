#include "agent/regulation/licence.h"
#include "agent/model/truth_of.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/regulation/country_file.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

const std::string kUnderEmbargo =
    "under an embargo nearly every item needs a licence, by parts not worked out here";

Truth item_truth(const ItemState& state, const std::vector<std::string>& names) {
  Truth truth = Truth::not_met;
  for (const ItemClassState& one : state.item_classes) {
    if (std::ranges::find(names, one.item->name) != names.end()) truth = either(truth, one.truth);
  }
  return truth;
}

// A place that is named is met by any of the headquarters (the party's, its parent's); "everywhere
// but" must hold for all of them. Those that are not known may be the one that meets the first, or
// breaks the second.
Truth party_truth(const std::optional<Place>& place, const Places& places) {
  if (!place) return Truth::met;
  const std::vector<Country>& headquarters = places.headquarters;
  if (headquarters.empty()) return Truth::not_decided;
  const auto inside = [&](const Country& country) { return contains(*place, country); };
  const bool everywhere_but = place->any_of.empty();
  const bool holds = everywhere_but ? std::ranges::all_of(headquarters, inside)
                                    : std::ranges::any_of(headquarters, inside);
  const bool settled = !places.headquarters_open || holds != everywhere_but;
  return settled ? truth_of(holds) : Truth::not_decided;
}

Truth origin_truth(const std::optional<Place>& place, const std::optional<Country>& from) {
  if (!place) return Truth::met;
  if (!from) return Truth::not_decided;
  return truth_of(contains(*place, *from));
}

Truth reaches(const LicenceRow& row, const ItemState& state) {
  if (row.effect != LicenceEffect::letter) return item_truth(state, row.items);
  const auto letter = std::ranges::find(state.letters, &row, &LetterState::row);
  return letter == state.letters.end() ? Truth::not_met : letter->truth;
}

// What a row still hangs on, in words.
std::string open_points(const LicenceRow& row, const ItemState& state, const Places& places) {
  std::vector<std::string> points;
  if (reaches(row, state) == Truth::not_decided) {
    points.emplace_back(row.effect == LicenceEffect::letter ? "figures that are not public"
                                                            : "the item's class");
  }
  if (party_truth(row.party, places) == Truth::not_decided) {
    points.emplace_back("the headquarters of the party and of its ultimate parent");
  }
  if (origin_truth(row.exported_from, places.exported_from) == Truth::not_decided) {
    points.push_back(fmt::format("export from {}", fmt::join(row.exported_from->any_of, " or ")));
  }
  return fmt::format("{}", fmt::join(points, ", "));
}

Truth row_truth(const LicenceRow& row, const ItemState& state, const Places& places) {
  Truth truth = truth_of(contains(row.destination, places.destination));
  truth = both(truth, reaches(row, state));
  truth = both(truth, party_truth(row.party, places));
  return both(truth, origin_truth(row.exported_from, places.exported_from));
}

struct Judged {
  const LicenceRow* row;
  Truth truth;
};

std::vector<Judged> rows_of(const std::vector<Edition>& editions, const ItemState& state,
                            const Places& places, Scope scope, LicenceEffect effect) {
  std::vector<Judged> rows;
  for (const Edition& edition : editions) {
    for (const LicenceRow& row : edition.licence) {
      if (row.effect != effect || !stands(row.standing, scope)) continue;
      if (state.form == ItemForm::technology && !row.technology) continue;
      if (places.embargo && !row.embargoed) continue;
      const Truth truth = row_truth(row, state, places);
      if (truth != Truth::not_met) rows.push_back({&row, truth});
    }
  }
  return rows;
}

void cite(const LicenceRow& row, LicenceAnswer& answer) {
  add_once(row.standing.citation, answer.citations);
  if (!row.standing.text_verified) {
    answer.text_verified = false;
    add_once(
        fmt::format("{}: not read in the law's own words ({})", row.name, row.standing.citation),
        answer.notes);
  }
  if (!row.note.empty()) add_once(fmt::format("{}: {}", row.name, row.note), answer.notes);
}

// Whether some class to which no exception is open may need the licence.
bool beyond_exceptions(const std::vector<Judged>& requirements, const ItemState& state) {
  return std::ranges::any_of(requirements, [&](const Judged& judged) {
    const auto& names = judged.row->items;
    return std::ranges::any_of(state.item_classes, [&](const ItemClassState& one) {
      return one.truth != Truth::not_met &&
             one.item->determination == DeterminationKind::license_required &&
             std::ranges::find(names, one.item->name) != names.end();
    });
  });
}

void add_exception(const std::vector<Judged>& rows, bool open, const ItemState& state,
                   const Places& places, LicenceAnswer& answer) {
  const LicenceRow* chosen = nullptr;
  for (const auto& [row, truth] : rows) {
    if (truth == Truth::met && open) {
      // Of two that hold, the one that asks for more.
      if (!chosen || row->notice_days.value_or(0) > chosen->notice_days.value_or(0)) chosen = row;
      continue;
    }
    const std::string points = open_points(*row, state, places);
    add_once(fmt::format("exception {} may be open: it hangs on {}", row->name,
                         points.empty() ? "the item's class" : points),
             answer.notes);
  }
  if (!chosen) return;
  answer.exception = chosen->name;
  answer.notice_days = chosen->notice_days;
  cite(*chosen, answer);
}

void add_policy(const std::vector<Judged>& rows, const ItemState& state, const Places& places,
                LicenceAnswer& answer) {
  const LicenceRow* highest = nullptr;
  for (const auto& [row, truth] : rows) {
    if (truth == Truth::met && (!highest || row->rank > highest->rank)) highest = row;
  }
  if (highest) {
    answer.review_policy = highest->name;
    cite(*highest, answer);
  }
  for (const auto& [row, truth] : rows) {
    if (truth != Truth::not_decided || (highest && row->rank < highest->rank)) continue;
    if (highest && highest->name == row->name) continue;
    add_once(fmt::format("review policy may be {}: it hangs on {} ({})", row->name,
                         open_points(*row, state, places), row->standing.citation),
             answer.notes);
  }
}

// What is told of the destination whatever the item.
std::vector<std::string> notices(const std::vector<Edition>& editions, const Country& destination) {
  std::vector<std::string> told;
  for (const Edition& edition : editions) {
    for (const DestinationNotice& notice : edition.notices) {
      if (!contains(notice.destination, destination)) continue;
      const Standing& standing = notice.standing;
      add_once(fmt::format("{}: {} ({}{})", destination.name, notice.text, standing.citation,
                           standing.text_verified ? "" : "; not read in the law's own words"),
               told);
    }
  }
  return told;
}

// Memberships that began or ended are often known at second hand: they are told where they may
// decide.
void add_changes(const CountryTable& countries, const Country& country,
                 std::vector<std::string>& told) {
  for (const GroupChange& change : countries.changes) {
    if (change.country != country.code) continue;
    add_once(fmt::format("{}: {} {} from {} ({}{})", country.name, change.joins ? "in" : "not in",
                         change.group, change.on, change.citation,
                         change.text_verified ? "" : "; not read in the law's own words"),
             told);
  }
}

// Places that a row asks of the party by name, once each.
std::vector<Place> party_places(const std::vector<Edition>& editions) {
  std::vector<Place> places;
  for (const Edition& edition : editions) {
    for (const LicenceRow& row : edition.licence) {
      if (!row.party || row.party->any_of.empty()) continue;
      if (std::ranges::find(places, *row.party) == places.end()) places.push_back(*row.party);
    }
  }
  return places;
}

// A country that stands for all of a place: in its groups, or itself.
Country stand_in(const Place& place) {
  Country country;
  for (const std::string& word : place.any_of) {
    if (word.find(':') != std::string::npos) {
      country.groups.insert(word);
    } else {
      country.code = word;
    }
  }
  return country;
}

void add_branches(const LicenceCase& item, const Places& places, Licence& licence) {
  const auto add = [&](const std::string& condition, const Country& headquarters) {
    Places branch = places;
    branch.headquarters.push_back(headquarters);
    branch.headquarters_open = false;
    licence.branches.push_back(
        {condition, answer_in(item.editions, item.state, branch, item.scope)});
  };
  std::vector<std::string> named;
  for (const Place& place : party_places(item.editions)) {
    add(fmt::format("headquarters of the party or its ultimate parent in {}",
                    fmt::join(place.any_of, " or ")),
        stand_in(place));
    // A place that leads where an earlier one led tells nothing new.
    const LicenceAnswer& answer = licence.branches.back().answer;
    const bool known =
        std::any_of(licence.branches.begin(), licence.branches.end() - 1,
                    [&](const LicenceBranch& branch) { return branch.answer.same_answer(answer); });
    if (known) licence.branches.pop_back();
    for (const std::string& word : place.any_of) add_once(word, named);
  }
  if (named.empty()) return;
  add(fmt::format("no headquarters in {}", fmt::join(named, " or ")), Country{});
  const LicenceAnswer& first = licence.branches.front().answer;
  const bool all_alike = std::ranges::all_of(licence.branches, [&](const LicenceBranch& branch) {
    return branch.answer.same_answer(first);
  });
  if (all_alike) licence.branches.clear();
}

Places find_places(const CountryTable& countries, const Transaction& transaction) {
  Places places;
  places.destination = find_country(countries, "--destination", transaction.destination);
  for (const std::string& code : transaction.headquarters) {
    places.headquarters.push_back(find_country(countries, "--headquarters", code));
  }
  if (transaction.exported_from) {
    places.exported_from = find_country(countries, "--exported-from", *transaction.exported_from);
  }
  places.headquarters_open = transaction.headquarters_open || places.headquarters.empty();
  return places;
}

// The transaction with the codes of the table, however they were written.
Transaction named_as(const Places& places, Transaction transaction) {
  transaction.destination = places.destination.code;
  for (std::size_t i = 0; i < places.headquarters.size(); ++i) {
    transaction.headquarters[i] = places.headquarters[i].code;
  }
  if (places.exported_from) transaction.exported_from = places.exported_from->code;
  return transaction;
}

// A class of which no licence row speaks, as an edition of a site may define, is not free for that.
void open_what_no_row_reaches(const std::vector<Edition>& editions, const ItemState& state,
                              LicenceAnswer& answer) {
  const auto has_row = [&](const ItemClassState& one) {
    return std::ranges::any_of(editions, [&](const Edition& edition) {
      return std::ranges::any_of(edition.licence, [&](const LicenceRow& row) {
        return row.effect == LicenceEffect::requirement &&
               std::ranges::find(row.items, one.item->name) != row.items.end();
      });
    });
  };
  for (const ClassState& one : state.classes) {
    if (one.truth == Truth::not_met) continue;
    const bool reached = std::ranges::any_of(state.item_classes, [&](const ItemClassState& item) {
      const auto& classes = item.item->classes;
      return item.truth != Truth::not_met && has_row(item) &&
             std::ranges::find(classes, one.name) != classes.end();
    });
    if (reached) continue;
    answer.requirement = either(answer.requirement, Truth::not_decided);
    add_once(fmt::format("no edition says which licence {} needs", one.name), answer.notes);
  }
}

bool under_embargo(const std::vector<Edition>& editions, const Country& destination) {
  return std::ranges::any_of(editions, [&](const Edition& edition) {
    return std::ranges::any_of(edition.notices, [&](const DestinationNotice& notice) {
      return notice.embargo && contains(notice.destination, destination);
    });
  });
}

}  // namespace

LicenceAnswer answer_in(const std::vector<Edition>& editions, const ItemState& state,
                        const Places& given, Scope scope) {
  Places places = given;
  places.embargo = under_embargo(editions, places.destination);
  LicenceAnswer answer;
  answer.scope = scope;
  answer.requirement = Truth::not_met;
  auto requirements = rows_of(editions, state, places, scope, LicenceEffect::requirement);
  const auto letters = rows_of(editions, state, places, scope, LicenceEffect::letter);
  requirements.insert(requirements.end(), letters.begin(), letters.end());
  for (const auto& [row, truth] : requirements) {
    answer.requirement = either(answer.requirement, truth);
    if (truth == Truth::met) cite(*row, answer);
  }
  for (const auto& [row, truth] : requirements) {
    if (answer.requirement == Truth::not_decided) {
      add_once(
          fmt::format("requirement ({}) hangs on {}", row->name, open_points(*row, state, places)),
          answer.notes);
    }
  }
  open_what_no_row_reaches(editions, state, answer);
  if (places.embargo && answer.requirement == Truth::not_met) {
    answer.requirement = Truth::not_decided;
    add_once(kUnderEmbargo, answer.notes);
  }
  if (answer.requirement != Truth::not_met) {
    const bool open = answer.requirement == Truth::met && !beyond_exceptions(requirements, state);
    add_exception(rows_of(editions, state, places, scope, LicenceEffect::exception), open, state,
                  places, answer);
    add_policy(rows_of(editions, state, places, scope, LicenceEffect::policy), state, places,
               answer);
  }
  return answer;
}

Licence licence_for(const LicenceCase& item, const Transaction& transaction) {
  const Places places = find_places(item.countries, transaction);
  Licence licence;
  licence.transaction = named_as(places, transaction);
  licence.decides = answer_in(item.editions, item.state, places, item.scope);
  const Scope other = item.scope == Scope::text ? Scope::enforced : Scope::text;
  licence.beside = answer_in(item.editions, item.state_beside, places, other);
  licence.notices = notices(item.editions, places.destination);
  add_changes(item.countries, places.destination, licence.notices);
  for (const Country& headquarters : places.headquarters) {
    add_changes(item.countries, headquarters, licence.notices);
  }
  if (places.headquarters_open) add_branches(item, places, licence);
  return licence;
}

}  // namespace tpp
