// The worksheet for the notice that an exception asks for: models with their figures and evidence,
// and whether the shipment fits one notice. Its limits are the edition's data. Pure.
#ifndef TPP_AGENT_SHIPMENT_SHIPMENT_NOTICE_H
#define TPP_AGENT_SHIPMENT_SHIPMENT_NOTICE_H

#include <vector>

#include "agent/model/edition.h"
#include "agent/model/shipment.h"

namespace tpp {

// By the scope that decides. Of `answer` its items and parties are there; `in_force` are the
// editions.
NoticeWorksheet notice_worksheet(const ShipmentAnswer& answer,
                                 const std::vector<Edition>& in_force);

// Exceptions to which items are open by themselves in a scope, while the shipment does not keep, or
// does not show that it keeps, what their notice asks of it as a whole.
std::vector<ExceptionNotOpen> exceptions_not_open(const ShipmentAnswer& answer,
                                                  LicenceAnswer Licence::*scope,
                                                  const std::vector<Edition>& in_force);

}  // namespace tpp

#endif
