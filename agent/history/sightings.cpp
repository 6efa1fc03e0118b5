#include "agent/history/sightings.h"

#include <algorithm>

namespace tpp {
namespace {

const Device* known_again(const std::vector<const Device*>& before, const Device& device) {
  for (const Device* one : before) {
    if (device.uuid && one->uuid == device.uuid) return one;
  }
  for (const Device* one : before) {
    if (one->id == device.id) return one;
  }
  return nullptr;
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

const BoardPerformance* performance_of(const Sighting& sighting) {
  const auto& all = sighting.report->performances;
  const auto found = std::ranges::find(all, sighting.board->id, &BoardPerformance::board);
  return found == all.end() ? nullptr : &*found;
}

const Device* counterpart(const Sighting& earlier, const Sighting& later, const Device& device) {
  const std::vector<const Device*> before = devices_of(earlier);
  if (const Device* known = known_again(before, device)) return known;
  // Of a board that moved no address is what it was; their order is.
  const std::vector<const Device*> after = devices_of(later);
  const bool moved = std::ranges::none_of(
      after, [&](const Device* other) { return known_again(before, *other) != nullptr; });
  const auto place = std::ranges::find(after, &device) - after.begin();
  return moved && before.size() == after.size() ? before[static_cast<std::size_t>(place)] : nullptr;
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
