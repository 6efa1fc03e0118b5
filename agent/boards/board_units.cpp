#include "agent/boards/board_units.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <utility>

#include "agent/boards/serial_number.h"
#include "agent/chips/identify.h"

namespace tpp {
namespace {

// The serial number of a board. AMD's driver writes the die's own number where a board has none.
std::optional<std::string> board_serial(const Device& device) {
  const auto serial = serial_told(device.serial);
  if (serial && uuid_told(device.uuid).value_or("").ends_with(*serial)) return std::nullopt;
  return serial;
}

std::optional<bool> multi_gpu_board(const BoardUnit& unit) {
  return unit.device().labels ? unit.device().labels->multi_gpu_board : std::nullopt;
}

// Rows are looked for once a product: nodes have many devices of few products.
class Rows {
 public:
  explicit Rows(const Catalog* catalog) : catalog_(catalog) {}

  const Chip* row_of(const Device& device) {
    if (catalog_ == nullptr) return nullptr;
    const std::pair key(device.pci_id.value_or(""), device.name);
    const auto known = found_.find(key);
    if (known != found_.end()) return known->second;
    return found_[key] = match_chip(*catalog_, Board{}, {&device}).chip;
  }

 private:
  const Catalog* catalog_;
  std::map<std::pair<std::string, std::string>, const Chip*> found_;
};

BoardUnit& unit_of(Device& device, std::vector<BoardUnit>& units) {
  for (BoardUnit& unit : units) {
    if (unit.device().package == device.package) return unit;
  }
  return units.emplace_back();
}

// How much of the whole each part has. One has not all of it beside others: a runtime that says so
// tells of the whole, and what the part has nobody told.
void tell_parts_of_whole(const BoardUnit& unit) {
  if (unit.chip == nullptr || !unit.chip->units) return;
  const long whole = std::lround(unit.chip->units->value / unit.chip->packages_per_board);
  std::vector<Device*> parts;
  std::ranges::copy_if(unit.devices, std::back_inserter(parts), [](const Device* device) {
    return device->slice && device->id.value.find('/') != std::string::npos;
  });
  for (Device* part : parts) {
    if (parts.size() > 1 && part->units && *part->units >= whole) part->units.reset();
    part->whole_units = static_cast<int>(whole);
    part->slice_reason +=
        fmt::format("{}{} of {} {} by the catalogue", part->slice_reason.empty() ? "" : ", ",
                    part->units ? fmt::format("{}", *part->units) : "it is not known how many",
                    whole, part->unit_kind.value_or("units"));
  }
}

}  // namespace

int BoardUnit::count() const {
  if (sliced) return chip != nullptr ? chip->devices_per_package : 1;
  return static_cast<int>(devices.size());
}

int BoardUnit::expected() const {
  if (chip == nullptr) return 0;
  return chip->devices_per_package * chip->packages_per_board * chip->details.copies_on_board;
}

std::vector<BoardUnit> board_units(Inventory& inventory, const Catalog* catalog) {
  std::vector<BoardUnit> units;
  for (Device& device : inventory.devices) {
    const bool told = !device.package.empty() && device.package.value != device.id.value;
    if (device.package.empty()) device.package.value = device.id.value;
    BoardUnit& unit = unit_of(device, units);
    unit.devices.push_back(&device);
    unit.package_told = unit.package_told || told;
    if (unit.claim.empty()) unit.claim = device.board.value;
    unit.host = unit.host || is_host_cpu(device);
    unit.sliced = unit.sliced || device.slice;
    if (!unit.serial) unit.serial = board_serial(device);
    if (unit.place == nullptr) unit.place = find_place(inventory, device);
  }
  Rows rows(catalog);
  for (BoardUnit& unit : units) {
    if (unit.host) continue;
    unit.chip = rows.row_of(unit.device());
    tell_parts_of_whole(unit);
  }
  return units;
}

bool same_part(const BoardUnit& one, const BoardUnit& other) {
  const auto subsystem = [](const BoardUnit& unit) {
    return unit.place != nullptr ? unit.place->subsystem_id : std::nullopt;
  };
  const auto& pci_id = one.device().pci_id;
  return pci_id && pci_id == other.device().pci_id && subsystem(one) == subsystem(other);
}

bool said_apart(const BoardUnit& one, const BoardUnit& other) {
  if (one.serial && other.serial && *one.serial != *other.serial) return true;
  return multi_gpu_board(one) == false || multi_gpu_board(other) == false;
}

}  // namespace tpp
