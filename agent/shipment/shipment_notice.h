// The worksheet for the notice that an exception asks for: models with their figures and evidence,
// and whether the shipment fits one notice. Its limits are the edition's data. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_NOTICE_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_NOTICE_H

#include <vector>

#include "agent/model/edition.h"
#include "agent/model/shipment.h"

namespace tpp {

// By the scope that decides. `editions` are those in force.
NoticeWorksheet notice_worksheet(const std::vector<ShipmentItem>& items,
                                 const std::vector<Party>& parties,
                                 const std::vector<Edition>& editions);

}  // namespace tpp

#endif
