// NVIDIA GPUs as their management library (NVML) shows them: identity, limits, what ails them.
// Nothing is written to a device, and nothing is held when the probe returns, so that the driver
// can be unloaded between probes.
#ifndef TPP_PROBES_NVIDIA_NVIDIA_PROBE_H
#define TPP_PROBES_NVIDIA_NVIDIA_PROBE_H

#include "agent/model/inventory.h"
#include "probes/node_files.h"
#include "probes/nvidia/nvml_api.h"

namespace tpp {

// One device a GPU, named by its PCI address; GPUs that share a card carry the address of the first
// of them as their board. A GPU that cannot be asked, or of which one answer fails, hides no other.
// Throws Error if the driver is there and cannot be asked.
Inventory probe_nvidia(const NodeFiles& files);

// The same of any library.
Inventory read_nvml(const nvml::Api& api);

}  // namespace tpp

#endif
