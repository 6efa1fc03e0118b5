#include "kernels/cuda/gemm/cublaslt_api.h"

#include <fmt/format.h>

#include <vector>

namespace tpp::cuda {
namespace {

constexpr int kVersions[] = {13, 12, 11};
// "" is the loader's own search; the others are where CUDA's toolkits are put.
constexpr const char* kFolders[] = {"", "/usr/local/cuda/lib64/",
                                    "/usr/local/cuda/targets/sbsa-linux/lib/", "/opt/cuda/lib64/"};

std::vector<std::string> candidates(const std::string& folder) {
  std::vector<std::string> paths;
  for (const int version : kVersions) {
    const std::string name = fmt::format("libcublasLt.so.{}", version);
    if (!folder.empty()) {
      paths.push_back(fmt::format("{}/{}", folder, name));
      continue;
    }
    for (const char* place : kFolders) paths.push_back(place + name);
  }
  return paths;
}

}  // namespace

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
  std::string reasons;
  for (const std::string& path : candidates(folder)) {
    const boundary::SymbolSource source = boundary::open_shared_library(path.c_str(), why);
    if (!source) continue;
    auto api = bind(source, why);
    if (!api) {
      reasons += fmt::format("{}: {}; ", path, why);
      continue;
    }
    api->found = path.substr(path.rfind('/') + 1);
    return api;
  }
  why = reasons.empty()
            ? fmt::format("no libcublasLt.so.13, .12 or .11 {}",
                          folder.empty()
                              ? "where the loader or CUDA's toolkit has it: install it, or "
                                "name its folder with option library-path"
                              : "in " + folder)
            : reasons;
  return std::nullopt;
}

}  // namespace tpp::cuda
