#include "agent/pass/known_again.h"

#include <algorithm>
#include <optional>
#include <string>

#include "agent/boards/serial_number.h"

namespace tpp {
namespace {

using Name = std::optional<std::string> Device::*;

bool is_written(const Device& device, Name name) {
  if (!(device.*name)) return false;
  return name == &Device::uuid ? is_written_uuid(*device.uuid) : is_written_serial(*(device.*name));
}

bool is_alone_on_board(const Inventory& inventory, const Device& device) {
  const Board* board = find_board(inventory, device.board);
  return board == nullptr ||
         (board->devices.size() == 1 && board->expected_devices.value_or(1) == 1);
}

// nullptr where none or several bear it, or may.
const Device* only_one(const Inventory& inventory, Name name, const std::string& value) {
  const Device* found = nullptr;
  for (const Device& device : inventory.devices) {
    if (device.*name != value) continue;
    if (found != nullptr) return nullptr;
    found = &device;
  }
  return found != nullptr && is_alone_on_board(inventory, *found) ? found : nullptr;
}

}  // namespace

bool bears_identity(const Device& device) {
  return is_written(device, &Device::serial) || is_written(device, &Device::uuid);
}

const Device* known_again(const Inventory& earlier, const Inventory& now, const Device& device) {
  for (const Name name : {&Device::uuid, &Device::serial}) {
    if (!is_written(device, name) || only_one(now, name, *(device.*name)) == nullptr) continue;
    if (const Device* was = only_one(earlier, name, *(device.*name))) return was;
  }
  return find_device(earlier, device.id);
}

}  // namespace tpp
