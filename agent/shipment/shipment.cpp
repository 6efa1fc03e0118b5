#include "agent/shipment/shipment.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/regulation/item_state.h"
#include "agent/shipment/shipment_notice.h"
#include "agent/shipment/shipment_programme.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

void add_once(const std::string& text, std::vector<std::string>& list) {
  if (!text.empty() && std::ranges::find(list, text) == list.end()) list.push_back(text);
}

Truth inside(const Place& place, const std::optional<std::string>& code,
             const CountryTable& countries) {
  if (!code) return Truth::not_decided;
  const auto country = countries.countries.find(*code);
  if (country == countries.countries.end()) return Truth::not_decided;
  return contains(place, country->second) ? Truth::met : Truth::not_met;
}

std::string kinds_that_fit(const std::vector<Edition>& editions, const Manifest& manifest,
                           const CountryTable& countries) {
  const bool within = manifest.exported_from == manifest.destination;
  std::vector<std::string> kinds;
  for (const Edition& edition : editions) {
    for (const TransactionRule& rule : edition.transactions) {
      const Truth fits = inside(rule.exported_from, manifest.exported_from, countries);
      if (fits == Truth::met && rule.within_country == within) {
        kinds.emplace_back(enum_name(rule.kind));
      }
    }
  }
  return kinds.empty() ? "another country" : fmt::format("{}", fmt::join(kinds, " or "));
}

// What leaves a foreign country is no export, whatever a manifest calls it. Taking the word for it
// would open the policies and windows that are for exports alone, so it is refused, not corrected:
// either the word or the country is wrong, and only the writer knows which.
void check_transaction(const Manifest& manifest, const std::vector<Edition>& editions,
                       const CountryTable& countries) {
  const bool within = manifest.exported_from == manifest.destination;
  for (const Edition& edition : editions) {
    for (const TransactionRule& rule : edition.transactions) {
      if (rule.kind != manifest.transaction) continue;
      const bool begins =
          inside(rule.exported_from, manifest.exported_from, countries) == Truth::met;
      if (begins && rule.within_country == within) continue;
      throw UsageError(fmt::format(
          "{}: transaction: found kind {}, exported_from {} and destination {}, which contradict "
          "each other: {} ({}); expected {}",
          manifest.transaction_place, enum_name(rule.kind), manifest.exported_from,
          manifest.destination, rule.text, rule.standing.citation,
          kinds_that_fit(editions, manifest, countries)));
    }
  }
}

Readings readings_of(const Question& question) {
  Readings readings = settle_readings(Rule{}, {});
  for (const auto& [name, option] : question.readings) readings[name] = option;
  return readings;
}

std::optional<double> figure(const BasisValues& basis, RuleQuantity quantity) {
  const Quantified* found = figure_for(basis, quantity);
  return found ? std::optional(found->value) : std::nullopt;
}

// Declared before achieved, since the rules assume what is claimed; never inferred.
void add_figures(const BoardValues& values, ShipmentPart& part) {
  part.planar = values.planar;
  for (const Basis wanted : {Basis::declared, Basis::achieved}) {
    for (const BasisValues& basis : values.bases) {
      if (part.tpp || basis.basis != wanted) continue;
      const Quantified* tpp = figure_for(basis, RuleQuantity::tpp);
      if (!tpp) continue;
      part.tpp = tpp->value;
      part.density = figure(basis, RuleQuantity::pd);
      if (tpp->weight == Weight::over) part.tpp_doubt = "a lower bound";
      if (tpp->weight == Weight::nothing) part.tpp_doubt = "from memory";
    }
  }
}

// A stack of memory has no TPP, and a design is no hardware that was counted.
void add_tpp(const BoardValues& values, const ShipmentPart& part, ShipmentItem& item) {
  if (values.item == ItemKind::memory || item.kind == ShipmentItemKind::technology) return;
  if (!part.tpp) {
    item.tpp.missing.push_back(fmt::format("{}: TPP unknown", part.determination.subject));
    return;
  }
  if (!part.tpp_doubt.empty()) {
    item.tpp.missing.push_back(
        fmt::format("{}: TPP {}", part.determination.subject, part.tpp_doubt));
  }
  item.tpp.value += static_cast<double>(item.quantity) * part.per_unit * *part.tpp;
}

