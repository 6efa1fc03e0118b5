#include "agent/model/topology.h"

#include <algorithm>

#include "agent/model/inventory.h"

namespace tpp {

const PciObject* find_pci(const NodeTopology& topology, const std::string& address) {
  const auto found = std::ranges::find(topology.pci, address, &PciObject::address);
  return found == topology.pci.end() ? nullptr : &*found;
}

std::vector<std::string> upstream_of(const NodeTopology& topology, const std::string& address) {
  std::vector<std::string> bridges;
  const PciObject* at = find_pci(topology, address);
  // Stored topologies are foreign: a ring of bridges ends where it was begun.
  while (at != nullptr && at->upstream && bridges.size() < topology.pci.size()) {
    bridges.push_back(*at->upstream);
    at = find_pci(topology, *at->upstream);
  }
  return bridges;
}

const PciObject* place_of(const NodeTopology& topology, const Device& device) {
  // Parts of a device share its address: "0000:ab:00.0/MIG-…".
  const std::string& id = device.id.value;
  for (const std::string& address : {id.substr(0, id.find('/')), device.package.value}) {
    const PciObject* const found = find_pci(topology, address);
    if (found != nullptr && found->kind == PciKind::device) return found;
  }
  return nullptr;
}

}  // namespace tpp
