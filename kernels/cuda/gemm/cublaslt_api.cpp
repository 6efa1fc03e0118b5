#include "kernels/cuda/gemm/cublaslt_api.h"

#include "kernels/gpu/gemm/find_library.h"

namespace tpp::cuda {

std::optional<CublasLtApi> CublasLtApi::bind(const boundary::SymbolSource& source,
                                             std::string& why) {
  CublasLtApi api;
  boundary::Binder binder(source);
  binder.required(api.create, "cublasLtCreate");
  binder.required(api.destroy, "cublasLtDestroy");
  binder.required(api.version, "cublasLtGetVersion");
  binder.required(api.create_product, "cublasLtMatmulDescCreate");
  binder.required(api.destroy_product, "cublasLtMatmulDescDestroy");
  binder.required(api.set_product, "cublasLtMatmulDescSetAttribute");
  binder.required(api.create_layout, "cublasLtMatrixLayoutCreate");
  binder.required(api.destroy_layout, "cublasLtMatrixLayoutDestroy");
  binder.required(api.create_preference, "cublasLtMatmulPreferenceCreate");
  binder.required(api.destroy_preference, "cublasLtMatmulPreferenceDestroy");
  binder.required(api.set_preference, "cublasLtMatmulPreferenceSetAttribute");
  binder.required(api.heuristic, "cublasLtMatmulAlgoGetHeuristic");
  binder.required(api.multiply, "cublasLtMatmul");
  if (binder.missing().empty()) return api;
  why = "it lacks " + binder.missing();
  return std::nullopt;
}

std::optional<CublasLtApi> CublasLtApi::load(const std::string& folder, std::string& why) {
  // Where CUDA's toolkits are put.
  const gpu::LibraryPlaces places = {
      "libcublasLt.so",
      {13, 12, 11},
      {"", "/usr/local/cuda/lib64/", "/usr/local/cuda/targets/sbsa-linux/lib/", "/opt/cuda/lib64/"},
      "CUDA's toolkit"};
  return gpu::find_library<CublasLtApi>(places, folder, why);
}

}  // namespace tpp::cuda
