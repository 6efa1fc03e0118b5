// One device of AMD read again and again while something else puts load on it.
#ifndef TPP_PROBES_AMD_AMD_WATCH_H
#define TPP_PROBES_AMD_AMD_WATCH_H

#include <memory>

#include "agent/model/ids.h"
#include "probes/amd/smi.h"
#include "probes/device_watch.h"

namespace tpp {

// Of a partition, its accelerator is watched: power and heat are its; processes and used memory are
// the partition's own. The library stays started as
// long as the watch lives. Throws Error if there is no such device, or if it cannot be asked.
std::unique_ptr<DeviceWatch> watch_amd(const DeviceId& device);

// The same of any library.
std::unique_ptr<DeviceWatch> watch_smi(std::unique_ptr<amd::Smi> smi, const DeviceId& device);

}  // namespace tpp

#endif
