// Shipments for golden tests, made in C++, so that no change of rules or catalogue moves them.
#ifndef TPP_TESTS_GOLDEN_SAMPLE_SHIPMENT_H
#define TPP_TESTS_GOLDEN_SAMPLE_SHIPMENT_H

#include "agent/model/shipment.h"

namespace tpp::samples {

// Every kind of item, every section.
ShipmentAnswer shipment();

// As little as there can be: one item that needs no licence, no notice, no programme.
ShipmentAnswer bare_shipment();

}  // namespace tpp::samples

#endif
