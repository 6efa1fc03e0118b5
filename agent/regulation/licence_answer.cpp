#include "agent/regulation/licence.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/truth_of.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/support/add_once.h"

namespace tpp {
namespace {

const std::string kUnderEmbargo =
    "under an embargo nearly every item needs a licence, by parts not worked out here";
const std::string kHeadquarters = "the headquarters of the party and of its ultimate parent";
const std::string kMayBeEmbargoed =
    "headquarters that are not known may be of a country under an embargo";
const std::string kNoPolicy = "no edition in force says how an application is reviewed";
const std::string kNotSpokenOf = "no edition in force speaks of such an item";

Truth item_truth(const ItemState& state, const std::vector<std::string>& names) {
  Truth truth = Truth::not_met;
  for (const ItemClassState& one : state.item_classes) {
    if (std::ranges::find(names, one.item->name) != names.end()) truth = either(truth, one.truth);
  }
  if (truth != Truth::not_decided || state.alternatives.empty()) return truth;
  // Whichever it is, it may be one of the classes.
  const Truth first = item_truth(state.alternatives.front(), names);
  const bool alike = std::ranges::all_of(state.alternatives, [&](const ItemState& alternative) {
    return item_truth(alternative, names) == first;
  });
  return alike ? first : truth;
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
    points.push_back(kHeadquarters);
  }
  if (origin_truth(row.exported_from, places.exported_from) == Truth::not_decided) {
    points.push_back(fmt::format("export from {}", fmt::join(row.exported_from->any_of, " or ")));
  }
  if (!row.embargoed && places.embargo == Truth::not_decided) {
    add_once(kHeadquarters, points);
  }
  return fmt::format("{}", fmt::join(points, ", "));
}

Truth row_truth(const LicenceRow& row, const ItemState& state, const Places& places) {
  Truth truth = truth_of(contains(row.destination, places.destination));
  if (!row.embargoed) truth = both(truth, opposite(places.embargo));
  truth = both(truth, reaches(row, state));
  truth = both(truth, party_truth(row.party, places));
  return both(truth, origin_truth(row.exported_from, places.exported_from));
}

struct Judged {
  const LicenceRow* row;
  Truth truth;
};

// What is asked, and where.
struct Setting {
  const std::vector<Edition>& editions;
  const ItemState& state;
  const Places& places;
  Scope scope;
};

std::vector<Judged> rows_of(const Setting& setting, LicenceEffect effect) {
  std::vector<Judged> rows;
  for (const Edition& edition : setting.editions) {
    for (const LicenceRow& row : edition.licence) {
      if (row.effect != effect || !stands(row.standing, setting.scope)) continue;
      if (setting.state.form == ItemForm::technology && !row.technology) continue;
      const Truth truth = row_truth(row, setting.state, setting.places);
      if (truth != Truth::not_met) rows.push_back({&row, truth});
    }
  }
  return rows;
}

void cite(const LicenceRow& row, LicenceAnswer& answer) {
  add_once(row.standing.citation, answer.citations);
  if (!row.standing.text_verified) {
    answer.text_verified = false;
    add_once(fmt::format("{}: {} ({})", row.name, how_read(row.standing), row.standing.citation),
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

// Why no exception is shown to be open; "" where one may be.
std::string why_no_exception(const std::vector<Judged>& requirements, const ItemState& state,
                             const LicenceAnswer& answer) {
  if (answer.requirement != Truth::met) return "it hangs on whether a licence is required";
  for (const auto& [row, truth] : requirements) {
    if (row->effect != LicenceEffect::letter) continue;
    return truth == Truth::met ? fmt::format("the {} asks for a licence by itself", row->name)
                               : fmt::format("it hangs on the {}", row->name);
  }
  return beyond_exceptions(requirements, state) ? "it hangs on the item's class" : "";
}

void add_exception(const Setting& setting, const std::string& why_not, LicenceAnswer& answer) {
  const LicenceRow* chosen = nullptr;
  for (const auto& [row, truth] : rows_of(setting, LicenceEffect::exception)) {
    if (truth == Truth::met && why_not.empty()) {
      // Of two that hold, the one that asks for more.
      if (!chosen || row->notice_days.value_or(0) > chosen->notice_days.value_or(0)) chosen = row;
      continue;
    }
    const std::string points = open_points(*row, setting.state, setting.places);
    add_once(fmt::format("exception {} is not shown to be open: {}", row->name,
                         points.empty() ? why_not : "it hangs on " + points),
             answer.notes);
  }
  if (!chosen) return;
  answer.exception = chosen->name;
  answer.notice_days = chosen->notice_days;
  cite(*chosen, answer);
}

void add_policy(const Setting& setting, LicenceAnswer& answer) {
  const std::vector<Judged> rows = rows_of(setting, LicenceEffect::policy);
  if (rows.empty() && answer.requirement == Truth::met) {
    add_once(kNoPolicy, answer.notes);
  }
  const LicenceRow* highest = nullptr;
  for (const auto& [row, truth] : rows) {
    if (truth == Truth::met && (!highest || row->rank > highest->rank)) highest = row;
  }
  // One that may hold, and would then win, leaves it open.
  bool open = false;
  for (const auto& [row, truth] : rows) {
    if (highest && (row->rank < highest->rank || highest->name == row->name)) continue;
    open |= truth == Truth::not_decided;
    add_once(
        truth == Truth::met
            ? fmt::format("review policy {} has the same rank ({})", row->name,
                          row->standing.citation)
            : fmt::format("review policy may be {}: it hangs on {} ({})", row->name,
                          open_points(*row, setting.state, setting.places), row->standing.citation),
        answer.notes);
  }
  if (!highest) return;
  if (!open) answer.review_policy = highest->name;
  if (open) add_once(fmt::format("review policy is {} otherwise", highest->name), answer.notes);
  cite(*highest, answer);
}

// A class of which no licence row speaks, as an edition of a site may define, is not free for that.
// Says of which: "no edition says which licence X needs"; "" if there is none.
std::string what_no_row_reaches(const std::vector<Edition>& editions, const ItemState& state) {
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
    if (!reached) return fmt::format("no edition says which licence {} needs", one.name);
  }
  return "";
}

// A party of a country under an embargo is no freer elsewhere, as far as these rules can say; and
// one whose headquarters are not known may be such a party, where there are embargoes.
Truth any_embargo(const std::vector<Edition>& editions, const Places& places) {
  const auto embargo = [&](const Country& country) { return under_embargo(editions, country); };
  if (embargo(places.destination) || std::ranges::any_of(places.headquarters, embargo) ||
      std::ranges::any_of(places.by_way_of, embargo)) {
    return Truth::met;
  }
  const bool open = places.headquarters_open && !embargo_places(editions).empty();
  return open ? Truth::not_decided : Truth::not_met;
}

// What is not required, or open, rests on the rows that were found not to hold too; and every
// answer on the groups that its countries are in.
void look_at_the_ground(const Setting& setting, LicenceAnswer& answer) {
  const auto unverified = [](const Country& country) { return country.unverified; };
  if (unverified(setting.places.destination) ||
      std::ranges::any_of(setting.places.headquarters, unverified) ||
      std::ranges::any_of(setting.places.by_way_of, unverified)) {
    answer.text_verified = false;
  }
  if (answer.requirement == Truth::met) return;
  for (const Edition& edition : setting.editions) {
    for (const LicenceRow& row : edition.licence) {
      const bool asks =
          row.effect == LicenceEffect::requirement || row.effect == LicenceEffect::letter;
      if (!asks || !stands(row.standing, setting.scope) || row.standing.text_verified) continue;
      if (reaches(row, setting.state) == Truth::not_met) continue;
      answer.text_verified = false;
      add_once(fmt::format("rests on {} too: {} ({})", row.name, how_read(row.standing),
                           row.standing.citation),
               answer.notes);
    }
  }
}

// What an open requirement hangs on; and what letters ask that may reach the item, unless one of
// the name is known to.
void note_open_requirements(const Setting& setting, const std::vector<Judged>& requirements,
                            LicenceAnswer& answer) {
  for (const Judged& one : requirements) {
    const bool named = std::ranges::any_of(requirements, [&](const Judged& other) {
      return other.truth == Truth::met && other.row->name == one.row->name;
    });
    const bool letter =
        one.row->effect == LicenceEffect::letter && one.truth == Truth::not_decided && !named;
    if (answer.requirement != Truth::not_decided && !letter) continue;
    add_once(fmt::format("requirement ({}) hangs on {}", one.row->name,
                         open_points(*one.row, setting.state, setting.places)),
             answer.notes);
  }
}

void open_the_requirement(const std::string& why, LicenceAnswer& answer) {
  answer.requirement = either(answer.requirement, Truth::not_decided);
  add_once(why, answer.notes);
}

}  // namespace

std::vector<Place> embargo_places(const std::vector<Edition>& editions) {
  std::vector<Place> places;
  for (const Edition& edition : editions) {
    for (const DestinationNotice& notice : edition.notices) {
      if (notice.embargo) add_once(notice.destination, places);
    }
  }
  return places;
}

bool under_embargo(const std::vector<Edition>& editions, const Country& country) {
  const auto inside = [&](const Place& place) { return contains(place, country); };
  return std::ranges::any_of(embargo_places(editions), inside);
}

LicenceAnswer answer_in(const std::vector<Edition>& editions, const ItemState& state,
                        const Places& given, Scope scope) {
  Places places = given;
  places.embargo = any_embargo(editions, places);
  const Setting setting{editions, state, places, scope};
  LicenceAnswer answer;
  answer.scope = scope;
  answer.requirement = Truth::not_met;
  auto requirements = rows_of(setting, LicenceEffect::requirement);
  const auto letters = rows_of(setting, LicenceEffect::letter);
  requirements.insert(requirements.end(), letters.begin(), letters.end());
  for (const auto& [row, truth] : requirements) {
    answer.requirement = either(answer.requirement, truth);
    if (truth == Truth::met) cite(*row, answer);
  }
  note_open_requirements(setting, requirements, answer);
  const std::string unreached = what_no_row_reaches(editions, state);
  if (!unreached.empty()) open_the_requirement(unreached, answer);
  if (places.embargo == Truth::met) open_the_requirement(kUnderEmbargo, answer);
  if (places.embargo == Truth::not_decided) open_the_requirement(kMayBeEmbargoed, answer);
  if (!state.considered) open_the_requirement(kNotSpokenOf, answer);
  look_at_the_ground(setting, answer);
  if (answer.requirement != Truth::not_met) {
    const std::string why_not =
        unreached.empty() ? why_no_exception(requirements, state, answer) : unreached;
    add_exception(setting, why_not, answer);
    add_policy(setting, answer);
  }
  return answer;
}

}  // namespace tpp
