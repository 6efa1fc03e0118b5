// Virtual functions (SR-IOV) of devices that the host lists: the kernel tells of each whose it is.
// Pure.
#ifndef TPP_AGENT_PASS_VIRTUAL_FUNCTIONS_H
#define TPP_AGENT_PASS_VIRTUAL_FUNCTIONS_H

#include "agent/model/inventory.h"

namespace tpp {

// Takes the devices that are virtual functions of one that is listed itself out of the inventory,
// with what was found of them: no boards, and none that is missing. Who has such a one that a
// runtime lists is divided: a slice. One whose device nobody lists is a slice of it.
void fold_virtual_functions(Inventory& inventory);

}  // namespace tpp

#endif
