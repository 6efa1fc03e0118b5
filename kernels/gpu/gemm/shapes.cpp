#include "kernels/gpu/gemm/shapes.h"

#include <algorithm>
#include <cmath>

namespace tpp::gpu {

double operations(const GemmShape& shape) { return 2.0 * shape.m * shape.n * shape.k; }

std::vector<GemmShape> gemm_shapes(unsigned units, uint64_t bytes, unsigned bits) {
  // The two factors of the number of units that are nearest to each other.
  auto down = static_cast<unsigned>(std::sqrt(static_cast<double>(units)));
  while (down > 1 && units % down != 0) --down;
  const unsigned across = units / std::max(1u, down);
  const auto fits = [&](GemmShape shape) {
    const double all =
        (static_cast<double>(shape.m) + shape.n) * shape.k * bits / 8.0 + 8.0 * shape.m * shape.n;
    return all <= static_cast<double>(bytes);
  };
  std::vector<GemmShape> shapes;
  for (const int times : {4, 2}) {
    const GemmShape shape{static_cast<int>(across) * 128 * times,
                          static_cast<int>(down) * 256 * times, 8192 + 128};
    if (fits(shape)) shapes.push_back(shape);
  }
  if (fits({8192, 8192, 8192})) shapes.push_back({8192, 8192, 8192});
  if (shapes.empty()) shapes.push_back({256, 256, 256 + 128});
  return shapes;
}

}  // namespace tpp::gpu
