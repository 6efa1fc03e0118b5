// Where accelerators hang in a node: its memory nodes, host bridges and switches, by hwloc. Shows
// no device: that is for who can tell what one is.
#ifndef TPP_PROBES_TOPOLOGY_TOPOLOGY_PROBE_H
#define TPP_PROBES_TOPOLOGY_TOPOLOGY_PROBE_H

#include <string>

#include "agent/model/inventory.h"
#include "probes/node_files.h"

namespace tpp {

// The inventory's topology and no device. While a display controller or an accelerator sleeps, the
// bus is not read, since that would wake it, and a finding says so. Throws Error.
Inventory probe_topology(const NodeFiles& files);

// Of another machine, which the user entered: "file:PATH", hwloc's XML, with the node's name as far
// as it is in there; or "synthetic:DESCRIPTION", hwloc's own words. Throws Error.
Inventory entered_topology(const std::string& what);

// From the text of hwloc's XML. `origin` begins messages. Throws Error.
NodeTopology topology_of_xml(const std::string& text, const std::string& origin);

}  // namespace tpp

#endif
