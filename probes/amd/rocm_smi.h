// Answers of ROCm SMI (librocm_smi64.so).
#ifndef TPP_PROBES_AMD_ROCM_SMI_H
#define TPP_PROBES_AMD_ROCM_SMI_H

#include <memory>

#include "probes/amd/rsmi_api.h"
#include "probes/amd/smi.h"

namespace tpp::amd {

// Started; nullptr if there is no driver, and thus no device. `api` outlives it. Throws Error.
std::unique_ptr<Smi> start_rocm_smi(const rsmi::Api& api);

// Pure. In whichever of its two forms the structure was written; nullopt if it stands up in
// neither.
std::optional<Clock> clock_of(const rsmi::Frequencies& frequencies);

}  // namespace tpp::amd

#endif
