#include "agent/pass/virtual_functions.h"

#include <algorithm>
#include <string>
#include <vector>

namespace tpp {
namespace {

void make_slice(Device& device, const std::string& reason) {
  if (!device.slice) device.slice_reason = reason;
  device.slice = true;
}

void divide(Inventory& inventory, const BusPlace& place) {
  const std::string& whole = *place.physical_function;
  for (Device& device : inventory.devices) {
    if (device.id.value != whole && device.package.value != whole) continue;
    make_slice(device,
               "divided: its virtual function " + place.address + " is a device of its own");
  }
}

// Whether anything but virtual functions, whose package it may be as well, is at that address.
bool has_whole(const Inventory& inventory, const std::string& whole) {
  return std::ranges::any_of(inventory.devices, [&](const Device& device) {
    if (device.id.value == whole) return true;
    const BusPlace* place = find_place(inventory, device);
    return device.package.value == whole && (!place || place->physical_function != whole);
  });
}

void fold(Inventory& inventory, const BusPlace& place) {
  const std::string& whole = *place.physical_function;
  if (!has_whole(inventory, whole)) {
    for (Device& device : inventory.devices) {
      if (find_place(inventory, device) == &place) {
        make_slice(device, "it is a virtual function of " + whole);
      }
    }
    return;
  }
  const auto removed = std::erase_if(inventory.devices, [&](const Device& device) {
    return find_place(inventory, device) == &place;
  });
  if (removed > 0) divide(inventory, place);
  std::erase_if(inventory.findings, [&](const Finding& finding) {
    return finding.code == "device.unseen" && finding.subject == place.address;
  });
}

}  // namespace

void fold_virtual_functions(Inventory& inventory) {
  if (!inventory.bus) return;
  for (const BusPlace& place : *inventory.bus) {
    // One that is its own would take itself away.
    if (place.physical_function && *place.physical_function != place.address) {
      fold(inventory, place);
    }
  }
}

}  // namespace tpp
