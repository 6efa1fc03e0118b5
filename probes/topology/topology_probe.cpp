#include "probes/topology/topology_probe.h"

#include <fmt/format.h>
#include <hwloc.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <optional>
#include <set>
#include <string_view>

#include "agent/support/error.h"
#include "agent/support/file.h"
#include "agent/support/text.h"
#include "probes/accelerator_classes.h"
#include "probes/hwloc_topology.h"
#include "probes/sleeping_gpus.h"
#include "probes/unseen_gpus.h"

namespace tpp {
namespace {

using PciAttributes = hwloc_obj_attr_u::hwloc_pcidev_attr_s;

constexpr double kBytesPerGigabyte = 1e9;

std::string address_of(const PciAttributes& pci) {
  return fmt::format("{:04x}:{:02x}:{:02x}.{:x}", unsigned{pci.domain}, pci.bus, pci.dev, pci.func);
}

bool is_host_bridge(hwloc_obj_t object) {
  return object->type == HWLOC_OBJ_BRIDGE &&
         object->attr->bridge.upstream_type == HWLOC_OBJ_BRIDGE_HOST;
}

std::string address_of(hwloc_obj_t object) {
  if (object->type == HWLOC_OBJ_PCI_DEVICE) return address_of(object->attr->pcidev);
  const hwloc_obj_attr_u::hwloc_bridge_attr_s& bridge = object->attr->bridge;
  if (!is_host_bridge(object)) return address_of(bridge.upstream.pci);
  const auto& behind = bridge.downstream.pci;
  return fmt::format("{:04x}:[{:02x}-{:02x}]", unsigned{behind.domain}, behind.secondary_bus,
                     behind.subordinate_bus);
}

std::optional<std::string> info(hwloc_obj_t object, const char* name) {
  const char* const value = hwloc_obj_get_info_by_name(object, name);
  return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::string>(value);
}

std::optional<std::string> name_of(hwloc_obj_t object) {
  const auto vendor = info(object, "PCIVendor");
  const auto device = info(object, "PCIDevice");
  if (vendor && device) return *vendor + " " + *device;
  return device ? device : vendor;
}

// What is near every memory node of several is near none: hwloc hangs there what it cannot place.
std::vector<int> numa_nodes_near(hwloc_topology_t topology, hwloc_obj_t object) {
  const hwloc_obj_t near = hwloc_get_non_io_ancestor_obj(topology, object);
  if (near == nullptr || near->nodeset == nullptr) return {};
  std::vector<int> numbers;
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != nullptr) {
    if (hwloc_bitmap_isset(near->nodeset, node->os_index) != 0) {
      numbers.push_back(static_cast<int>(node->os_index));
    }
  }
  const int all = hwloc_get_nbobjs_by_type(topology, HWLOC_OBJ_NUMANODE);
  if (all > 1 && std::ssize(numbers) == all) return {};
  return numbers;
}

void describe_pci(const PciAttributes& pci, PciObject& object) {
  object.pci_id = fmt::format("{:04x}:{:04x}", pci.vendor_id, pci.device_id);
  object.class_code = fmt::format("{:04x}", pci.class_id);
  const double bytes_per_s = double{pci.linkspeed} * kBytesPerGigabyte;
  if (std::isfinite(bytes_per_s) && bytes_per_s > 0) object.link_bytes_per_s = bytes_per_s;
}

PciObject describe(hwloc_topology_t topology, hwloc_obj_t from) {
  PciObject object;
  object.address = address_of(from);
  object.name = name_of(from);
  object.numa_nodes = numa_nodes_near(topology, from);
  if (is_host_bridge(from)) {
    object.kind = PciKind::host_bridge;
  } else if (from->type == HWLOC_OBJ_BRIDGE) {
    object.kind = PciKind::bridge;
    describe_pci(from->attr->bridge.upstream.pci, object);
  } else {
    describe_pci(from->attr->pcidev, object);
  }
  for (hwloc_obj_t child = from->io_first_child; child != nullptr; child = child->next_sibling) {
    if (child->type == HWLOC_OBJ_OS_DEVICE && child->name != nullptr) {
      object.os_devices.emplace_back(child->name);
    }
  }
  std::ranges::sort(object.os_devices);
  return object;
}

// The device behind the bridges that lead to it, those that are not there yet.
void add_with_bridges(hwloc_topology_t topology, hwloc_obj_t device, NodeTopology& result) {
  std::vector<hwloc_obj_t> chain;
  for (hwloc_obj_t at = device; at != nullptr; at = at->parent) {
    if (at->type == HWLOC_OBJ_BRIDGE || at->type == HWLOC_OBJ_PCI_DEVICE) chain.push_back(at);
  }
  std::optional<std::string> upstream;
  for (auto at = chain.rbegin(); at != chain.rend(); ++at) {
    const std::string address = address_of(*at);
    if (find_pci(result, address) == nullptr) {
      result.pci.push_back(describe(topology, *at));
      result.pci.back().upstream = upstream;
    }
    upstream = address;
  }
}

NodeTopology read(hwloc_topology_t topology) {
  NodeTopology result;
  hwloc_obj_t node = nullptr;
  while ((node = hwloc_get_next_obj_by_type(topology, HWLOC_OBJ_NUMANODE, node)) != nullptr) {
    NumaNode& numa = result.numa_nodes.emplace_back();
    numa.number = static_cast<int>(node->os_index);
    const std::uint64_t bytes = node->attr->numanode.local_memory;
    if (bytes > 0) numa.memory_bytes = bytes;
  }
  std::ranges::sort(result.numa_nodes, {}, &NumaNode::number);
  hwloc_obj_t device = nullptr;
  while ((device = hwloc_get_next_pcidev(topology, device)) != nullptr) {
    const PciAttributes& pci = device->attr->pcidev;
    if (is_accelerator(PciIdentity{pci.class_id, pci.vendor_id, pci.device_id})) {
      add_with_bridges(topology, device, result);
    }
  }
  return result;
}

// hwloc tells a link's bandwidth, and not its lanes. Of devices alone: a bridge may sleep.
void read_lanes(const NodeFiles& files, NodeTopology& topology) {
  for (PciObject& object : topology.pci) {
    if (object.kind != PciKind::device) continue;
    const auto text =
        files.text(std::filesystem::path(kPciDevices) / object.address / "current_link_width");
    const auto lanes = text ? parse_int(*text) : std::nullopt;
    // A device without a link, one inside a processor, says 0; one that does not answer, 63 or 255.
    if (lanes && *lanes > 0 && *lanes <= 32) object.link_lanes = static_cast<int>(*lanes);
  }
}

// Address of one that reading the bus would wake.
std::optional<std::string> sleeping_device(const NodeFiles& files) {
  for (const std::string& address : files.names(kPciDevices)) {
    if (is_accelerator(files, address) && is_asleep(files, address)) return address;
  }
  return std::nullopt;
}

Finding not_read(const std::string& address) {
  return {
      .code = "topology.bus_not_read",
      .finding_class = FindingClass::condition,
      .severity = Severity::info,
      .subject = address,
      .message = "it sleeps, and reading the bus would wake it: where devices hang is not known"};
}

Node node_of(hwloc_topology_t topology) {
  const hwloc_obj_t machine = hwloc_get_root_obj(topology);
  Node node;
  node.hostname = info(machine, "HostName").value_or("");
  node.kernel = info(machine, "OSRelease").value_or("");
  node.machine = info(machine, "Architecture").value_or("");
  if (machine->total_memory > 0) node.memory_bytes = machine->total_memory;
  return node;
}

Inventory inventory_of(const HwlocTopology& topology, const std::string& origin) {
  Inventory inventory;
  inventory.node = node_of(topology.get());
  inventory.topology = read(topology.get());
  inventory.topology->source = Source::entered;
  inventory.topology->origin = origin;
  return inventory;
}

}  // namespace

