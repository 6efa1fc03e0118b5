// The answer about a shipment as a person reads it in a terminal: the whole first, then each item.
// Pure; never dependent on the locale.
#ifndef TPP_EXPORTERS_SHIPMENT_TABLE_H
#define TPP_EXPORTERS_SHIPMENT_TABLE_H

#include <string>

#include "agent/model/shipment.h"
#include "exporters/table.h"

namespace tpp {

std::string shipment_table(const ShipmentAnswer& answer, const TableOptions& options);

}  // namespace tpp

#endif
