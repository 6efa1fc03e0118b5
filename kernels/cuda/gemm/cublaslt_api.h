// The functions of NVIDIA's cuBLASLt that matrix products call, filled at run time from whichever
// of its versions 13, 12 and 11 is found first, or by a test. Its types are of this build's header:
// they are opaque or have not changed since version 11.
#ifndef TPP_KERNELS_CUDA_GEMM_CUBLASLT_API_H
#define TPP_KERNELS_CUDA_GEMM_CUBLASLT_API_H

#include <cublasLt.h>

#include <cstddef>
#include <optional>
#include <string>

#include "kernels/cpp_shared_library.h"

namespace tpp::cuda {

// What headers older than CUDA 12.8 have no names for, since the module builds with those too:
// CUDA_R_4F_E2M1, and CUBLASLT_MATMUL_DESC_A_SCALE_MODE and ..._B_...
inline constexpr auto kTypeE2m1 = static_cast<cudaDataType_t>(33);
inline constexpr auto kScaleModeOfA = static_cast<cublasLtMatmulDescAttributes_t>(31);
inline constexpr auto kScaleModeOfB = static_cast<cublasLtMatmulDescAttributes_t>(32);
// The library that first had them, as it tells its version.
inline constexpr std::size_t kBlockScalesSince = 120800;

struct CublasLtApi {
  decltype(&::cublasLtCreate) create = nullptr;
  decltype(&::cublasLtDestroy) destroy = nullptr;
  decltype(&::cublasLtGetVersion) version = nullptr;
  decltype(&::cublasLtMatmulDescCreate) create_product = nullptr;
  decltype(&::cublasLtMatmulDescDestroy) destroy_product = nullptr;
  decltype(&::cublasLtMatmulDescSetAttribute) set_product = nullptr;
  decltype(&::cublasLtMatrixLayoutCreate) create_layout = nullptr;
  decltype(&::cublasLtMatrixLayoutDestroy) destroy_layout = nullptr;
  decltype(&::cublasLtMatmulPreferenceCreate) create_preference = nullptr;
  decltype(&::cublasLtMatmulPreferenceDestroy) destroy_preference = nullptr;
  decltype(&::cublasLtMatmulPreferenceSetAttribute) set_preference = nullptr;
  decltype(&::cublasLtMatmulAlgoGetHeuristic) heuristic = nullptr;
  decltype(&::cublasLtMatmul) multiply = nullptr;

  std::string found;  // the library's name, for the path of a rate

  // All of them, or nullopt with the names of what is missing in `why`.
  static std::optional<CublasLtApi> bind(const boundary::SymbolSource& source, std::string& why);
  // From `folder` if one is given, else where the loader and CUDA's toolkit have it.
  static std::optional<CublasLtApi> load(const std::string& folder, std::string& why);
};

}  // namespace tpp::cuda

#endif
