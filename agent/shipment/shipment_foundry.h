// What the editions ask of whoever makes or packages a design, and what a manifest's parties answer
// to it. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_FOUNDRY_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_FOUNDRY_H

#include <vector>

#include "agent/model/country.h"
#include "agent/model/edition.h"
#include "agent/model/shipment.h"

namespace tpp {

// In the editions' order. `day` are the countries of the day.
std::vector<FoundryAnswer> foundry_answers(const std::vector<Edition>& in_force,
                                           const std::vector<Party>& parties,
                                           const CountryTable& day);

}  // namespace tpp

#endif
