#include "kernels/hip/gemm/rocblas_api.h"

namespace tpp::hip {

std::optional<RocblasApi> RocblasApi::bind(const boundary::SymbolSource& source, std::string& why) {
  RocblasApi api;
  boundary::Binder binder(source);
  binder.required(api.create, "rocblas_create_handle");
  binder.required(api.destroy, "rocblas_destroy_handle");
  binder.required(api.version, "rocblas_get_version_string");
  binder.required(api.multiply, "rocblas_gemm_ex");
  binder.optional(api.status_text, "rocblas_status_to_string");
  if (binder.missing().empty()) return api;
  why = "it lacks " + binder.missing() + "; expected that of ROCm 5.0 or newer: update it";
  return std::nullopt;
}

}  // namespace tpp::hip
