#include "agent/pass/known_again.h"

#include <algorithm>
#include <optional>
#include <string>

#include "agent/boards/serial_number.h"

namespace tpp {
namespace {

using Name = std::optional<std::string> Device::*;

std::optional<std::string> told(const Device& device, Name name) {
  return name == &Device::uuid ? uuid_told(device.uuid) : serial_told(device.*name);
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
    if (told(device, name) != value) continue;
    if (found != nullptr) return nullptr;
    found = &device;
  }
  return found != nullptr && is_alone_on_board(inventory, *found) ? found : nullptr;
}

}  // namespace

bool bears_identity(const Device& device) {
  return told(device, &Device::serial) || told(device, &Device::uuid);
}

const Device* known_again(const Inventory& earlier, const Inventory& now, const Device& device) {
  for (const Name name : {&Device::uuid, &Device::serial}) {
    const auto value = told(device, name);
    if (!value || only_one(now, name, *value) == nullptr) continue;
    if (const Device* was = only_one(earlier, name, *value)) return was;
  }
  return find_device(earlier, device.id);
}

}  // namespace tpp
