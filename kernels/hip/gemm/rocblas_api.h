// The functions of AMD's rocBLAS that matrix products call, filled at run time or by a test.
// Declared here, since nothing of ROCm is needed to build: as ROCm 5.0 to 6.2 have them, which is
// alike.
#ifndef TPP_KERNELS_HIP_GEMM_ROCBLAS_API_H
#define TPP_KERNELS_HIP_GEMM_ROCBLAS_API_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "kernels/cpp_shared_library.h"

namespace tpp::hip {

// rocblas_status
enum class RocblasStatus : int {
  success = 0,
  not_implemented = 2,
  memory_error = 5,
  perf_degraded = 7,  // by too little memory
  excluded_from_build = 14,
  arch_mismatch = 15,
};

// rocblas_datatype
enum class RocblasType : int { f16 = 150, f32 = 151, f64 = 152, i8 = 160, i32 = 162, bf16 = 168 };

// rocblas_operation
enum class RocblasOperation : int { none = 111, transposed = 112 };

// rocblas_gemm_algo: the library's own choice.
enum class RocblasAlgorithm : int { standard = 0 };

struct RocblasHandle;

struct RocblasApi {
  RocblasStatus (*create)(RocblasHandle**) = nullptr;
  RocblasStatus (*destroy)(RocblasHandle*) = nullptr;
  RocblasStatus (*version)(char* text, size_t size) = nullptr;
  RocblasStatus (*multiply)(RocblasHandle*, RocblasOperation a, RocblasOperation b, int m, int n,
                            int k, const void* alpha, const void* a_at, RocblasType, int a_stride,
                            const void* b_at, RocblasType, int b_stride, const void* beta,
                            const void* c_at, RocblasType, int c_stride, void* d_at, RocblasType,
                            int d_stride, RocblasType of_sums, RocblasAlgorithm, int32_t solution,
                            uint32_t flags) = nullptr;
  // May be absent.
  const char* (*status_text)(RocblasStatus) = nullptr;

  std::string found;  // the library's name, for the path of a rate

  // All that is required, or nullopt with what is missing in `why`.
  static std::optional<RocblasApi> bind(const boundary::SymbolSource& source, std::string& why);
};

}  // namespace tpp::hip

#endif
