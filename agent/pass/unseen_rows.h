// Which rows of the catalogue devices fit that the PCI bus shows and nobody lists: they are no
// boards of a report, and what they may be under the rules is said all the same. Pure.
#ifndef TPP_AGENT_PASS_UNSEEN_ROWS_H
#define TPP_AGENT_PASS_UNSEEN_ROWS_H

#include <vector>

#include "agent/model/catalog.h"
#include "agent/model/edition.h"
#include "agent/model/inventory.h"

namespace tpp {

// Adds a finding `device.unseen` for each place on the bus whose PCI id an accelerator's row has
// and that no device of the inventory is at: what class it bears says nothing then. Of classes that
// no accelerator bears the bus holds no place.
void add_unseen_of_rows(const Catalog& catalog, Inventory& inventory);

// Adds to each finding `device.unseen` of a reconciled inventory the rows that its PCI id fits,
// each with the class of its declared figures under `in_force`; none is named where there is no
// edition.
void tell_rows_of_unseen(const Catalog& catalog, const std::vector<Edition>& in_force,
                         Inventory& inventory);

}  // namespace tpp

#endif
