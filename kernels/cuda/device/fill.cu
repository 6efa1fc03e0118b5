// Fills memory with operands of products: kernel_contract.h.
#include "kernels/gpu/kernel_contract.h"

extern "C" __global__ void __launch_bounds__(tpp::gpu::kFillThreads)
    fill_items(uint64_t* to, uint64_t items, const uint64_t* pool, uint64_t mask, uint64_t seed) {
  const uint64_t stride = uint64_t{gridDim.x} * blockDim.x;
  for (uint64_t i = uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < items; i += stride) {
    to[i] = pool[tpp::gpu::pool_number(i, seed) & mask];
  }
}
