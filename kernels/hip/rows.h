// Which issue loops each family of device code holds. A row stands once, in device/<family>.inc,
// for the kernel and for the host.
#ifndef TPP_KERNELS_HIP_ROWS_H
#define TPP_KERNELS_HIP_ROWS_H

#include <span>

#include "kernels/gpu/issue.h"
#include "kernels/hip/images.h"

namespace tpp::hip {

struct RowFamily {
  const char* family;  // as in Image::families
  unsigned lanes;      // of the waves that its rows are laid out for
  std::span<const gpu::IssueRow> rows;
  // A precision whose loop is slower than the device can do: a lower bound.
  const char* outrun = "";

  bool runs_on(const Image& image) const { return lanes == image.lanes && image.has(family); }
};

// The one expected to be fastest first.
std::span<const RowFamily> row_families();

}  // namespace tpp::hip

#endif
