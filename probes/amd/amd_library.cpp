#include "probes/amd/amd_library.h"

#include <fmt/format.h>

#include <optional>
#include <span>
#include <string>

#include "agent/support/dynamic_library.h"
#include "agent/support/error.h"
#include "probes/amd/amd_smi.h"
#include "probes/amd/rocm_smi.h"

namespace tpp::amd {
namespace {

constexpr const char* kFolders[] = {"", "/opt/rocm/lib/"};  // "" is the loader's own search
// Releases of ROCm, and the versions that Debian and older ones number otherwise; "" is what only a
// package for developers installs.
constexpr const char* kRocmSmiVersions[] = {".8", ".7", ".6", ".5", ".1", ""};
constexpr const char* kAmdSmiVersions[] = {".27", ".26", ".25", ".24", ".23", ""};

std::optional<DynamicLibrary> find(const std::string& name, std::span<const char* const> versions) {
  std::string why;
  for (const char* version : versions) {
    for (const char* folder : kFolders) {
      auto file = DynamicLibrary::open(folder + name + version, &why);
      if (file) return file;
    }
  }
  return std::nullopt;
}

// A library that is loaded stays so until the process ends, and its table with it.
template <class Api>
const Api& table_of(const DynamicLibrary& file, const std::string& name) {
  std::string missing;
  static const std::optional<Api> api =
      Api::bind([&](const char* symbol) { return file.symbol(symbol); }, missing);
  if (api) return *api;
  throw Error(
      fmt::format("{} lacks {}: it is of another release than those known here (ROCm 5 to "
                  "7)",
                  name, missing));
}

std::unique_ptr<Smi> named(std::unique_ptr<Smi> smi, const DynamicLibrary& file) {
  if (smi) smi->library = file.path();
  return smi;
}

std::unique_ptr<Smi> open_rocm_smi() {
  const std::string name = "librocm_smi64.so";
  const auto file = find(name, kRocmSmiVersions);
  return file ? named(start_rocm_smi(table_of<rsmi::Api>(*file, name)), *file) : nullptr;
}

std::unique_ptr<Smi> open_amd_smi() {
  const std::string name = "libamd_smi.so";
  const auto file = find(name, kAmdSmiVersions);
  return file ? named(start_amd_smi(table_of<amdsmi::Api>(*file, name)), *file) : nullptr;
}

}  // namespace

std::unique_ptr<Smi> open_library() {
  std::optional<Error> refused;
  try {
    if (auto smi = open_rocm_smi()) return smi;
  } catch (const Error& error) {
    refused = error;
  }
  if (auto smi = open_amd_smi()) return smi;
  if (refused) throw Error(*refused);
  return nullptr;
}

}  // namespace tpp::amd
