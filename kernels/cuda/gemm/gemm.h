// The `gemm` rows: dense matrix products through cuBLASLt, several shapes and the library's own
// best algorithms for each, sampled values of the product checked.
#ifndef TPP_KERNELS_CUDA_GEMM_GEMM_H
#define TPP_KERNELS_CUDA_GEMM_GEMM_H

#include <optional>
#include <string>
#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/cuda/device.h"
#include "kernels/cuda/gemm/cublaslt_api.h"

namespace tpp::cuda {

// cuBLASLt where it is found, looked for once; else why it is not.
struct CublasLt {
  std::optional<CublasLtApi> api;
  std::string why_not;
};
CublasLt find_cublaslt(const std::string& folder);

// One benchmark a format; everything given outlives them.
std::vector<boundary::Benchmark> gemm_benchmarks(const CudaApi& driver, Device& device,
                                                 const CublasLt& library);

}  // namespace tpp::cuda

#endif
