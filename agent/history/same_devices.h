// Which device of one report is which of another, for boards that an operator's word makes: of a
// baseboard or a mapping a device can be pulled, or another put into its place, while the board
// goes on. Says nothing of what it means (member_events). Inside history only; pure.
#ifndef TPP_AGENT_HISTORY_SAME_DEVICES_H
#define TPP_AGENT_HISTORY_SAME_DEVICES_H

#include <string>
#include <vector>

#include "agent/history/sightings.h"

namespace tpp {

// "0000:17:00.0", of a partition too.
std::string address_of(const Device& device);

struct Whereabouts {
  struct Replaced {
    const Device* before;
    const Device* after;
  };
  std::vector<const Device*> lost;  // nowhere, and nothing that is new stands in their place
  std::vector<Replaced> replaced;   // nowhere, and what stands in their place was nowhere before
};

// What became, in the other report, of the devices of these boards of one. Each of a report is at
// most one of the other: by UUID, else by address and part, else by serial number, which several
// devices may share. Parts of a device stand for it. `boards` are of one report, or none.
Whereabouts whereabouts(const Sightings& boards, const Report& other);

}  // namespace tpp

#endif
