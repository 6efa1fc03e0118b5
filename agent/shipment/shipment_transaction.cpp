#include "agent/shipment/shipment_transaction.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/model/names.h"
#include "agent/regulation/country_file.h"
#include "agent/support/add_once.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

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

}  // namespace

Truth inside(const Place& place, const std::optional<std::string>& code,
             const CountryTable& countries) {
  if (!code) return Truth::not_decided;
  const auto country = countries.countries.find(*code);
  if (country == countries.countries.end()) return Truth::not_decided;
  return contains(place, country->second) ? Truth::met : Truth::not_met;
}

// What leaves a foreign country is no export, whatever a manifest calls it. Taking the word for it
// would open the policies and windows that are for exports alone, so it is refused, not corrected:
// either the word or the country is wrong, and only the writer knows which.
void check_transaction(const Manifest& manifest, const std::vector<Edition>& in_force,
                       const CountryTable& day) {
  const bool within = manifest.exported_from == manifest.destination;
  for (const Edition& edition : in_force) {
    for (const TransactionRule& rule : edition.transactions) {
      if (rule.kind != manifest.transaction) continue;
      const bool begins = inside(rule.exported_from, manifest.exported_from, day) == Truth::met;
      if (begins && rule.within_country == within) continue;
      throw UsageError(fmt::format(
          "{}: transaction: found kind {}, exported_from {} and destination {}, which contradict "
          "each other: {} ({}); expected {}",
          manifest.transaction_place, enum_name(rule.kind), manifest.exported_from,
          manifest.destination, rule.text, rule.standing.citation,
          kinds_that_fit(in_force, manifest, day)));
    }
  }
}

Transaction transaction_of(const Manifest& manifest) {
  Transaction transaction;
  transaction.destination = manifest.destination;
  transaction.exported_from = manifest.exported_from;
  for (const Party& party : manifest.parties) {
    if (receives(party.role)) add_once(party.country, transaction.by_way_of);
    for (const std::optional<std::string>& code : {party.headquarters, party.ultimate_parent}) {
      if (code) add_once(*code, transaction.headquarters);
      transaction.headquarters_open = transaction.headquarters_open || !code;
    }
  }
  // An exporter's own headquarters say nothing of who receives: of them nothing is known then.
  const bool receiver_named = std::ranges::any_of(
      manifest.parties, [](const Party& party) { return receives_in_the_end(party.role); });
  transaction.headquarters_open = transaction.headquarters_open || !receiver_named;
  return transaction;
}

}  // namespace tpp
