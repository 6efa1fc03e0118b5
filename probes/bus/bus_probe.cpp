#include "probes/bus/bus_probe.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "agent/support/text.h"
#include "probes/pci_ids.h"
#include "probes/unseen_gpus.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kSlots = "sys/bus/pci/slots";

// "0000:17:00.0"; of devices that have a domain of their own "10000:17:00.0".
bool is_address(std::string_view text) {
  const auto hex = [](std::string_view part) {
    return !part.empty() && part.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  };
  if (text.size() < 12 || text[text.size() - 8] != ':') return false;
  const std::string_view tail = text.substr(text.size() - 7);  // "17:00.0"
  return hex(text.substr(0, text.size() - 8)) && hex(tail.substr(0, 2)) && tail[2] == ':' &&
         hex(tail.substr(3, 2)) && tail[5] == '.' && hex(tail.substr(6));
}

// "0000:17:00", all functions of what is in a slot -> its name.
using Slots = std::map<std::string, std::string>;

Slots slots_of(const NodeFiles& files) {
  Slots slots;
  for (const std::string& name : files.names(kSlots)) {
    if (const auto address = files.text(fs::path(kSlots) / name / "address")) {
      slots.emplace(*address, name);
    }
  }
  return slots;
}

// The kernel's folder of a device lies in those of the bridges that lead to it.
std::vector<BusStep> way_to(const NodeFiles& files, const fs::path& folder, const Slots& slots) {
  std::vector<BusStep> way;
  const auto target = files.link(folder);
  if (!target) return way;
  for (const fs::path& part : *target) {
    const std::string address = part.string();
    if (!is_address(address)) continue;
    const auto slot = slots.find(address.substr(0, address.size() - 2));
    way.push_back({address, slot == slots.end() ? std::nullopt : std::optional(slot->second)});
  }
  std::ranges::reverse(way);
  return way;
}

// Of a device that is near no memory node, or near all, the kernel lists every processor.
std::optional<DeviceId> socket_of(const NodeFiles& files, const fs::path& folder) {
  const auto node = parse_int(files.text(folder / "numa_node").value_or(""));
  if (!node || *node < 0) return std::nullopt;
  const std::string list = files.text(folder / "local_cpulist").value_or("");
  const auto first = parse_int(list.substr(0, list.find_first_of("-,")));
  if (!first || *first < 0) return std::nullopt;
  const auto package = parse_int(
      files.text(fmt::format("sys/devices/system/cpu/cpu{}/topology/physical_package_id", *first))
          .value_or(""));
  if (!package || *package < 0) return std::nullopt;
  return DeviceId{fmt::format("cpu:{}", *package)};
}

}  // namespace

Inventory probe_bus(const NodeFiles& files) {
  Inventory inventory;
  const Slots slots = slots_of(files);
  std::vector<BusPlace> places;
  for (const std::string& address : files.names(kPciDevices)) {
    const fs::path folder = fs::path(kPciDevices) / address;
    if (!is_accelerator(files, address)) continue;
    BusPlace place{.address = address,
                   .way = way_to(files, folder, slots),
                   .pci_id = pci_id_on_bus(files, address),
                   .subsystem_id = subsystem_id_on_bus(files, address),
                   .socket = socket_of(files, folder),
                   .physical_function = physical_function(files, address)};
    if (place.way.empty() || place.way.front().address != address) place.way = {{address, {}}};
    places.push_back(std::move(place));
  }
  if (!places.empty()) inventory.bus = std::move(places);
  add_accelerators_of_others(files, inventory);
  return inventory;
}

}  // namespace tpp
