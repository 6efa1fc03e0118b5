// OpenBLAS behind a struct of function pointers: fp64 and fp32 products.
#ifndef TPP_KERNELS_CPU_GEMM_OPENBLAS_H
#define TPP_KERNELS_CPU_GEMM_OPENBLAS_H

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

struct OpenBlas {
  // Declared here, not taken from cblas.h: these have been what they are for decades, and a build
  // then needs no header. Debian's libopenblas.so.0 counts in 32-bit integers.
  template <class Real>
  using Gemm = void(int order, int transpose_a, int transpose_b, int m, int n, int k, Real alpha,
                    const Real* a, int lda, const Real* b, int ldb, Real beta, Real* c, int ldc);

  // Required.
  Gemm<double>* dgemm = nullptr;
  Gemm<float>* sgemm = nullptr;
  void (*set_num_threads)(int threads) = nullptr;
  // Optional.
  char* (*get_config)() = nullptr;
  char* (*get_corename)() = nullptr;

  std::string name;  // "OpenBLAS 0.3.21 SkylakeX"

  // nullopt where a required function is missing; `why` then names it.
  static std::optional<OpenBlas> bind(const SymbolSource& source, std::string& why);
  // From libopenblas.so.0, which must not have been loaded before: `features` choose its kernels.
  // nullopt also where they are `forced` and it has none that keep to them.
  static std::optional<OpenBlas> load(FeatureSet features, bool forced, std::string& why);

  bool supports(const GemmFormat& format) const;
  // `library` and `operands` outlive the result.
  static std::unique_ptr<Routine> make(const OpenBlas& library, const Operands& operands);
};

// The version in what openblas_get_config() returns: "0.3.21" in "OpenBLAS 0.3.21 NO_LAPACKE ...".
// "" where there is none.
std::string openblas_version(const std::string& config);

// The value for OPENBLAS_CORETYPE on a CPU with these features; nullptr = let OpenBLAS choose.
const char* openblas_core_type(FeatureSet features);

}  // namespace tpp::cpu

#endif
