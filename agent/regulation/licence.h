// Whether a transaction needs a licence, which exception there is and how an application is
// reviewed, from the licence rows of the editions in force. Knows no country and no class by name.
// What is not known of the transaction decides nothing, and the answers that it may lead to are
// worked out beside. Pure.
#ifndef TPP_AGENT_REGULATION_LICENCE_H
#define TPP_AGENT_REGULATION_LICENCE_H

#include <vector>

#include "agent/model/country.h"
#include "agent/model/determination.h"
#include "agent/model/edition.h"
#include "agent/regulation/item_state.h"

namespace tpp {

struct LicenceCase {
  const std::vector<Edition>& editions;  // in force on the day
  const CountryTable& countries;         // of the day
  const ItemState& state;                // of the item, in the scope asked for
  const ItemState& state_beside;         // of the item, in the other scope
  Scope scope = Scope::text;
};

// Throws UsageError naming the option if a country of the transaction is not in the table.
Licence licence_for(const LicenceCase& item, const Transaction& transaction);

// One answer in one scope, with countries that were found. An empty list of headquarters, and no
// country of export, are "not known".
struct Places {
  Country destination;
  std::vector<Country> headquarters;
  std::optional<Country> exported_from;
  Truth embargo = Truth::not_met;       // of the destination or a party; answer_in looks it up
  bool headquarters_open = false;       // some are not known beside those given
  std::vector<Country> by_way_of = {};  // where parties that receive it on its way are
};
// Places that some notice puts under an embargo.
std::vector<Place> embargo_places(const std::vector<Edition>& editions);
// Whether a notice says that the country is under an embargo.
bool under_embargo(const std::vector<Edition>& editions, const Country& country);

LicenceAnswer answer_in(const std::vector<Edition>& editions, const ItemState& state,
                        const Places& places, Scope scope);

}  // namespace tpp

#endif
