// AMD's management library in this process: whichever of the two is there, found and started.
#ifndef TPP_PROBES_AMD_AMD_LIBRARY_H
#define TPP_PROBES_AMD_AMD_LIBRARY_H

#include <memory>

#include "probes/amd/smi.h"

namespace tpp::amd {

// ROCm SMI before AMD SMI: its functions have kept their form since ROCm 5. nullptr if there is
// neither on this node, or no driver for them. Throws Error if one is there and cannot be used, and
// the other is not.
std::unique_ptr<Smi> open_library();

}  // namespace tpp::amd

#endif
