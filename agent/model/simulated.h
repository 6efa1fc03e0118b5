// Whether a report is of a simulation, also where it has no device to show for it. Pure.
#ifndef TPP_AGENT_MODEL_SIMULATED_H
#define TPP_AGENT_MODEL_SIMULATED_H

#include <algorithm>
#include <string>

#include "agent/model/report.h"

namespace tpp {

// By its banner, which stands whether or not the scenario has a device, or by any of its devices.
inline bool is_simulated(const Report& report) {
  return std::ranges::any_of(report.inventory.devices, &Device::simulated) ||
         std::ranges::any_of(report.banners, [](const std::string& banner) {
           return banner.starts_with("SIMULATED");
         });
}

}  // namespace tpp

#endif
