// NVIDIA's management library in this process: found, started, and let go again.
#ifndef TPP_PROBES_NVIDIA_NVML_LIBRARY_H
#define TPP_PROBES_NVIDIA_NVML_LIBRARY_H

#include <optional>
#include <string>

#include "agent/support/dynamic_library.h"
#include "probes/nvidia/nvml_api.h"

namespace tpp::nvml {

inline constexpr const char* kLibraryName = "libnvidia-ml.so.1";

struct Library {
  DynamicLibrary file;
  Api api;  // as long as `file` lives
};
// nullopt if there is none on this node. Throws Error if it is too old.
std::optional<Library> open_library();

// What the library calls a result.
std::string said(const Api& api, Result result);

// Why the library cannot be started, which is the node's trouble. Throws Error.
[[noreturn]] void fail_to_start(const Api& api, Result result);

// Shuts the library down on every way out: it holds the device files open meanwhile.
class Started {
 public:
  // `api` was initialised and outlives this.
  explicit Started(const Api& api) : api_(api) {}
  ~Started() { api_.shutdown(); }
  Started(const Started&) = delete;
  Started& operator=(const Started&) = delete;

 private:
  const Api& api_;
};

}  // namespace tpp::nvml

#endif
