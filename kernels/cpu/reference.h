// What one multiply-add instruction of an issue loop must produce, in higher precision: which
// operand elements meet in which accumulator element, and how far correct rounding may end from the
// exact product. Pure; thread-safe.
#ifndef TPP_KERNELS_CPU_REFERENCE_H
#define TPP_KERNELS_CPU_REFERENCE_H

#include <cstddef>
#include <cstdint>
#include <vector>

#include "kernels/cpu/issue_kernel.h"

namespace tpp::cpu {

// How an instruction combines registers of this size.
struct ProductShape {
  unsigned outputs = 0;  // accumulator elements
  unsigned depth = 0;    // products summed into each
};
ProductShape shape_of(const IssueKernel& kernel, uint32_t register_bytes);

// Of one operand and of one stored accumulator, with the running CPU's vector length where the
// table leaves it open.
uint32_t register_bytes_of(const IssueKernel& kernel);
uint32_t accumulator_bytes_of(const IssueKernel& kernel, uint32_t register_bytes);

// One element of a * b. long double: 64 bits of significand on x86 and 113 on Arm hold the product
// sums of every format here to well below their rounding, and int8 ones exactly.
struct ReferenceValue {
  long double value = 0;
  long double magnitude = 0;  // sum of |a * b|
};

// All elements of a * b in the order in which an accumulator is stored. `a` and `b` are
// register_bytes long.
std::vector<ReferenceValue> reference_product(const IssueKernel& kernel, uint32_t register_bytes,
                                              const void* a, const void* b);

// The largest |difference| / magnitude that correct arithmetic can leave after any number of
// iterations of the loop; 0 for integers. Derivation in reference.cpp.
double error_bound(const IssueKernel& kernel, uint32_t register_bytes);

}  // namespace tpp::cpu

#endif
