// NVIDIA GPUs as their management library (NVML) shows them: identity, limits, what ails them.
// Nothing is written to a device, and nothing is held when the probe returns, so that the driver
// can be unloaded between probes.
#ifndef TPP_PROBES_NVIDIA_NVIDIA_PROBE_H
#define TPP_PROBES_NVIDIA_NVIDIA_PROBE_H

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "probes/node_files.h"
#include "probes/nvidia/nvml_api.h"
#include "probes/nvidia/nvml_library.h"

namespace tpp {

// One device a GPU, named by its PCI address; GPUs that share a card carry the address of the first
// of them as their board. A GPU that cannot be asked, or of which one answer fails, hides no other.
// Throws Error if the driver is there and cannot be asked.
Inventory probe_nvidia(const NodeFiles& files);

// The same of any library: of all GPUs, or of those at these PCI addresses alone. A handle wakes
// the GPU that it is of (nvmlDeviceGetHandleByIndex_v2 "causes NVML to initialize the target GPU").
// `library` is what findings call it: its file.
Inventory read_nvml(const nvml::Api& api,
                    const std::optional<std::vector<std::string>>& addresses = std::nullopt,
                    const std::string& library = nvml::kLibraryName);

// The same of a node and of a library that is opened only where a GPU is awake. GPUs that sleep are
// listed as far as the bus shows them.
using OpenNvml = std::function<std::optional<nvml::Library>()>;
Inventory probe_nvidia(const NodeFiles& files, const OpenNvml& open);

}  // namespace tpp

#endif
