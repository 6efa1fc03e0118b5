#include "kernels/gpu/gemm/find_library.h"

#include <fmt/format.h>

namespace tpp::gpu {

std::vector<std::string> paths_of(const LibraryPlaces& places, const std::string& folder) {
  std::vector<std::string> paths;
  for (const int version : places.versions) {
    const std::string file = fmt::format("{}.{}", places.name, version);
    if (!folder.empty()) {
      paths.push_back(fmt::format("{}/{}", folder, file));
      continue;
    }
    for (const std::string& place : places.folders) paths.push_back(place + file);
  }
  return paths;
}

std::string none_found(const LibraryPlaces& places, const std::string& folder) {
  std::string names;
  for (std::size_t i = 0; i < places.versions.size(); ++i) {
    const bool last = i + 1 == places.versions.size();
    names += i == 0 ? places.name : last ? " or " : ", ";
    names += fmt::format(".{}", places.versions[i]);
  }
  if (!folder.empty()) return fmt::format("no {} in {}", names, folder);
  return fmt::format(
      "no {} where the loader or {} has it: install it, or name its folder with option "
      "library-path",
      names, places.installed_by);
}

}  // namespace tpp::gpu
