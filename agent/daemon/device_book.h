// What the daemon knows of each device's evidence, refusals and hangs, and which is to be measured
// next, when. Pure: times and news are the caller's.
#ifndef TPP_AGENT_DAEMON_DEVICE_BOOK_H
#define TPP_AGENT_DAEMON_DEVICE_BOOK_H

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/daemon/schedule.h"
#include "agent/model/ids.h"
#include "agent/pass/pass_messages.h"

namespace tpp {

// A device that hung so often in a row is left alone.
inline constexpr int kHangsToQuarantine = 2;

struct NextPass {
  DeviceId device;
  WallTime at;
  DueBy by = DueBy::interval;
};

class DeviceBook {
 public:
  // After any pass: what is attached now. What is gone is forgotten, and with it its hangs: it was
  // reset, or is another one when it comes back. Nothing was seen, and no retry is due, later than
  // `now` lets it be: the clock may have been wrong, or put back.
  void learn(const std::vector<DeviceNews>& devices, WallTime now);
  // After a pass that was to measure `device`.
  void measured(const DeviceNews& device, WallTime now);

  // The earliest of all devices that are not left alone; at a time that may have passed.
  std::optional<NextPass> next(const SchedulePolicy& policy, std::string_view node,
                               WallTime now) const;
  std::vector<DeviceId> left_alone() const;
  std::vector<DeviceId> devices() const;
  bool knows(const DeviceId& device) const { return entries_.contains(device); }
  std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string state;
    MeasuredState evidence;
    int refusals = 0;  // in a row
    int hangs = 0;     // in a row
    std::optional<WallTime> not_before;
  };
  void learn_of(const DeviceNews& device, WallTime now);

  std::map<DeviceId, Entry> entries_;
};

// ISO 8601 in UTC as a time; nullopt for what is none.
std::optional<WallTime> wall_time(std::string_view text);

}  // namespace tpp

#endif
