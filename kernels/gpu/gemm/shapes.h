// Which matrix products a device is asked for. Pure.
#ifndef TPP_KERNELS_GPU_GEMM_SHAPES_H
#define TPP_KERNELS_GPU_GEMM_SHAPES_H

#include <cstdint>
#include <vector>

namespace tpp::gpu {

// m x k by k x n.
struct GemmShape {
  int m, n, k;
  bool operator==(const GemmShape&) const = default;
};

// A multiply-add is two.
double operations(const GemmShape& shape);

// Tiles of 128 x 256 in as many as there are units, two and four times over, then the square that
// others publish; k is no power of two, which would put rows on the same memory channels. All
// within `bytes` for operands of so many bits each.
std::vector<GemmShape> gemm_shapes(unsigned units, uint64_t bytes, unsigned bits);

}  // namespace tpp::gpu

#endif
