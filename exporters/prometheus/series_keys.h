// By which name a device and a board go in metrics, pass after pass: the UUID, which stays when a
// card moves or the bus is numbered anew; where there is none, or several devices tell the same,
// the id. Pure; holds copies.
#ifndef TPP_EXPORTERS_PROMETHEUS_SERIES_KEYS_H
#define TPP_EXPORTERS_PROMETHEUS_SERIES_KEYS_H

#include <map>
#include <string>

#include "agent/model/inventory.h"
#include "exporters/report_lookup.h"

namespace tpp {

class SeriesKeys {
 public:
  explicit SeriesKeys(const Inventory& inventory);

  const std::string& device(const DeviceId& id) const;
  // The first of its devices' UUIDs, in the order of the alphabet; its id where a part of a device
  // is on it, whose UUID goes with the partition, or no device tells one.
  std::string board(const BoardView& view) const;

 private:
  std::map<DeviceId, std::string> devices_;
};

}  // namespace tpp

#endif
