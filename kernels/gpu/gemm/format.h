// A precision as a library's product has it, in no vendor's terms. Data; pure.
#ifndef TPP_KERNELS_GPU_GEMM_FORMAT_H
#define TPP_KERNELS_GPU_GEMM_FORMAT_H

#include "kernels/cpp_element.h"
#include "kernels/gpu/gemm/block_scales.h"
#include "kernels/gpu/operand_values.h"

namespace tpp::gpu {

// Rounded in 11 bits, a sum of thousands of products may be off by more than it comes to. Of
// operands 0.5, 1 and 1.5 of either sign all partial sums are multiples of 0.25; over 8320 products
// they stay six standard deviations under 512, and up to there 11 bits hold them, in any order.
inline constexpr ValueGrid kExactInHalf = {0.5, 2};

struct GemmFormat {
  const char* subject;      // a precision, "bf16"
  const char* accumulator;  // "" unless it has to be told apart
  boundary::Element operand, product;
  boundary::Element factor;               // of alpha and beta
  int accumulator_bits;                   // significand bits that sums keep, at least; 0 = exact
  const BlockScaling* scaling = nullptr;  // of operands with a scale a block
  ValueGrid grid = {};                    // of operands whose sums are to be exact
};

// One and zero as factors alpha and beta.
struct GemmFactors {
  explicit GemmFactors(boundary::Element element) { encode(element, 1, one); }

  unsigned char one[8] = {};
  unsigned char zero[8] = {};
};

}  // namespace tpp::gpu

#endif
