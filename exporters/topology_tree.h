// What is attached to a node as a tree: memory nodes, host bridges, bridges, boards, packages,
// devices, each with how it was learnt: the answer of `tpp-agent devices --topology`. Pure; never
// dependent on the locale; what is not known is left out.
#ifndef TPP_EXPORTERS_TOPOLOGY_TREE_H
#define TPP_EXPORTERS_TOPOLOGY_TREE_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "exporters/table.h"

namespace tpp {

// A board hangs where the ways of all its devices part; without a topology, or off the bus, at the
// node itself. What is on the bus and in no inventory is drawn, too.
std::string render_topology(const Inventory& inventory, const std::vector<std::string>& banners,
                            const TableOptions& options = {});

}  // namespace tpp

#endif
