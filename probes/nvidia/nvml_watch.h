// One NVIDIA GPU read again and again while something else puts load on it.
#ifndef TPP_PROBES_NVIDIA_NVML_WATCH_H
#define TPP_PROBES_NVIDIA_NVML_WATCH_H

#include <memory>

#include "agent/model/ids.h"
#include "probes/device_watch.h"
#include "probes/nvidia/nvml_api.h"

namespace tpp {

// Of an instance of a partitioned GPU, the whole GPU is watched: clock, power and heat are its;
// processes and used memory are the instance's own. The library stays started as long as the watch
// lives. Throws Error if there is no such GPU, or if it cannot be asked.
std::unique_ptr<DeviceWatch> watch_nvidia(const DeviceId& device);

// The same of any library, which outlives the watch.
std::unique_ptr<DeviceWatch> watch_nvml(const nvml::Api& api, const DeviceId& device);

}  // namespace tpp

#endif
