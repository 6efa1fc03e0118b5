#include "tests/unit/core/node_of_devices.h"

#include <algorithm>

#include "agent/boards/aggregate.h"
#include "agent/boards/classify.h"
#include "agent/chips/catalog_file.h"
#include "agent/chips/catalog_row.h"
#include "agent/support/text.h"
#include "tests/unit/core/boards.h"

namespace tpp::test {

const Catalog& shipped_catalog() {
  static const Catalog catalog = load_catalog(std::string(TPP_CATALOG));
  return catalog;
}

BusPlace place(const std::string& way, const std::string& socket) {
  BusPlace place;
  for (const std::string& step : split(way, ' ')) {
    const auto parts = split(step, '#');
    place.way.push_back({parts[0], parts.size() > 1 ? std::optional(parts[1]) : std::nullopt});
  }
  place.address = place.way.front().address;
  if (!socket.empty()) place.socket = DeviceId{socket};
  return place;
}

Device& Node::add(const std::string& id, const std::string& chip) {
  Device& device = inventory.devices.emplace_back();
  device.id.value = id;
  device.name = "Novelty";
  device.vendor = "NVIDIA";
  device.pci_id = "10de:ffff";
  const Chip* row = row_of(shipped_catalog().chips, ChipId{chip});
  if (row == nullptr) return device;
  const int each = row->devices_per_package * row->packages_per_board;
  device.kind = row->kind;
  device.name = row->reported_names.front();
  device.vendor = row->vendor;
  device.pci_id = row->pci_ids.empty() ? std::nullopt : std::optional(row->pci_ids.front());
  if (row->units) device.units = static_cast<int>(row->units->value) / each;
  if (row->memory_bytes) {
    device.memory_bytes =
        static_cast<std::uint64_t>(row->memory_bytes->value) / static_cast<std::uint64_t>(each);
  }
  return device;
}

void Node::put(const std::string& way, const std::string& socket) {
  if (!inventory.bus) inventory.bus.emplace();
  inventory.bus->push_back(place(way, socket));
}

Device& Node::device(const std::string& id) {
  return *std::ranges::find(inventory.devices, DeviceId{id}, &Device::id);
}

std::vector<std::string> Node::boards() const {
  std::vector<std::string> result;
  for (const Board& board : inventory.boards) {
    std::string ids;
    for (const DeviceId& id : board.devices) ids += (ids.empty() ? "" : " ") + id.value;
    result.push_back(ids);
  }
  return result;
}

std::vector<std::string> Node::codes() const {
  std::vector<std::string> result;
  for (const Finding& finding : inventory.findings) result.push_back(finding.code);
  return result;
}

void Node::group(BoardEvidence evidence) {
  if (evidence.catalog == nullptr) evidence.catalog = &shipped_catalog();
  group_boards(inventory, evidence);
}

Verdict declared_verdict(const Node& node, std::size_t board) {
  ClassifyOptions options;
  options.mode = PassMode::inventory;
  const auto performances = aggregate(node.inventory, {}, shipped_catalog());
  return classify(performances, node.inventory, october_2023(), options).verdicts.at(board);
}

}  // namespace tpp::test
