#include "agent/shipment/shipment.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/country_file.h"
#include "agent/regulation/editions_in_force.h"
#include "agent/shipment/shipment_notice.h"
#include "agent/shipment/shipment_programme.h"
#include "agent/shipment/shipment_transaction.h"
#include "agent/shipment/shipment_whole.h"

namespace tpp {
namespace {

// As the manifest gives it.
ShipmentAnswer described(const Manifest& manifest) {
  ShipmentAnswer answer;
  answer.name = manifest.name;
  answer.origin = manifest.origin;
  answer.transaction = manifest.transaction;
  answer.exported_from = manifest.exported_from;
  answer.destination = manifest.destination;
  answer.parties = manifest.parties;
  answer.end_use = manifest.end_use;
  answer.currency = manifest.currency;
  return answer;
}

void note_parties(ShipmentAnswer& answer) {
  if (answer.parties.empty()) {
    answer.notes.emplace_back("no party is named: their headquarters count as not known");
  } else if (std::ranges::none_of(answer.parties, receives_in_the_end, &Party::role)) {
    answer.notes.emplace_back(
        "no party has the role ultimate-consignee or end-user: the headquarters of who receives "
        "the shipment count as not known");
  }
  for (const Party& party : answer.parties) {
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

ShipmentAnswer answer_shipment(const Manifest& manifest, const std::vector<ResolvedItem>& items,
                               const RuleBook& book, const Question& asked) {
  std::vector<Edition> in_force = editions_in_force(book.editions, asked.as_of);
  const CountryTable day = countries_on(book.countries, asked.as_of);
  check_transaction(manifest, in_force, day);
  Question question = asked;
  question.transaction = transaction_of(manifest);

  ShipmentAnswer answer = described(manifest);
  answer.as_of = question.as_of;
  answer.scope = question.scope;
  const ItemContext context{book, in_force, day, manifest.parties, question};
  for (const ResolvedItem& item : items) answer.items.push_back(answer_item(item, context));
  note_parties(answer);
  add_whole(in_force, answer);
  answer.worksheet = notice_worksheet(answer, in_force);
  for (const Edition& edition : programmes_in_force(book.editions, question.as_of)) {
    answer.programmes.push_back(programme_answer(edition, answer.items, answer.parties, day));
    const auto same = [&](const Edition& one) { return one.rule.id == edition.rule.id; };
    if (std::ranges::none_of(in_force, same)) in_force.push_back(edition);
  }
  add_undecidable(in_force, answer);
  for (const std::string& note : known_through_notes(in_force, book.countries, question.as_of)) {
    answer.notes.push_back(note);
  }
  return answer;
}

}  // namespace tpp
