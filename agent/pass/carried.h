// What earlier passes measured of devices that this pass leaves alone, as far as it still holds: so
// that a report of one device, or of none, shows every board as it is known. Pure.
#ifndef TPP_AGENT_PASS_CARRIED_H
#define TPP_AGENT_PASS_CARRIED_H

#include <cstddef>
#include <functional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agent/model/report.h"
#include "agent/pass/pass_messages.h"
#include "agent/pass/survey.h"

namespace tpp {

// What evidence of a device holds for: its silicon, firmware, driver, division and place. A text
// that differs where any of it does.
std::string measured_state(const Device& device);

// Whether both are of one node, and both simulated or neither.
bool of_same_node(const Report& earlier, const Report& now);

// Reports that are older than those at hand and have this device, the newest first. They live as
// long as what the function is of.
using FurtherBack = std::function<std::vector<const Report*>(const Device&)>;

// A pass that was kept and cannot be read: that it was one of measurements is known all the same.
struct UnreadPass {
  std::string hostname;  // "": nobody knows, and it may be of any node
  PassMode mode = PassMode::inventory;
  bool simulated = false;
};

struct EarlierReports {
  std::span<const Report> newest;      // the newest first
  FurtherBack further_back = nullptr;  // asked of a device that was away or other in any of them
  std::span<const UnreadPass> unread = {};  // the newest first
  // So many of `newest`, the first of them, are of passes since this node was started.
  std::size_t of_this_boot = 0;
};

// Whether it tells if anything of its node was ever measured. One that was to measure, and found
// all devices in use, does not.
bool tells_whether_measured(const Report& report);

// Adds to `report`, which has its inventory, banners and libraries, the measurements that the
// newest fitting of `earlier` has of a device and that were not taken now, and the code that took
// part in them, which tells of nothing else. A report fits where it is of this node, the device was
// in the same state, was measured by the same module and method, and where nothing of what ran was
// forced or overridden that is not so now. Of a device without serial number and UUID none does
// that is of an earlier boot, or older than one in which it was away, in another state, or another
// one in its place. An
// inventory gets the mode of the newest report of measurements of the node, by which it is judged;
// where none can be read, that of the newest pass of measurements that cannot.
// Returns what was added.
std::set<BenchmarkId> carry_measurements(const Survey& survey, const EarlierReports& earlier,
                                         Report& report);

// Whether `later` has an outcome of all that `earlier` has one of, of the devices in their same
// states, and a rate of all that it has a rate of. What was interrupted is no outcome.
bool holds_all_of(const Report& later, const Report& earlier);

// Of every device that a module can measure: since when it is in its state, and when it was last
// measured in it, which may have been before it was away. `earlier`: the newest first; what is
// refused or hung is the caller's.
std::vector<DeviceNews> device_news(const Report& report, std::span<const Report> earlier);

}  // namespace tpp

#endif
