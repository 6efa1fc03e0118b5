// One device as AMD's management libraries and the kernel describe it.
#ifndef TPP_PROBES_AMD_AMD_DEVICE_H
#define TPP_PROBES_AMD_AMD_DEVICE_H

#include <string>

#include "agent/model/inventory.h"
#include "probes/amd/smi.h"
#include "probes/node_files.h"

namespace tpp::amd {

// What the driver keeps of the device at that PCI address: who it is, how it is divided. Wakes
// nothing. Id, package and board are left to `arrange`. What the library does not tell is taken
// from the kernel's files of the device where they tell it.
Device identity_of(Smi& smi, unsigned index, const NodeFiles& files, const std::string& pci);

// Limits and state, which only a device that is awake can tell.
void add_state(Smi& smi, unsigned index, Device& device);

}  // namespace tpp::amd

#endif
