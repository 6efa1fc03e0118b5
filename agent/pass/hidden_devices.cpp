#include "agent/pass/hidden_devices.h"

#include <fmt/format.h>

#include <algorithm>

namespace tpp {
namespace {

// Part of a device: its id stands behind that of the whole (tpp_backend.h).
bool is_part(const DeviceId& id) { return id.value.find('/') != std::string::npos; }

bool is_partitioned(const Device& device) {
  return device.state && device.state->partitioned.value_or(false);
}

std::string setting(const record::Visibility& visibility, const std::string& uuids) {
  return fmt::format("{}={}", visibility.variable, uuids);
}

}  // namespace

std::vector<Showing> hidden_devices(const std::vector<Device>& known,
                                    const BackendListing& listing) {
  // A module that said why it cannot be used would say so again; one that hung or crashed may have
  // done so on one device.
  if (!listing.visibility || (listing.failure && !listing.died)) return {};
  const record::Visibility& visibility = *listing.visibility;
  std::vector<Showing> showings;
  Showing whole;
  std::string whole_uuids;
  bool any_part = false;
  for (const Device& device : known) {
    // What is partitioned cannot be used whole.
    if (!device.uuid || device.vendor != visibility.vendor || is_partitioned(device)) continue;
    const bool part = is_part(device.id);
    any_part = any_part || part;
    const auto is_same = [&](const record::DeviceSeen& seen) {
      return seen.device.id == device.id;
    };
    if (std::ranges::any_of(listing.devices, is_same)) continue;
    if (part) {
      showings.push_back({setting(visibility, *device.uuid), {device.id}});
    } else {
      whole_uuids += (whole_uuids.empty() ? "" : ",") + *device.uuid;
      whole.devices.push_back(device.id);
    }
  }
  if (!any_part) return {};
  whole.setting = setting(visibility, whole_uuids);
  if (!whole.devices.empty()) showings.push_back(std::move(whole));
  return showings;
}

std::optional<std::string> setting_of(const BackendListing& listing) {
  if (!listing.visibility || listing.devices.size() != 1) return std::nullopt;
  const Device& device = listing.devices.front().device;
  if (!is_part(device.id) || !device.uuid) return std::nullopt;
  return setting(*listing.visibility, *device.uuid);
}

void keep_only(const std::vector<DeviceId>& devices, BackendListing& listing) {
  const auto is_other = [&](const DeviceId& id) {
    return std::ranges::find(devices, id) == devices.end();
  };
  std::erase_if(listing.devices,
                [&](const record::DeviceSeen& seen) { return is_other(seen.device.id); });
  std::erase_if(listing.benchmarks,
                [&](const record::Planned& planned) { return is_other(planned.benchmark.device); });
}

}  // namespace tpp
