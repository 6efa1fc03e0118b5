#include "agent/support/dynamic_library.h"

#include <dlfcn.h>
#include <link.h>

namespace tpp {

std::optional<DynamicLibrary> DynamicLibrary::open(const std::string& name_or_path,
                                                   std::string* why) {
  void* handle = ::dlopen(name_or_path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle != nullptr) return DynamicLibrary(handle, name_or_path);
  const char* said = ::dlerror();
  if (why != nullptr) *why = said != nullptr ? said : "unknown loader error";
  return std::nullopt;
}

std::string DynamicLibrary::path() const {
  const link_map* map = nullptr;
  const bool told = ::dlinfo(handle_, RTLD_DI_LINKMAP, &map) == 0 && map != nullptr &&
                    map->l_name != nullptr && map->l_name[0] != '\0';
  return told ? map->l_name : name_;
}

void* DynamicLibrary::symbol(const char* name) const { return ::dlsym(handle_, name); }

}  // namespace tpp
