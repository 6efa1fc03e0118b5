#include "agent/boards/same_identity.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "agent/boards/serial_number.h"

namespace tpp {
namespace {

using Devices = std::vector<const Device*>;

// Devices by what they tell, where they are of more than one package, or board.
template <class Value, class Owner>
std::vector<std::pair<std::string, Devices>> shared(const Inventory& inventory, Value value_of,
                                                    Owner owner_of) {
  std::map<std::string, Devices> told;
  for (const Device& device : inventory.devices) {
    if (const auto value = value_of(device)) told[*value].push_back(&device);
  }
  std::vector<std::pair<std::string, Devices>> found;
  for (auto& [value, devices] : told) {
    std::set<std::string> owners;
    for (const Device* device : devices) owners.insert(owner_of(*device));
    if (owners.size() > 1) found.emplace_back(value, std::move(devices));
  }
  return found;
}

// That a mapping parts a board against its serial number is said by board.split, and leaves each of
// its boards uncertain: one that is not was not parted, and its number is another board's.
bool is_told_as_split(const Inventory& inventory, const Devices& devices) {
  const bool uncertain = std::ranges::all_of(devices, [&](const Device* device) {
    const Board* board = find_board(inventory, device->board);
    return board != nullptr && board->uncertain;
  });
  return uncertain && std::ranges::any_of(inventory.findings, [&](const Finding& finding) {
           return finding.code == "board.split" &&
                  std::ranges::any_of(devices, [&](const Device* device) {
                    return device->id.value == finding.subject;
                  });
         });
}

struct SameIdentity {
  std::string words;
  Devices devices;
};

std::vector<SameIdentity> all_of(const Inventory& inventory) {
  std::vector<SameIdentity> found;
  const auto add = [&](const std::string& what, const Devices& devices) {
    std::vector<std::string> ids;
    for (const Device* device : devices) ids.push_back(device->id.value);
    found.push_back({fmt::format("{} is told by {}", what, fmt::join(ids, " and by ")), devices});
  };
  for (const auto& [uuid, devices] : shared(
           inventory, [](const Device& device) { return uuid_told(device.uuid); },
           [](const Device& device) {
             return device.package.value.empty() ? device.id.value : device.package.value;
           })) {
    add("the UUID " + *devices.front()->uuid, devices);
  }
  for (const auto& [serial, devices] : shared(
           inventory, [](const Device& device) { return serial_told(device.serial); },
           [](const Device& device) { return device.board.value; })) {
    if (is_told_as_split(inventory, devices)) continue;
    add("the board serial number " + *devices.front()->serial, devices);
  }
  return found;
}

}  // namespace

std::vector<Finding> same_identity_findings(const Inventory& inventory) {
  std::vector<Finding> findings;
  for (const SameIdentity& same : all_of(inventory)) {
    findings.push_back(
        {"device.same_identity", FindingClass::contradiction, Severity::error,
         same.devices.front()->id.value,
         fmt::format("{}, where each has to have its own: it tells none of them apart, and none of "
                     "their boards is below any threshold; see which of them was given the "
                     "identity of another",
                     same.words)});
  }
  return findings;
}

std::vector<std::string> same_identities(const Inventory& inventory, const BoardId& board) {
  std::vector<std::string> found;
  for (const SameIdentity& same : all_of(inventory)) {
    const bool about = std::ranges::any_of(
        same.devices, [&](const Device* device) { return device->board == board; });
    if (about) found.push_back("identity: " + same.words);
  }
  return found;
}

}  // namespace tpp
