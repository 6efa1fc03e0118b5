// The functions of AMD's hipBLASLt that matrix products call, filled at run time or by a test.
// Declared here, since nothing of ROCm is needed to build: as ROCm 6.0 to 7.2 have them. The
// library of ROCm 5 numbers data types, attributes and computations otherwise, and its results are
// of other sizes: it is not taken.
#ifndef TPP_KERNELS_HIP_GEMM_HIPBLASLT_API_H
#define TPP_KERNELS_HIP_GEMM_HIPBLASLT_API_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "kernels/cpp_shared_library.h"
#include "kernels/hip/hip_api.h"

namespace tpp::hip {

// hipblasStatus_t
enum class LtStatus : int {
  success = 0,
  allocation_failed = 2,
  invalid_value = 3,
  not_supported = 7,
  arch_mismatch = 8,
};

// hipDataType. Of the formats of 8 bits those without infinities and negative zero (FNUZ) are as
// old as ROCm 6.0, the others came with 6.3; that of 4 bits with 7.0.
enum class LtType : int {
  f32 = 0,
  f64 = 1,
  f16 = 2,
  i8 = 3,
  i32 = 10,
  bf16 = 14,
  e4m3 = 28,
  e5m2 = 29,
  e2m1 = 33,
  e4m3_fnuz = 1000,
  e5m2_fnuz = 1001,
};

// hipblasComputeType_t
enum class LtCompute : int { f32 = 2, f32_by_tf32 = 6, f64 = 7, i32 = 9 };

// hipblasOperation_t
enum class LtOperation : int { none = 111, transposed = 112 };

// hipblasLtMatmulDescAttributes_t; modes since ROCm 7.0.
enum class LtAttribute : int {
  operation_a = 0,
  operation_b = 1,
  scale_a = 5,
  scale_b = 6,
  scale_mode_a = 31,
  scale_mode_b = 32,
};

// hipblasLtMatmulPreferenceAttributes_t
enum class LtPreferenceAttribute : int { max_workspace_bytes = 1 };

struct LtHandle;
struct LtProduct;     // hipblasLtMatmulDesc_t
struct LtLayout;      // hipblasLtMatrixLayout_t
struct LtPreference;  // hipblasLtMatmulPreference_t

// hipblasLtMatmulAlgo_t
struct LtAlgorithm {
  uint8_t data[16];  // its first four bytes are the number of the solution
  size_t max_workspace_bytes;
};
static_assert(sizeof(LtAlgorithm) == 24 && offsetof(LtAlgorithm, max_workspace_bytes) == 16);

// hipblasLtMatmulHeuristicResult_t
struct LtResult {
  LtAlgorithm algorithm;
  size_t workspace_bytes;
  LtStatus state;
  float waves;
  int reserved[4];
};
static_assert(sizeof(LtResult) == 56 && offsetof(LtResult, workspace_bytes) == 24 &&
              offsetof(LtResult, state) == 32 && offsetof(LtResult, reserved) == 40);

// HIPBLASLT_VERSION: major x 10^5 + minor x 100 + patch.
inline constexpr int kLtVersionOfRocm60 = 600;
inline constexpr int kLtVersionOfRocm62 = 800;
inline constexpr int kLtVersionOfRocm63 = 1'000;
inline constexpr int kLtVersionOfRocm70 = 100'000;
std::string lt_version_text(int version);  // "0.10.0"

struct HipblasLtApi {
  LtStatus (*create)(LtHandle**) = nullptr;
  LtStatus (*destroy)(LtHandle*) = nullptr;
  LtStatus (*version)(LtHandle*, int* version) = nullptr;
  LtStatus (*create_product)(LtProduct**, LtCompute, LtType of_factors) = nullptr;
  LtStatus (*destroy_product)(LtProduct*) = nullptr;
  LtStatus (*set_product)(LtProduct*, LtAttribute, const void* value, size_t bytes) = nullptr;
  LtStatus (*create_layout)(LtLayout**, LtType, uint64_t rows, uint64_t columns,
                            int64_t stride) = nullptr;
  LtStatus (*destroy_layout)(LtLayout*) = nullptr;
  LtStatus (*create_preference)(LtPreference**) = nullptr;
  LtStatus (*destroy_preference)(LtPreference*) = nullptr;
  LtStatus (*set_preference)(LtPreference*, LtPreferenceAttribute, const void* value,
                             size_t bytes) = nullptr;
  LtStatus (*heuristic)(LtHandle*, LtProduct*, LtLayout* a, LtLayout* b, LtLayout* c, LtLayout* d,
                        LtPreference*, int wanted, LtResult results[], int* found) = nullptr;
  LtStatus (*multiply)(LtHandle*, LtProduct*, const void* alpha, const void* a, LtLayout*,
                       const void* b, LtLayout*, const void* beta, const void* c, LtLayout*,
                       void* d, LtLayout*, const LtAlgorithm*, void* workspace,
                       size_t workspace_bytes, StreamHandle*) = nullptr;

  std::string found;  // the library's name, for the path of a rate

  // All of them, or nullopt with what is missing in `why`.
  static std::optional<HipblasLtApi> bind(const boundary::SymbolSource& source, std::string& why);
};

}  // namespace tpp::hip

#endif
