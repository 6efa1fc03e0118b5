// Fills memory with operands of products: kernel_contract.h.
#include "kernels/hip/device/stopwatch.hpp"

extern "C" __attribute__((amdgpu_kernel, visibility("protected"),
                          amdgpu_flat_work_group_size(tpp::gpu::kFillThreads,
                                                      tpp::gpu::kFillThreads))) void
fill_items(tpp::hip::Global<uint64_t>* to, uint64_t items, const tpp::hip::Global<uint64_t>* pool,
           uint64_t mask, uint64_t seed) {
  using namespace tpp::hip;
  const uint64_t stride = __builtin_amdgcn_grid_size_x();
#pragma unroll 1
  for (uint64_t i = uint64_t{block_number()} * tpp::gpu::kFillThreads + thread_of_block();
       i < items; i += stride) {
    to[i] = pool[tpp::gpu::pool_number(i, seed) & mask];
  }
}
