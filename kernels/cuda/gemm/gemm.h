// The `gemm` rows: dense matrix products through cuBLASLt, several shapes and the library's own
// best algorithms for each, sampled values of the product checked.
#ifndef TPP_KERNELS_CUDA_GEMM_GEMM_H
#define TPP_KERNELS_CUDA_GEMM_GEMM_H

#include <memory>
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

// m x k by k x n.
struct GemmShape {
  int m, n, k;
  bool operator==(const GemmShape&) const = default;
};

// Tiles of 128 x 256 in as many as there are units, two and four times over, then the square that
// others publish; k is no power of two, which would put rows on the same memory channels. All
// within `bytes` for operands of so many bits each. Pure.
std::vector<GemmShape> gemm_shapes(unsigned units, uint64_t bytes, unsigned bits);

// One benchmark a format; everything given outlives them.
std::vector<boundary::Benchmark> gemm_benchmarks(const CudaApi& driver, Device& device,
                                                 const CublasLt& library);

}  // namespace tpp::cuda

#endif
