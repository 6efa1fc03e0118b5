// What a shipment is as a whole: the strictest licence of its items, and sums. Knows no item by
// itself. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_WHOLE_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_WHOLE_H

#include <string>
#include <vector>

#include "agent/model/edition.h"
#include "agent/model/shipment.h"

namespace tpp {

// Of the items and parties that are in `answer`: determination, licences in both scopes, sums.
void add_whole(const std::vector<Edition>& in_force, ShipmentAnswer& answer);

// What reports of the shipment say that they lack (agent/report_gaps.h), each once, in words that
// stand for the name of an item.
std::vector<std::string> gaps_of_reports(const ShipmentAnswer& answer);

}  // namespace tpp

#endif
