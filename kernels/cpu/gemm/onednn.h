// oneDNN 2.x behind a struct of function pointers: fp32, bf16, int8 and, where it has them, fp16
// products. Compiled against its C header; onednn_absent.cpp stands in where a build has none.
#ifndef TPP_KERNELS_CPU_GEMM_ONEDNN_H
#define TPP_KERNELS_CPU_GEMM_ONEDNN_H

#include <memory>
#include <optional>
#include <string>

#include "kernels/cpp_shared_library.h"
#include "kernels/cpu/features.h"
#include "kernels/cpu/gemm/routine.h"

namespace tpp::cpu {

using boundary::Binder;
using boundary::open_shared_library;
using boundary::SymbolSource;

class OneDnn {
 public:
  // How a product is asked for.
  enum class Method {
    matmul,  // its matmul primitive, B laid out beforehand as the primitive likes it best
    sgemm,   // its BLAS-like function, on plain matrices; fp32 only
  };

  // nullopt where a required function is missing, the major version is not 2, or the library keeps
  // threads that cannot be held to one a core; `why` then says so.
  static std::optional<OneDnn> bind(const SymbolSource& source, std::string& why);
  // From libdnnl.so.2. `features` limit its instruction sets only where `forced`.
  static std::optional<OneDnn> load(FeatureSet features, bool forced, std::string& why);

  const std::string& name() const { return name_; }  // "oneDNN 2.6.3"

  // Asks the library; false: `why` has its answer. Puts no load on the processor.
  bool supports(Method method, const GemmFormat& format, std::string& why) const;

  // Made on, and for, the threads of `team`; `operands` outlive the result. Throws Failure.
  std::unique_ptr<Routine> make(Method method, const Operands& operands, Team& team) const;

  struct Functions;

 private:
  explicit OneDnn(std::shared_ptr<const Functions> functions);
  std::shared_ptr<const Functions> functions_;
  std::string name_;
};

}  // namespace tpp::cpu

#endif
