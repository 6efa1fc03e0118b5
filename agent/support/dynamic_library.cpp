#include "agent/support/dynamic_library.h"

#include <dlfcn.h>

namespace tpp {

std::optional<DynamicLibrary> DynamicLibrary::open(const std::string& name_or_path,
                                                   std::string* why) {
  void* handle = ::dlopen(name_or_path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle != nullptr) return DynamicLibrary(handle);
  const char* said = ::dlerror();
  if (why != nullptr) *why = said != nullptr ? said : "unknown loader error";
  return std::nullopt;
}

void* DynamicLibrary::symbol(const char* name) const { return ::dlsym(handle_, name); }

}  // namespace tpp
