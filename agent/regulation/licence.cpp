#include "agent/regulation/licence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/standing.h"
#include "agent/regulation/country_file.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

// What is told of a country whatever the item.
void add_notices(const std::vector<Edition>& editions, const Country& country,
                 std::vector<std::string>& told) {
  for (const Edition& edition : editions) {
    for (const DestinationNotice& notice : edition.notices) {
      if (!contains(notice.destination, country)) continue;
      const Standing& standing = notice.standing;
      add_once(fmt::format("{}: {} ({}{}{})", country.name, notice.text, standing.citation,
                           standing.text_verified ? "" : "; ", how_read(standing)),
               told);
    }
  }
}

// The destination, the headquarters and the places on the way, each once.
std::vector<Country> all_countries(const Places& places) {
  std::vector<Country> all = {places.destination};
  for (const Country& country : places.headquarters) add_once(country, all);
  for (const Country& country : places.by_way_of) add_once(country, all);
  return all;
}

// Memberships that began or ended are often known at second hand: they are told where they may
// decide.
void add_changes(const CountryTable& countries, const Country& country,
                 std::vector<std::string>& told) {
  for (const GroupChange& change : countries.changes) {
    if (change.country != country.code) continue;
    add_once(fmt::format("{}: {} {} from {} ({}{}{})", country.name, change.joins ? "in" : "not in",
                         change.group, change.on, change.citation, change.text_verified ? "" : "; ",
                         how_read(change.text_verified, change.unverified)),
             told);
  }
}

// Places that a row asks of the party by name, once each; those that leave something out last, as a
// part of what came before.
std::vector<Place> party_places(const std::vector<Edition>& editions) {
  std::vector<Place> places;
  for (const Edition& edition : editions) {
    for (const LicenceRow& row : edition.licence) {
      if (!row.party || row.party->any_of.empty()) continue;
      if (std::ranges::find(places, *row.party) == places.end()) places.push_back(*row.party);
    }
  }
  // Not the one of std::ranges: Clang 14 cannot read what it returns.
  std::stable_partition(places.begin(), places.end(),
                        [](const Place& place) { return place.none_of.empty(); });
  return places;
}

std::string headquarters_in(const Place& place) {
  const std::string inside = fmt::format("headquarters of the party or its ultimate parent in {}",
                                         fmt::join(place.any_of, " or "));
  if (place.none_of.empty()) return inside;
  return fmt::format("of these, {} but not {}", inside, fmt::join(place.none_of, " or "));
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

struct Setting {
  const std::vector<Edition>& editions;
  const ItemState& state;
  Scope scope;
};

// Where a party receives it on its way, the rules may take that place for the destination: what is
// milder by the destination that was named is left open.
LicenceAnswer answer_by_way(const Setting& asked, const Places& places) {
  LicenceAnswer answer = answer_in(asked.editions, asked.state, places, asked.scope);
  for (const Country& country : places.by_way_of) {
    Places way = places;
    way.destination = country;
    const LicenceAnswer there = answer_in(asked.editions, asked.state, way, asked.scope);
    if (there.same_answer(answer) || there.requirement == Truth::not_met) continue;
    answer.requirement = either(answer.requirement, Truth::not_decided);
    if (there.exception != answer.exception || there.notice_days != answer.notice_days) {
      answer.exception.reset();
      answer.notice_days.reset();
    }
    if (there.review_policy != answer.review_policy) answer.review_policy.reset();
    answer.text_verified = answer.text_verified && there.text_verified;
    add_once(fmt::format("a party receives it in {}; to there: {}", country.name, words_of(there)),
             answer.notes);
  }
  return answer;
}

// What an unknown headquarters may be, and a country that stands for it.
struct Possibility {
  std::string condition;
  Country country;
  bool part = false;  // of the one before that is no part
};

// Places under an embargo, as one; of it a real country, which is of other groups too.
std::optional<Possibility> embargoed_party(const LicenceCase& item) {
  Place all;
  for (const Place& place : embargo_places(item.editions)) {
    for (const std::string& word : place.any_of) add_once(word, all.any_of);
  }
  for (const auto& [code, country] : item.countries.countries) {
    if (!all.any_of.empty() && contains(all, country)) {
      return Possibility{headquarters_in(all) + ", under an embargo", country};
    }
  }
  return std::nullopt;
}

// The first that fits counts, but that a part of a place, "of these", goes before it.
std::vector<Possibility> possible_headquarters(const LicenceCase& item) {
  std::vector<Possibility> all;
  if (const auto embargoed = embargoed_party(item)) all.push_back(*embargoed);
  std::vector<std::string> named;
  for (const Place& place : party_places(item.editions)) {
    const bool part = !place.none_of.empty();
    all.push_back(
        {(all.empty() || part ? "" : "else ") + headquarters_in(place), stand_in(place), part});
    for (const std::string& word : place.any_of) add_once(word, named);
  }
  if (all.empty()) return all;
  all.push_back({named.empty()
                     ? "headquarters elsewhere"
                     : fmt::format("{}no headquarters in {}",
                                   all.front().condition.ends_with("embargo") ? "else " : "",
                                   fmt::join(named, " or ")),
                 Country{}});
  return all;
}

void add_branches(const LicenceCase& item, const Places& places, Licence& licence) {
  const std::vector<Possibility> possible = possible_headquarters(item);
  LicenceAnswer whole;
  for (const Possibility& one : possible) {
    Places branch = places;
    branch.headquarters.push_back(one.country);
    branch.headquarters_open = false;
    const LicenceAnswer answer = answer_by_way({item.editions, item.state, item.scope}, branch);
    // A part that leads where its whole does tells nothing new.
    if (!one.part || !answer.same_answer(whole))
      licence.branches.push_back({one.condition, answer});
    if (!one.part) whole = answer;
  }
  const bool all_alike = std::ranges::all_of(licence.branches, [&](const LicenceBranch& branch) {
    return branch.answer.same_answer(licence.branches.front().answer);
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
  for (const std::string& code : transaction.by_way_of) {
    const Country& country = find_country(countries, "--destination", code);
    if (country.code != places.destination.code) add_once(country, places.by_way_of);
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

}  // namespace

Licence licence_for(const LicenceCase& item, const Transaction& transaction) {
  const Places places = find_places(item.countries, transaction);
  Licence licence;
  licence.transaction = named_as(places, transaction);
  licence.decides = answer_by_way({item.editions, item.state, item.scope}, places);
  const Scope other = item.scope == Scope::text ? Scope::enforced : Scope::text;
  licence.beside = answer_by_way({item.editions, item.state_beside, other}, places);
  for (const Country& country : all_countries(places)) {
    add_notices(item.editions, country, licence.notices);
    add_changes(item.countries, country, licence.notices);
  }
  if (places.headquarters_open) add_branches(item, places, licence);
  return licence;
}

}  // namespace tpp
