// Sockets, cores, caches and memory of a node, by hwloc and the kernel's files.
#ifndef TPP_PROBES_CPU_CPU_PROBE_H
#define TPP_PROBES_CPU_CPU_PROBE_H

#include "agent/model/inventory.h"
#include "probes/node_files.h"

namespace tpp {

// One device a socket, "cpu:<number of the package>", and the facts of the node. A recorded node
// holds hwloc's own XML as topology.xml beside proc/ and sys/. Throws Error if hwloc finds no
// topology.
Inventory probe_cpu(const NodeFiles& files);

}  // namespace tpp

#endif
