#include "exporters/prometheus/series_keys.h"

#include <algorithm>

#include "agent/support/error.h"

namespace tpp {

SeriesKeys::SeriesKeys(const Inventory& inventory) {
  std::map<std::string, int> told;
  for (const Device& device : inventory.devices) ++told[device.uuid.value_or("")];
  for (const Device& device : inventory.devices) {
    const std::string uuid = device.uuid.value_or("");
    devices_[device.id] = !uuid.empty() && told[uuid] == 1 ? uuid : device.id.value;
  }
}

const std::string& SeriesKeys::device(const DeviceId& id) const {
  const auto found = devices_.find(id);
  TPP_CHECK(found != devices_.end());
  return found->second;
}

std::string SeriesKeys::board(const BoardView& view) const {
  std::string first;
  for (const Device* part : added_devices(view)) {
    const std::string& key = device(part->id);
    if (part->slice || key == part->id.value) return view.board->id.value;
    if (first.empty() || key < first) first = key;
  }
  return first.empty() ? view.board->id.value : first;
}

}  // namespace tpp
