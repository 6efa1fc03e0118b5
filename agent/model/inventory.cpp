#include "agent/model/inventory.h"

#include <algorithm>
#include <string_view>

namespace tpp {

bool is_host_cpu(const Device& device) {
  constexpr std::string_view kPrefix = "cpu:";
  const std::string_view id = device.id.value;
  if (device.kind != DeviceKind::cpu || device.pci_id || !id.starts_with(kPrefix)) return false;
  if (device.unit_kind && *device.unit_kind != "core") return false;
  const std::string_view number = id.substr(kPrefix.size());
  return !number.empty() && number.find_first_not_of("0123456789") == std::string_view::npos;
}

const Device* find_device(const Inventory& inventory, const DeviceId& id) {
  const auto found = std::ranges::find(inventory.devices, id, &Device::id);
  return found == inventory.devices.end() ? nullptr : &*found;
}

const BusPlace* find_place(const Inventory& inventory, const Device& device) {
  if (!inventory.bus) return nullptr;
  for (const std::string* address : {&device.id.value, &device.package.value}) {
    const auto found = std::ranges::find(*inventory.bus, *address, &BusPlace::address);
    if (found != inventory.bus->end()) return &*found;
  }
  return nullptr;
}

const Board* find_board(const Inventory& inventory, const BoardId& id) {
  const auto found = std::ranges::find(inventory.boards, id, &Board::id);
  return found == inventory.boards.end() ? nullptr : &*found;
}

}  // namespace tpp
