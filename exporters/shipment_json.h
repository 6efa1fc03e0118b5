// The answer about a shipment as JSON, for a program to read. Members stand in docs/shipment.md;
// unknown is null or absent, never 0. Pure; never dependent on the locale.
#ifndef TPP_EXPORTERS_SHIPMENT_JSON_H
#define TPP_EXPORTERS_SHIPMENT_JSON_H

#include <string>

#include "agent/model/shipment.h"

namespace tpp {

std::string shipment_json(const ShipmentAnswer& answer);

}  // namespace tpp

#endif
