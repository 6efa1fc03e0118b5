#include "kernels/cpp_shared_library.h"

#include <dlfcn.h>

namespace tpp::boundary {

SymbolSource open_shared_library(const char* soname, std::string& why) {
  void* handle = dlopen(soname, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (handle == nullptr) {
    const char* said = dlerror();
    why = said != nullptr ? said : "the loader gave no reason";
    return {};
  }
  return [handle](const char* name) { return dlsym(handle, name); };
}

}  // namespace tpp::boundary
