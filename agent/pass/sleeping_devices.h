// Which modules are better left alone while a device sleeps: asked what is there, a runtime starts
// every device of its maker, and wakes it. Pure.
#ifndef TPP_AGENT_PASS_SLEEPING_DEVICES_H
#define TPP_AGENT_PASS_SLEEPING_DEVICES_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/inventory.h"

namespace tpp {

// Why the module is not asked, in words; nullopt if asking it wakes nothing that a probe found
// asleep. A module that is not known here may wake any.
std::optional<std::string> would_wake(const std::string& module,
                                      const std::vector<Inventory>& probed);

}  // namespace tpp

#endif
