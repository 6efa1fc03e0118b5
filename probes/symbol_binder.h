// Fills a table of function pointers from a library, or from a test: what nothing can be done
// without, and what a version may lack.
#ifndef TPP_PROBES_SYMBOL_BINDER_H
#define TPP_PROBES_SYMBOL_BINDER_H

#include <functional>
#include <string>

namespace tpp {

// Where a name's address is; nullptr where there is none.
using SymbolSource = std::function<void*(const char* name)>;

class SymbolBinder {
 public:
  // The names of required symbols that `source` lacks are left in `missing`. Both outlive this.
  SymbolBinder(const SymbolSource& source, std::string& missing)
      : source_(source), missing_(missing) {
    missing_.clear();
  }

  template <class Function>
  void required(Function*& slot, const char* name) {
    optional(slot, name);
    if (slot == nullptr) missing_ += missing_.empty() ? name : std::string(", ") + name;
  }
  template <class Function>
  void optional(Function*& slot, const char* name, const char* older_name = nullptr) {
    slot = reinterpret_cast<Function*>(source_(name));
    if (slot == nullptr && older_name != nullptr) optional(slot, older_name);
  }

 private:
  const SymbolSource& source_;
  std::string& missing_;
};

}  // namespace tpp

#endif
