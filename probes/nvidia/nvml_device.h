// One GPU, or one instance of a partitioned GPU, as NVIDIA's management library describes it.
#ifndef TPP_PROBES_NVIDIA_NVML_DEVICE_H
#define TPP_PROBES_NVIDIA_NVML_DEVICE_H

#include <string>
#include <vector>

#include "agent/model/inventory.h"
#include "probes/nvidia/nvml_api.h"

namespace tpp::nvml {

// "0000:17:00.0"; "" if `pci` holds no address.
std::string address_of(const PciInfo& pci);

// Everything but the board. What is not told is left out.
tpp::Device describe(const Api& api, Device handle, const PciInfo& pci);

// The instances of a partitioned GPU that `whole` describes: slices of its package. Empty if there
// is none, or if they cannot be listed.
std::vector<tpp::Device> instances_of(const Api& api, Device handle, const tpp::Device& whole);

// The instance of a partitioned GPU by its UUID; nullptr if it has none of that.
Device find_instance(const Api& api, Device handle, const std::string& uuid);

}  // namespace tpp::nvml

#endif
