// Where devices hang in a node: memory, the bridges of the PCI bus, and what is behind them. Joined
// to the inventory by PCI address. Plain values; unknown is std::nullopt or an empty list.
#ifndef TPP_AGENT_MODEL_TOPOLOGY_H
#define TPP_AGENT_MODEL_TOPOLOGY_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/source.h"

namespace tpp {

struct Device;

// Memory, and the cores near it.
struct NumaNode {
  int number = 0;  // the kernel's
  std::optional<std::uint64_t> memory_bytes;
};

enum class PciKind {
  host_bridge,  // where the bus begins
  bridge,       // from PCI to PCI: a root port, or a port of a switch
  device,       // a display controller or an accelerator
};

struct PciObject {
  PciKind kind = PciKind::device;
  std::string address;  // "0000:17:00.0"; of a host bridge its buses, "0000:[00-3f]"
  std::optional<std::string> upstream;    // address of the bridge that it is behind
  std::optional<std::string> pci_id;      // "10de:2330"
  std::optional<std::string> class_code;  // "0302": a 3D controller
  std::optional<std::string> name;
  std::vector<int> numa_nodes;             // near it
  std::optional<double> link_bytes_per_s;  // of the link to the bus, one way, when it was read
  std::optional<int> link_lanes;
  std::vector<std::string> os_devices;  // what the kernel calls it, "card0"
};

struct NodeTopology {
  Source source = Source::read;
  std::string origin;  // "probe topology", or what the user entered
  std::vector<NumaNode> numa_nodes;
  std::vector<PciObject> pci;  // each behind the bridges that lead to it
};

// nullptr if there is none at that address.
const PciObject* find_pci(const NodeTopology& topology, const std::string& address);

// Addresses of the bridges that lead to it, the nearest first.
std::vector<std::string> upstream_of(const NodeTopology& topology, const std::string& address);

// A device's place on the bus, that of its package where it is a part of one; nullptr if it is not
// on the bus, or not in this topology.
const PciObject* place_of(const NodeTopology& topology, const Device& device);

}  // namespace tpp

#endif
