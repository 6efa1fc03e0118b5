#include "agent/model/inventory.h"

#include <algorithm>

namespace tpp {

const Device* find_device(const Inventory& inventory, const DeviceId& id) {
  const auto found = std::ranges::find(inventory.devices, id, &Device::id);
  return found == inventory.devices.end() ? nullptr : &*found;
}

const Board* find_board(const Inventory& inventory, const BoardId& id) {
  const auto found = std::ranges::find(inventory.boards, id, &Board::id);
  return found == inventory.boards.end() ? nullptr : &*found;
}

}  // namespace tpp
