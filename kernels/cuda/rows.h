// Which issue loops each family of device code holds. A row stands once, in device/<family>.inc,
// for the kernel and for the host.
#ifndef TPP_KERNELS_CUDA_ROWS_H
#define TPP_KERNELS_CUDA_ROWS_H

#include <span>

#include "kernels/cuda/images.h"
#include "kernels/gpu/issue.h"

namespace tpp::cuda {

struct RowFamily {
  const char* family;  // as Image::family
  std::span<const gpu::IssueRow> rows;
  // Architectures that have a faster instruction, which this module lacks: there a rate shows what
  // is reached at least, and nothing of what is not.
  std::span<const ComputeCapability> outrun_on;
};

// The one expected to be fastest first.
std::span<const RowFamily> row_families();

}  // namespace tpp::cuda

#endif
