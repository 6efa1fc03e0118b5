#include "agent/history/sightings.h"

#include <algorithm>

#include "agent/boards/serial_number.h"
#include "agent/chips/makers.h"

namespace tpp {
namespace {

using Devices = std::vector<const Device*>;

const Device* known_again(const Devices& before, const Device& device, bool entered) {
  for (const Device* one : before) {
    if (same_uuid(*one, device)) return one;
  }
  for (const Device* one : before) {
    if (one->id == device.id && !(entered && is_another(*one, device))) return one;
  }
  if (!entered) return nullptr;
  const auto same = [&](const Device* one) { return same_serial(*one, device); };
  return std::ranges::count_if(before, same) == 1 ? *std::ranges::find_if(before, same) : nullptr;
}

// By PCI id where both tell one.
bool same_part(const Device& one, const Device& other) {
  return one.pci_id && other.pci_id ? one.pci_id == other.pci_id : one.name == other.name;
}

}  // namespace

std::vector<const Device*> devices_of(const Sighting& sighting) {
  std::vector<const Device*> devices;
  for (const DeviceId& id : sighting.board->devices) {
    const Device* device = find_device(sighting.report->inventory, id);
    if (device != nullptr) devices.push_back(device);
  }
  std::ranges::sort(devices, {}, &Device::id);
  return devices;
}

bool is_entered(const Sighting& sighting) { return sighting.board->grouped_by == Source::entered; }

std::string maker_of(const Device& device) {
  if (names_nobody(device.vendor)) return "";
  const std::string maker = maker_named(device.vendor);
  return maker.empty() ? device.vendor : maker;
}

bool tells_serial(const Device& device) { return serial_told(device.serial).has_value(); }

bool tells_uuid(const Device& device) { return !device.slice && uuid_told(device.uuid); }

bool same_uuid(const Device& one, const Device& other) {
  const auto uuid = uuid_told(one.uuid);
  return uuid && uuid == uuid_told(other.uuid);
}

bool same_serial(const Device& one, const Device& other) {
  return tells_serial(one) && serial_told(one.serial) == serial_told(other.serial) &&
         maker_of(one) == maker_of(other);
}

bool is_another(const Device& one, const Device& other) {
  const bool uuids = tells_uuid(one) && tells_uuid(other);
  const bool serials = tells_serial(one) && tells_serial(other);
  const bool same = (uuids && same_uuid(one, other)) ||
                    (serials && serial_told(one.serial) == serial_told(other.serial));
  return (uuids || serials) && !same;
}

bool same_in_place(const Device& one, const Device& other) {
  return one.id == other.id && same_part(one, other) && !is_another(one, other);
}

std::string name_and_serial(const Device& device) {
  std::string text;
  if (!device.name.empty()) text += ", " + device.name;
  if (device.serial) text += ", serial " + *device.serial;
  return text;
}

const BoardPerformance* performance_of(const Sighting& sighting) {
  const auto& all = sighting.report->performances;
  const auto found = std::ranges::find(all, sighting.board->id, &BoardPerformance::board);
  return found == all.end() ? nullptr : &*found;
}

const Device* counterpart(const Sighting& earlier, const Sighting& later, const Device& device) {
  const Devices before = devices_of(earlier);
  const bool entered = is_entered(earlier) || is_entered(later);
  if (const Device* known = known_again(before, device, entered)) return known;
  // Of a board that moved no address is what it was; their order is.
  const Devices after = devices_of(later);
  const bool moved = std::ranges::none_of(
      after, [&](const Device* other) { return known_again(before, *other, entered) != nullptr; });
  if (!moved || before.size() != after.size()) return nullptr;
  const auto place = std::ranges::find(after, &device) - after.begin();
  const Device* was = before[static_cast<std::size_t>(place)];
  return entered && is_another(*was, device) ? nullptr : was;
}

bool same_runtime(const Device& one, const Device& other) {
  return one.backend == other.backend && one.driver_version == other.driver_version;
}

std::vector<EventCause> hardware_causes(const Device& before, const Device& after) {
  const auto vbios = [](const Device& device) {
    return device.labels ? device.labels->vbios_version : std::nullopt;
  };
  std::vector<EventCause> causes = {EventCause::hardware};
  const bool flashed = vbios(before) && vbios(after) && vbios(before) != vbios(after);
  if (flashed) causes.push_back(EventCause::firmware);
  return causes;
}

}  // namespace tpp
