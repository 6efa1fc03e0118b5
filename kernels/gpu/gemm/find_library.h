// A vendor's library of products, looked for under its versioned names. Thread-safe as the loader.
#ifndef TPP_KERNELS_GPU_GEMM_FIND_LIBRARY_H
#define TPP_KERNELS_GPU_GEMM_FIND_LIBRARY_H

#include <optional>
#include <string>
#include <vector>

#include "kernels/cpp_shared_library.h"

namespace tpp::gpu {

struct LibraryPlaces {
  std::string name;                  // "libcublasLt.so"
  std::vector<int> versions;         // behind the name, the one to take first in front
  std::vector<std::string> folders;  // with their last slash; "" is the loader's own search
  std::string installed_by;          // "CUDA's toolkit"
};

// In the order to try. Where a folder is given, in that one alone. Pure.
std::vector<std::string> paths_of(const LibraryPlaces& places, const std::string& folder);
// Says that there is none of them, and what to do. Pure.
std::string none_found(const LibraryPlaces& places, const std::string& folder);

// The first one whose functions Api::bind finds, its name in `found`; else nullopt and `why`.
template <class Api>
std::optional<Api> find_library(const LibraryPlaces& places, const std::string& folder,
                                std::string& why) {
  std::string reasons;
  const auto add = [&](const std::string& reason) {
    reasons += (reasons.empty() ? "" : "; ") + reason;
  };
  for (const std::string& path : paths_of(places, folder)) {
    const boundary::SymbolSource source = boundary::open_shared_library(path.c_str(), why);
    if (!source) {
      if (!boundary::is_absent(path, why)) add(why);
      continue;
    }
    auto api = Api::bind(source, why);
    if (api) {
      api->found = path.substr(path.rfind('/') + 1);
      return api;
    }
    add(path + ": " + why);
  }
  why = reasons.empty() ? none_found(places, folder) : reasons;
  return std::nullopt;
}

}  // namespace tpp::gpu

#endif
