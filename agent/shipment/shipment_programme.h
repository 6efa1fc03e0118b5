// What a programme of promotion would be told of a shipment: the share of domestic content beside
// the presumption, suppliers and parties of countries of concern, statements. Information; decides
// nothing. Shares and countries are the edition's data. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_PROGRAMME_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_PROGRAMME_H

#include <vector>

#include "agent/model/country.h"
#include "agent/model/edition.h"
#include "agent/model/shipment.h"

namespace tpp {

// `edition` has a programme; `countries` are of the day.
ProgrammeAnswer programme_answer(const Edition& edition, const std::vector<ShipmentItem>& items,
                                 const std::vector<Party>& parties, const CountryTable& countries);

// A row as the reader sees it.
TextAndCitation text_of(const Statement& statement);

}  // namespace tpp

#endif
