// Answers of AMD SMI (libamd_smi.so), the successor of ROCm SMI. What it has only in structures
// that change from release to release (serial number, firmware, name) is not asked of it.
#ifndef TPP_PROBES_AMD_AMD_SMI_H
#define TPP_PROBES_AMD_AMD_SMI_H

#include <memory>

#include "probes/amd/amdsmi_api.h"
#include "probes/amd/smi.h"

namespace tpp::amd {

// Started; nullptr if there is no driver, and thus no device. `api` outlives it. Throws Error.
std::unique_ptr<Smi> start_amd_smi(const amdsmi::Api& api);

}  // namespace tpp::amd

#endif
