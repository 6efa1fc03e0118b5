// Is C = A x B? A few whole rows of C against the same sums in twice the precision of a double.
//
// check_product uses the team's threads and may be called from one thread at a time.
#ifndef TPP_KERNELS_CPU_GEMM_PRODUCT_CHECK_H
#define TPP_KERNELS_CPU_GEMM_PRODUCT_CHECK_H

#include <cstdint>

#include "kernels/cpu/gemm/operands.h"

namespace tpp::cpu {

// Errors are |difference| / sum of |a*b|. `seed` picks the rows, from all parts of C. `corrupt`
// damages one of the values that are compared, and repairs it afterwards.
Verification check_product(const Operands& operands, Team& team, uint64_t seed, bool corrupt);

// The largest such error that rounding can leave in a sum of `depth` products, in any order; 0 for
// integers.
double gemm_error_bound(const GemmFormat& format, int depth);

}  // namespace tpp::cpu

#endif
