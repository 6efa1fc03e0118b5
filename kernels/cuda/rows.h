// Which issue loops each family of device code holds. A row stands once, in device/<family>.inc,
// for the kernel and for the host.
#ifndef TPP_KERNELS_CUDA_ROWS_H
#define TPP_KERNELS_CUDA_ROWS_H

#include <functional>
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
  uint32_t units_together = 1;  // that one instruction runs on
  // Ways to issue what another family issues better, listed where they are asked for, to see by how
  // much.
  bool is_study = false;
};

// The one expected to be fastest first.
std::span<const RowFamily> row_families();

// Whether a row of what the toolkit left out (images.h, for one device) `fits`.
bool any_left_out(std::span<const Image> left_out,
                  const std::function<bool(const gpu::IssueRow&)>& fits);

// Whether something left out is of the row's precision. It may be the faster one, as FP8 with sums
// in 16 bits is on cards for games: then the row's rate shows a lower bound alone.
bool may_be_outrun(std::span<const Image> left_out, const gpu::IssueRow& row);

}  // namespace tpp::cuda

#endif
