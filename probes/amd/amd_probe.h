// GPUs and accelerators of AMD as their management library shows them (ROCm SMI or AMD SMI):
// identity, partitions and packages, limits, what ails them. Nothing is written to a device, and
// nothing is held when the probe returns.
#ifndef TPP_PROBES_AMD_AMD_PROBE_H
#define TPP_PROBES_AMD_AMD_PROBE_H

#include <functional>
#include <memory>

#include "agent/model/inventory.h"
#include "probes/amd/smi.h"
#include "probes/node_files.h"

namespace tpp {

// One device a GPU, a die (GCD) or a partition, named by its PCI address; partitions add their
// number. A device that cannot be asked, or of which one answer fails, hides no other. One that
// sleeps is named and not woken. Throws Error if the library is there and cannot be asked.
Inventory probe_amd(const NodeFiles& files);

// The same of a library that is opened only where a GPU is awake, or none is on the bus. Where all
// sleep they are listed as far as the bus shows them.
using OpenSmi = std::function<std::unique_ptr<amd::Smi>()>;
Inventory probe_amd(const NodeFiles& files, const OpenSmi& open);

// The same of any library.
Inventory read_amd(amd::Smi& smi, const NodeFiles& files);

}  // namespace tpp

#endif
