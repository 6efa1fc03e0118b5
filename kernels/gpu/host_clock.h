// The host's monotonic clock, as the boundary counts it.
#ifndef TPP_KERNELS_GPU_HOST_CLOCK_H
#define TPP_KERNELS_GPU_HOST_CLOCK_H

#include <cstdint>

namespace tpp::gpu {

uint64_t monotonic_ns();

}  // namespace tpp::gpu

#endif
