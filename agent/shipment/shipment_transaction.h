// Where a shipment goes and whose headquarters count, as licences ask for it, and whether what the
// manifest says of the two agrees. Knows no country. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_TRANSACTION_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_TRANSACTION_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/country.h"
#include "agent/model/determination.h"
#include "agent/model/edition.h"
#include "agent/shipment/manifest.h"

namespace tpp {

// Every party's headquarters and ultimate parent. Open where one is not known, and where no party
// is named that has the goods in the end.
Transaction transaction_of(const Manifest& manifest);

// Throws UsageError with its place if the transaction contradicts itself by an edition in force.
// `day` are the countries of the day.
void check_transaction(const Manifest& manifest, const std::vector<Edition>& in_force,
                       const CountryTable& day);

// Whether a country, by its code, is of a place; not decided if it is not known.
Truth inside(const Place& place, const std::optional<std::string>& code,
             const CountryTable& countries);

}  // namespace tpp

#endif
