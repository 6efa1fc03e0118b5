#include "probes/amd/amd_packages.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "agent/support/text.h"

namespace tpp::amd {
namespace {

// Products of two dies, each of which is a PCI device of its own: MI250X and MI250 (PCI ID
// project).
constexpr std::array kTwoDies = {"1002:7408", "1002:740c"};

using Partitions = std::map<std::string, std::vector<unsigned>>;

std::string mode_of(const Device& device) {
  return device.state ? device.state->compute_partition.value_or("") : "";
}

void make_slice(Device& device, const std::string& reason) {
  device.slice = true;
  device.slice_reason = reason;
}

// Of devices that share an address: by the numbers that they tell, or by their order if two tell
// the same one.
void place_partition(Found& one, const std::vector<unsigned>& numbers, unsigned order) {
  const bool distinct = std::set(numbers.begin(), numbers.end()).size() == numbers.size();
  const std::string& package = one.address.pci;
  one.device.id.value = fmt::format("{}/{}", package, distinct ? one.address.partition : order);
  one.device.package.value = package;
  const std::string mode = mode_of(one.device);
  make_slice(one.device, mode.empty() || mode == "SPX"
                             ? "one of several partitions of an accelerator"
                             : fmt::format("a partition of an accelerator in mode {}", mode));
}

void place(std::vector<Found>& found) {
  Partitions numbers;
  for (const Found& one : found) numbers[one.address.pci].push_back(one.address.partition);
  std::map<std::string, unsigned> order;
  for (Found& one : found) {
    const std::vector<unsigned>& here = numbers[one.address.pci];
    if (here.size() > 1) {
      place_partition(one, here, order[one.address.pci]++);
      continue;
    }
    one.device.id.value = one.address.pci;
    const std::string mode = mode_of(one.device);
    if (mode.empty() || mode == "SPX") continue;
    make_slice(one.device, fmt::format("an accelerator divided into partitions ({}): only they can "
                                       "be measured",
                                       mode));
  }
}

// The number of the board: its serial number. Where a board has none, the driver writes the die's
// own number in its place, which is no number of a board.
std::string board_number(const Device& device) {
  const std::string own = device.uuid ? device.uuid->substr(device.uuid->rfind('-') + 1) : "";
  if (device.serial && to_lower(*device.serial) != own) return *device.serial;
  return own;
}

bool is_one_of_two_dies(const Device& device) {
  return device.pci_id && !device.slice &&
         std::ranges::find(kTwoDies, *device.pci_id) != kTwoDies.end();
}

bool may_link(const Device& one, const Device& other) {
  const auto& first = one.labels->link_group;
  const auto& second = other.labels->link_group;
  return !first || !second || *first == *second;
}

void join_dies(std::vector<Found>& found) {
  std::map<std::string, std::vector<Device*>> of_board;
  for (Found& one : found) {
    if (!is_one_of_two_dies(one.device)) continue;
    const std::string number = board_number(one.device);
    if (!number.empty()) of_board[number].push_back(&one.device);
  }
  for (const auto& [number, dies] : of_board) {
    if (dies.size() != 2 || dies[0]->pci_id != dies[1]->pci_id || !may_link(*dies[0], *dies[1])) {
      continue;
    }
    for (Device* die : dies) {
      die->package.value = dies[0]->id.value;
      die->board.value = dies[0]->id.value;
    }
  }
}

}  // namespace

std::vector<Device> arrange(std::vector<Found> found) {
  place(found);
  join_dies(found);
  std::vector<Device> devices;
  for (Found& one : found) devices.push_back(std::move(one.device));
  return devices;
}

}  // namespace tpp::amd
