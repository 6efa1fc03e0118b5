// The files whose code took part in a measurement, by digest.
#ifndef TPP_KERNELS_BENCH_LIBRARIES_H
#define TPP_KERNELS_BENCH_LIBRARIES_H

#include <string>
#include <string_view>
#include <vector>

namespace tpp::bench {

struct Library {
  std::string path;
  std::string sha256;  // "" where the file can no longer be read
};

// Paths of shared objects in the text of a /proc/<pid>/maps, each once, in order of their address;
// the system's C and C++ runtime is left out.
std::vector<std::string> library_paths(std::string_view maps);

// Those of this process.
std::vector<Library> mapped_libraries();

}  // namespace tpp::bench

#endif
