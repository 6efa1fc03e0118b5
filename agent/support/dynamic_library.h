// A shared library or module found at run time. Never closed: vendor libraries leave threads and
// exit handlers behind that must not lose their code, so the process ends instead.
#ifndef TPP_AGENT_SUPPORT_DYNAMIC_LIBRARY_H
#define TPP_AGENT_SUPPORT_DYNAMIC_LIBRARY_H

#include <optional>
#include <string>
#include <utility>

namespace tpp {

class DynamicLibrary {
 public:
  // RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE. On failure nullopt, and `why` (if given) says what the
  // loader said.
  static std::optional<DynamicLibrary> open(const std::string& name_or_path, std::string* why);

  // The file that the loader found; the name that was asked for where it does not tell.
  std::string path() const;

  // nullptr if the library has no such symbol.
  void* symbol(const char* name) const;

  template <class Function>
  Function function(const char* name) const {
    return reinterpret_cast<Function>(symbol(name));
  }

 private:
  DynamicLibrary(void* handle, std::string name) : handle_(handle), name_(std::move(name)) {}
  void* handle_;
  std::string name_;
};

}  // namespace tpp

#endif
