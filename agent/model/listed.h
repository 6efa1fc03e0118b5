// Whether what is at an address of the PCI bus is in an inventory. Pure.
#ifndef TPP_AGENT_MODEL_LISTED_H
#define TPP_AGENT_MODEL_LISTED_H

#include <algorithm>
#include <string>

#include "agent/model/inventory.h"

namespace tpp {

// Whether a device has that address, or is a part of the package that has.
inline bool is_listed(const Inventory& inventory, const std::string& address) {
  return std::ranges::any_of(inventory.devices, [&](const Device& device) {
    return device.id.value == address || device.package.value == address;
  });
}

}  // namespace tpp

#endif
