#include "kernels/bench/libraries.h"

#include <algorithm>
#include <filesystem>

#include "agent/support/file.h"
#include "agent/support/text.h"

namespace tpp::bench {
namespace {

// They compute nothing that is measured, and change with every security update.
constexpr std::string_view kRuntime[] = {"libc.so", "libm.so",       "libstdc++.so", "libgcc_s.so",
                                         "ld-",     "libpthread.so", "libdl.so",     "librt.so"};

bool is_library(std::string_view file) {
  const bool shared = file.ends_with(".so") || file.find(".so.") != file.npos;
  return shared &&
         std::none_of(std::begin(kRuntime), std::end(kRuntime),
                      [file](std::string_view prefix) { return file.starts_with(prefix); });
}

}  // namespace

std::vector<std::string> library_paths(std::string_view maps) {
  std::vector<std::string> paths;
  for (const std::string& line : split(maps, '\n')) {
    const auto slash = line.find('/');  // the fields before the path hold none
    if (slash == line.npos) continue;
    const std::string path = line.substr(slash);
    const std::string_view file = std::string_view(path).substr(path.rfind('/') + 1);
    if (!is_library(file)) continue;
    if (std::find(paths.begin(), paths.end(), path) == paths.end()) paths.push_back(path);
  }
  return paths;
}

std::vector<Library> mapped_libraries() {
  std::vector<Library> libraries;
  for (const std::string& path : library_paths(read_file("/proc/self/maps"))) {
    libraries.push_back({.path = path, .sha256 = sha256_of_file(path).value_or("")});
  }
  return libraries;
}

}  // namespace tpp::bench
