#include "kernels/cpp_shared_library.h"

#include <dlfcn.h>

namespace tpp::boundary {
namespace {

constexpr const char* kNotFound = " not found";

}  // namespace

SymbolSource open_shared_library(const char* soname, std::string& why) {
  void* handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* said = dlerror();
    why = said != nullptr ? loader_words(soname, said) : "the loader gave no reason";
    return {};
  }
  return [handle](const char* name) { return dlsym(handle, name); };
}

std::string loader_words(std::string_view soname, std::string_view said) {
  // glibc's.
  constexpr std::string_view kAbsent =
      ": cannot open shared object file: No such file or directory";
  const auto at = said.find(kAbsent);
  if (at == std::string_view::npos || at + kAbsent.size() != said.size()) return std::string(said);
  const std::string file(said.substr(0, at));
  if (file == soname) return file + kNotFound;
  return std::string(soname) + " cannot be loaded: " + file + kNotFound;
}

bool is_absent(std::string_view soname, std::string_view why) {
  return why == std::string(soname) + kNotFound;
}

}  // namespace tpp::boundary
