// A library of somebody else, found at run time, and the filling of a struct of function pointers
// from it. Never closed: such libraries leave threads and exit handlers behind that must keep their
// code.
#ifndef TPP_KERNELS_CPP_SHARED_LIBRARY_H
#define TPP_KERNELS_CPP_SHARED_LIBRARY_H

#include <functional>
#include <string>
#include <string_view>

namespace tpp::boundary {

// Where a name's address is: a library's symbols, or a test's fakes. nullptr where there is none.
using SymbolSource = std::function<void*(const char* name)>;

// Opens `soname` with RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE. The result looks in the library and in
// what it depends on. An empty result means that it could not be opened, and `why` says why.
SymbolSource open_shared_library(const char* soname, std::string& why);

// What the loader said of `soname`, in short where a file is not there: "libfoo.so.1 not found", be
// it that one or another that it needs.
std::string loader_words(std::string_view soname, std::string_view said);

// Whether that is all: no such file. Of several places that are tried, what is told of one that has
// the file matters more.
bool is_absent(std::string_view soname, std::string_view why);

// Fills function pointers by name, required and optional ones apart.
class Binder {
 public:
  explicit Binder(const SymbolSource& source) : source_(source) {}

  template <class Function>
  void required(Function*& slot, const char* name) {
    optional(slot, name);
    if (slot == nullptr) missing_ += missing_.empty() ? name : std::string(", ") + name;
  }
  template <class Function>
  void optional(Function*& slot, const char* name) {
    slot = reinterpret_cast<Function*>(source_(name));
  }
  // Names of required functions that are not there; "" = complete.
  const std::string& missing() const { return missing_; }

 private:
  const SymbolSource& source_;
  std::string missing_;
};

}  // namespace tpp::boundary

#endif
