// The `gemm` rows: dense matrix products through hipBLASLt and rocBLAS, several shapes and of
// hipBLASLt its best algorithms for each; the fastest of all that run is kept.
#ifndef TPP_KERNELS_HIP_GEMM_GEMM_H
#define TPP_KERNELS_HIP_GEMM_GEMM_H

#include <optional>
#include <string>
#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/gemm/find_library.h"
#include "kernels/hip/device.h"
#include "kernels/hip/gemm/hipblaslt_routine.h"
#include "kernels/hip/gemm/rocblas_routine.h"

namespace tpp::hip {

// The libraries where they are found, looked for once; else why they are not.
struct BlasLibraries {
  std::optional<HipblasLt> hipblaslt;
  std::string why_no_hipblaslt;
  std::optional<RocblasApi> rocblas;
  std::string why_no_rocblas;
};

// Of the runtime's own ROCm alone: those of another would bring a second runtime into the process,
// which knows nothing of this one's memory. Versions are empty where that ROCm has none that is
// taken.
struct BlasPlaces {
  gpu::LibraryPlaces hipblaslt, rocblas;
};
BlasPlaces blas_places(int runtime_version);  // HIP_VERSION

BlasLibraries find_blas_libraries(const HipApi& api, const std::string& folder);

// One benchmark a precision; everything given outlives them. Of a device that no code of this
// module runs on, they do not say why they cannot be run.
std::vector<boundary::Benchmark> gemm_benchmarks(const HipApi& api, Device& device,
                                                 BlasLibraries& libraries);

}  // namespace tpp::hip

#endif
