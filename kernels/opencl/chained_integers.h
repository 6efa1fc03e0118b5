// Operands of the chains of integer multiply-adds in device/integer.cl, and the check of what they
// leave. Pure but for the random numbers, which are seeded.
#ifndef TPP_KERNELS_OPENCL_CHAINED_INTEGERS_H
#define TPP_KERNELS_OPENCL_CHAINED_INTEGERS_H

#include <cstdint>
#include <memory>

#include "kernels/gpu/issue_operands.h"

namespace tpp::opencl {

enum class IntegerStep : uint8_t {
  multiply_add,  // s = s * a + b, of 32 bits
  dot_product,   // s += four products of 8 bits
};

// What the chains leave is exact. Of products of bytes, which can only be worked out step by step,
// one lane a block is checked; of multiply-adds, whose n-th power is one, all.
std::unique_ptr<gpu::IssueOperands> chained_integers(IntegerStep step, uint64_t seed, bool zeros);

}  // namespace tpp::opencl

#endif
