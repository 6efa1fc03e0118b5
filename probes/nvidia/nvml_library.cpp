#include "probes/nvidia/nvml_library.h"

#include <fmt/format.h>

#include "agent/support/error.h"

namespace tpp::nvml {

std::optional<Library> open_library() {
  std::string why;
  auto file = DynamicLibrary::open(kLibraryName, &why);
  if (!file) return std::nullopt;
  std::string missing;
  const auto api = Api::bind([&](const char* name) { return file->symbol(name); }, missing);
  if (api) return Library{*file, *api};
  throw Error(fmt::format("{} lacks {}: update NVIDIA's driver", kLibraryName, missing));
}

std::string said(const Api& api, Result result) {
  const char* text = api.error_text(result);
  return text != nullptr ? text : fmt::format("error {}", result);
}

void fail_to_start(const Api& api, Result result) {
  if (result != kVersionsDiffer) {
    throw Error(fmt::format("{} cannot be started: {}", kLibraryName, said(api, result)));
  }
  throw Error(
      fmt::format("{}: {}; the driver was updated while an older one is loaded: reload it or "
                  "restart the node",
                  kLibraryName, said(api, result)));
}

}  // namespace tpp::nvml