FoundryAnswer foundry_answer(const FoundryQuestion& question, const std::vector<Party>& parties,
                             const CountryTable& countries) {
  FoundryAnswer answer;
  answer.question = question.question;
  answer.text = question.text;
  answer.citation = question.standing.citation;
  answer.text_verified = question.standing.text_verified;
  if (!question.role) {
    answer.detail = "not in the manifest";
    return answer;
  }
  std::vector<std::string> found;
  Truth all = Truth::met;
  for (const Party& party : parties) {
    if (party.role != *question.role) continue;
    const auto look = [&](const std::optional<Place>& place, const std::optional<std::string>& code,
                          const char* what) {
      if (!place) return;
      all = both(all, inside(*place, code, countries));
      found.push_back(fmt::format("{} {}", what, code.value_or("not given")));
    };
    look(question.country, party.country, "in");
    look(question.headquarters, party.headquarters, "headquarters");
    look(question.ultimate_parent, party.ultimate_parent, "ultimate parent");
  }
  answer.truth = found.empty() ? Truth::not_decided : all;
  answer.detail = found.empty()
                      ? fmt::format("no party has the role {}", enum_name(*question.role))
                      : fmt::format("{}: {}", enum_name(*question.role), fmt::join(found, ", "));
  return answer;
}

// "4A090.a; NVIDIA H100: 3A090.a (...)": entries that follow from the form, then what decides.
std::string rendered(const ShipmentItem& item) {
  const ShipmentPart* strictest = &item.parts.front();
  std::vector<std::string> entries;
  for (const ShipmentPart& part : item.parts) {
    if (part.determination.determination < strictest->determination.determination) {
      strictest = &part;
    }
    for (const OtherControlResult& control : part.determination.other_controls) {
      const bool follows =
          control.kind == OtherControlKind::candidate && control.status == "applies";
      if (follows) add_once(control.name, entries);
    }
  }
  std::string text = strictest->determination.rendered;
  if (item.kind == ShipmentItemKind::computer) {
    text = fmt::format("{}: {}", strictest->determination.subject, text);
  }
  return entries.empty() ? text : fmt::format("{}; {}", fmt::join(entries, ", "), text);
}

void add_notes(ShipmentItem& item) {
  if (item.kind == ShipmentItemKind::computer) {
    item.notes.emplace_back(
        "held against the rules by each circuit that it is said to contain, never by their sum; "
        "what the manifest leaves out was not looked at");
  }
  if (item.kind == ShipmentItemKind::technology) {
    item.notes.emplace_back(
        "technology follows the item that it is of: class and licence are worked out for that "
        "item, without the exceptions that are for items alone; it counts in no sum of TPP and is "
        "not of the hardware layer");
  }
}

// What holds still for all items.
struct Asked {
  const std::vector<Edition>& editions;
  const std::vector<Edition>& in_force;
  const CountryTable& countries;
  const CountryTable& day;
  Question question;
  const Manifest& manifest;
};

ShipmentItem answer_item(const ResolvedItem& resolved, const Asked& asked) {
  ShipmentItem item;
  item.name = resolved.name;
  item.kind = resolved.kind;
  item.quantity = resolved.quantity;
  item.unit_value = resolved.unit_value;
  item.us_content_value = resolved.us_content_value;
  item.supplier_countries = resolved.supplier_countries;
  item.determination = DeterminationKind::not_controlled;
  for (const ResolvedPart& source : resolved.parts) {
    ShipmentPart part;
    part.determination = determine(source.item, asked.editions, asked.countries, asked.question);
    part.model = source.model;
    part.per_unit = source.per_unit;
    part.evidence = source.evidence;
    const BoardValues values = source.item.values(readings_of(asked.question));
    add_figures(values, part);
    add_tpp(values, part, item);
    // The enumeration begins with the strictest.
    item.determination = std::min(item.determination, part.determination.determination);
    item.parts.push_back(std::move(part));
  }
  item.rendered = rendered(item);
  if (item.kind == ShipmentItemKind::technology) {
    for (const Edition& edition : asked.in_force) {
      for (const FoundryQuestion& question : edition.foundry_questions) {
        item.foundry.push_back(foundry_answer(question, asked.manifest.parties, asked.day));
      }
    }
  }
  add_notes(item);
  return item;
}

void add_answer(const std::string& name, const LicenceAnswer& answer, ShipmentLicence& whole) {
  whole.scope = answer.scope;
  whole.requirement = either(whole.requirement, answer.requirement);
  if (answer.requirement == Truth::not_decided) add_once(name, whole.open_by);
  if (answer.requirement != Truth::met) return;
  add_once(name, whole.required_by);
  whole.without_exception = whole.without_exception || !answer.exception;
  if (answer.exception) add_once(*answer.exception, whole.exceptions);
  if (answer.review_policy) add_once(*answer.review_policy, whole.policies);
}

