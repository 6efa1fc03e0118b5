// The checks that one row of a catalogue allows, for catalog_check. Pure.
#ifndef TPP_AGENT_CHIPS_CATALOG_ROW_CHECKS_H
#define TPP_AGENT_CHIPS_CATALOG_ROW_CHECKS_H

#include <vector>

#include "agent/chips/catalog_check.h"
#include "agent/model/catalog.h"

namespace tpp {

using CatalogFaults = std::vector<CatalogFault>;

// Declared rates against units x operations per clock and unit x clock, and against each other.
void check_rates(const Chip& chip, CatalogFaults& faults);
// Values that no chip has.
void check_limits(const Chip& chip, CatalogFaults& faults);

}  // namespace tpp

#endif
