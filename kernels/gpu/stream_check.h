// The check of what was moved: words of the pattern in kernel_contract.h, which are right or wrong.
#ifndef TPP_KERNELS_GPU_STREAM_CHECK_H
#define TPP_KERNELS_GPU_STREAM_CHECK_H

#include <limits>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/kernel_contract.h"

namespace tpp::gpu {

// Adds one word to `result`; `damaged` damages what was found first.
inline void compare_words(StreamWord found, StreamWord expected, bool damaged,
                          boundary::Verification& result) {
  if (damaged) found.low ^= 1;
  const bool same = found.low == expected.low && found.high == expected.high;
  if (!same) result.max_error = std::numeric_limits<double>::infinity();
  ++result.values;
}

}  // namespace tpp::gpu

#endif