Inventory probe_topology(const NodeFiles& files) {
  const auto sleeping = sleeping_device(files);
  const HwlocTopology topology =
      load_hwloc(files, sleeping ? HwlocBus::left_alone : HwlocBus::read);
  Inventory inventory;
  inventory.topology = read(topology.get());
  inventory.topology->origin = "probe topology";
  if (sleeping) {
    inventory.findings.push_back(not_read(*sleeping));
  } else {
    read_lanes(files, *inventory.topology);
  }
  return inventory;
}

Inventory entered_topology(const std::string& what) {
  constexpr std::string_view kFile = "file:";
  constexpr std::string_view kSynthetic = "synthetic:";
  if (what.starts_with(kFile)) {
    const std::string path = what.substr(kFile.size());
    return inventory_of(load_hwloc_xml(read_file(path, kLargestTopology), path), path);
  }
  if (!what.starts_with(kSynthetic)) {
    throw UsageError(fmt::format("topology '{}': expected file:PATH or synthetic:WORDS", what));
  }
  const std::string words = what.substr(kSynthetic.size());
  return inventory_of(load_hwloc_synthetic(words), fmt::format("\"{}\"", words));
}

NodeTopology topology_of_xml(const std::string& text, const std::string& origin) {
  return *inventory_of(load_hwloc_xml(text, origin), origin).topology;
}

}  // namespace tpp