void add_licences(ShipmentAnswer& answer) {
  answer.decides.requirement = Truth::not_met;
  answer.beside.requirement = Truth::not_met;
  for (const ShipmentItem& item : answer.items) {
    for (const ShipmentPart& part : item.parts) {
      add_answer(item.name, part.determination.licence->decides, answer.decides);
      add_answer(item.name, part.determination.licence->beside, answer.beside);
    }
  }
}

void add_sums(ShipmentAnswer& answer) {
  for (const ShipmentItem& item : answer.items) {
    answer.tpp.value += item.tpp.value;
    for (const std::string& missing : item.tpp.missing) {
      answer.tpp.missing.push_back(item.parts.size() > 1 ? fmt::format("{}, {}", item.name, missing)
                                                         : missing);
    }
    answer.value.value += item.quantity * item.unit_value.value_or(0);
    if (!item.unit_value) answer.value.missing.push_back(item.name);
  }
}

void add_parties(const Manifest& manifest, ShipmentAnswer& answer) {
  answer.parties = manifest.parties;
  if (manifest.parties.empty()) {
    answer.notes.emplace_back("no party is named: their headquarters count as not known");
  }
  for (const Party& party : manifest.parties) {
    if (party.headquarters && party.ultimate_parent) continue;
    const std::string who = party.name.empty() ? std::string(enum_name(party.role)) : party.name;
    const char* what = party.headquarters      ? "ultimate parent"
                       : party.ultimate_parent ? "headquarters"
                                               : "headquarters and ultimate parent";
    answer.notes.push_back(fmt::format("{}: {} not given, which counts as not known", who, what));
  }
}

void add_undecidable(const std::vector<Edition>& editions, ShipmentAnswer& answer) {
  for (const Edition& edition : editions) {
    const Rule& rule = edition.rule;
    answer.editions.push_back({rule.id.value, rule.title, rule.citation, rule.known_through});
    for (const Statement& statement : edition.undecidable) {
      answer.undecidable.push_back(text_of(statement));
    }
  }
}

}  // namespace

Transaction transaction_of(const Manifest& manifest) {
  Transaction transaction;
  transaction.destination = manifest.destination;
  transaction.exported_from = manifest.exported_from;
  for (const Party& party : manifest.parties) {
    for (const std::optional<std::string>& code : {party.headquarters, party.ultimate_parent}) {
      if (code) add_once(*code, transaction.headquarters);
      transaction.headquarters_open = transaction.headquarters_open || !code;
    }
  }
  transaction.headquarters_open = transaction.headquarters_open || manifest.parties.empty();
  return transaction;
}

ShipmentAnswer answer_shipment(const Manifest& manifest, const std::vector<ResolvedItem>& items,
                               const std::vector<Edition>& editions, const CountryTable& countries,
                               const Question& question) {
  std::vector<Edition> in_force = editions_in_force(editions, question.as_of);
  const CountryTable day = countries_on(countries, question.as_of);
  check_transaction(manifest, in_force, day);
  Asked asked{editions, in_force, countries, day, question, manifest};
  asked.question.transaction = transaction_of(manifest);

  ShipmentAnswer answer;
  answer.name = manifest.name;
  answer.origin = manifest.origin;
  answer.as_of = question.as_of;
  answer.scope = question.scope;
  answer.transaction = manifest.transaction;
  answer.exported_from = manifest.exported_from;
  answer.destination = manifest.destination;
  answer.end_use = manifest.end_use;
  answer.currency = manifest.currency;
  answer.determination = DeterminationKind::not_controlled;
  for (const ResolvedItem& item : items) {
    answer.items.push_back(answer_item(item, asked));
    answer.determination = std::min(answer.determination, answer.items.back().determination);
  }
  add_parties(manifest, answer);
  add_licences(answer);
  add_sums(answer);
  answer.worksheet = notice_worksheet(answer.items, answer.parties, in_force);
  for (const Edition& edition : programmes_in_force(editions, question.as_of)) {
    answer.programmes.push_back(programme_answer(edition, answer.items, answer.parties, day));
    const auto same = [&](const Edition& one) { return one.rule.id == edition.rule.id; };
    if (std::ranges::none_of(in_force, same)) in_force.push_back(edition);
  }
  add_undecidable(in_force, answer);
  for (const std::string& note : known_through_notes(in_force, countries, question.as_of)) {
    answer.notes.push_back(note);
  }
  return answer;
}

}  // namespace tpp
