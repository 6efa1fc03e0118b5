#include "tests/golden/sample_topology.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/golden/sample_parts.h"

namespace tpp::samples {
namespace {

using Upstream = std::optional<std::string>;

PciObject bus(PciKind kind, std::string address, Upstream upstream, int numa) {
  PciObject object;
  object.kind = kind;
  object.address = std::move(address);
  object.upstream = std::move(upstream);
  object.numa_nodes = {numa};
  if (kind == PciKind::bridge) object.pci_id = "10b5:8796";
  return object;
}

PciObject gpu_at(std::string address, Upstream upstream, int numa) {
  PciObject object = bus(PciKind::device, std::move(address), std::move(upstream), numa);
  object.pci_id = "10de:2330";
  object.class_code = "0302";
  object.link_bytes_per_s = 63e9;
  object.link_lanes = 16;
  return object;
}

NodeTopology topology() {
  NodeTopology result;
  result.origin = "probe topology";
  result.numa_nodes = {{0, std::uint64_t{256} << 30}, {1, std::nullopt}};
  PciObject display = gpu_at("0000:05:00.0", "0000:00:1c.0", 0);
  display.pci_id = "1a03:2000";
  display.class_code = "0300";
  display.link_bytes_per_s = std::nullopt;
  display.link_lanes = std::nullopt;
  display.os_devices = {"card0"};
  result.pci = {bus(PciKind::host_bridge, "0000:[00-06]", {}, 0),
                bus(PciKind::bridge, "0000:00:01.0", "0000:[00-06]", 0),
                bus(PciKind::bridge, "0000:01:00.0", "0000:00:01.0", 0),
                bus(PciKind::bridge, "0000:02:00.0", "0000:01:00.0", 0),
                gpu_at("0000:03:00.0", "0000:02:00.0", 0),
                bus(PciKind::bridge, "0000:02:01.0", "0000:01:00.0", 0),
                gpu_at("0000:04:00.0", "0000:02:01.0", 0),
                bus(PciKind::bridge, "0000:00:1c.0", "0000:[00-06]", 0),
                display,
                bus(PciKind::host_bridge, "0000:[80-84]", {}, 1),
                bus(PciKind::bridge, "0000:80:01.0", "0000:[80-84]", 1),
                bus(PciKind::bridge, "0000:81:00.0", "0000:80:01.0", 1),
                bus(PciKind::bridge, "0000:82:00.0", "0000:81:00.0", 1),
                gpu_at("0000:83:00.0", "0000:82:00.0", 1),
                bus(PciKind::bridge, "0000:82:01.0", "0000:81:00.0", 1),
                gpu_at("0000:84:00.0", "0000:82:01.0", 1)};
  return result;
}

void put(Inventory& inventory, Device device, const char* package, const char* board) {
  device.package.value = package;
  device.board.value = board;
  if (find_board(inventory, device.board) == nullptr) {
    Board& added = inventory.boards.emplace_back();
    added.id = device.board;
    added.name = device.name;
    added.grouping_reason = "one device, no sign of others";
  }
  inventory.boards.back().devices.push_back(device.id);
  inventory.devices.push_back(std::move(device));
}

}  // namespace

Inventory switched_node() {
  Inventory inventory;
  inventory.node = empty_report("switched").inventory.node;
  const char* const h100 = "NVIDIA H100 80GB HBM3";
  put(inventory, gpu("0000:03:00.0", h100, "10de:2330", 132), "0000:03:00.0", "0000:03:00.0");
  put(inventory, gpu("0000:04:00.0", h100, "10de:2330", 132), "0000:04:00.0", "0000:04:00.0");
  Device part = gpu("0000:04:00.0/MIG-1", h100, "10de:2330", 16);
  part.slice = true;
  part.slice_reason = "MIG 1g.10gb";
  put(inventory, part, "0000:04:00.0", "0000:04:00.0");
  const char* const mi250x = "AMD Instinct MI250X";
  put(inventory, gpu("0000:83:00.0", mi250x, "1002:7408", 110), "0000:83:00.0", "PCB001");
  put(inventory, gpu("0000:84:00.0", mi250x, "1002:7408", 110), "0000:83:00.0", "PCB001");
  inventory.boards.back().grouped_by = Source::read;
  inventory.boards.back().grouping_reason = "the vendor's board identity";
  inventory.boards.back().expected_devices = 2;
  Device socket;
  socket.id.value = "cpu:0";
  socket.kind = DeviceKind::cpu;
  socket.name = "AMD EPYC 9654 96-Core Processor";
  socket.seen_by = {"probe cpu"};
  put(inventory, socket, "cpu:0", "cpu:0");
  inventory.topology = topology();
  return inventory;
}

}  // namespace tpp::samples
