// Where accelerators sit on the PCI bus, as the kernel's files have it: the bridges that lead to
// each, which of them sits in a slot, and the processor socket that it hangs at. All of it is what
// the kernel remembers: nothing is woken.
#ifndef TPP_PROBES_BUS_BUS_PROBE_H
#define TPP_PROBES_BUS_BUS_PROBE_H

#include "agent/model/inventory.h"
#include "probes/node_files.h"

namespace tpp {

// An inventory of `bus` alone. A node without a PCI bus has none.
Inventory probe_bus(const NodeFiles& files);

}  // namespace tpp

#endif
