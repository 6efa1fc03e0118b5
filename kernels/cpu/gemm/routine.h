// One library's way to multiply, made ready for given operands. Every core's thread multiplies its
// own block of rows with the whole of B: a library's own threads, which may spin between calls or
// run on other cores than those measured, are thereby never used.
#ifndef TPP_KERNELS_CPU_GEMM_ROUTINE_H
#define TPP_KERNELS_CPU_GEMM_ROUTINE_H

#include <string>

#include "kernels/cpu/gemm/operands.h"

namespace tpp::cpu {

class Routine {
 public:
  virtual ~Routine() = default;
  // Library, version and what it says that it runs: "oneDNN 2.6.3 matmul brg:avx512_core_bf16".
  virtual std::string name() const = 0;
  // Bytes beyond the operands.
  virtual std::size_t bytes() const { return 0; }
  // C's block = A's block x B, on the calling thread alone. False where the library reports an
  // error. Called on several threads at once, each with its own `core`.
  virtual bool multiply(int core) noexcept = 0;
};

}  // namespace tpp::cpu

#endif
