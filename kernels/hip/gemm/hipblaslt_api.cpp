#include "kernels/hip/gemm/hipblaslt_api.h"

#include <fmt/format.h>

namespace tpp::hip {

std::string lt_version_text(int version) {
  return fmt::format("{}.{}.{}", version / 100'000, version / 100 % 1'000, version % 100);
}

std::optional<HipblasLtApi> HipblasLtApi::bind(const boundary::SymbolSource& source,
                                               std::string& why) {
  HipblasLtApi api;
  boundary::Binder binder(source);
  binder.required(api.create, "hipblasLtCreate");
  binder.required(api.destroy, "hipblasLtDestroy");
  binder.required(api.version, "hipblasLtGetVersion");
  binder.required(api.create_product, "hipblasLtMatmulDescCreate");
  binder.required(api.destroy_product, "hipblasLtMatmulDescDestroy");
  binder.required(api.set_product, "hipblasLtMatmulDescSetAttribute");
  binder.required(api.create_layout, "hipblasLtMatrixLayoutCreate");
  binder.required(api.destroy_layout, "hipblasLtMatrixLayoutDestroy");
  binder.required(api.create_preference, "hipblasLtMatmulPreferenceCreate");
  binder.required(api.destroy_preference, "hipblasLtMatmulPreferenceDestroy");
  binder.required(api.set_preference, "hipblasLtMatmulPreferenceSetAttribute");
  binder.required(api.heuristic, "hipblasLtMatmulAlgoGetHeuristic");
  binder.required(api.multiply, "hipblasLtMatmul");
  // Not called: that of ROCm 5, which bears the same name as that of 6, does not have it.
  LtStatus (*since_rocm_6)() = nullptr;
  binder.required(since_rocm_6, "hipblasLtMatrixTransformDescCreate");
  if (binder.missing().empty()) return api;
  why = fmt::format("it lacks {}; expected that of ROCm 6.0 or newer: update it", binder.missing());
  return std::nullopt;
}

}  // namespace tpp::hip
