// Streams over device memory: the loops of kernel_contract.h. Loads and stores say that they will
// not come again, so that they need not push anything else out of the caches.
#include "kernels/gpu/kernel_contract.h"

namespace tpp::cuda {

constexpr uint32_t kUnderWay = 8;  // loads of a thread before the first is used

__device__ __forceinline__ uint64_t thread_number() {
  return uint64_t{blockIdx.x} * blockDim.x + threadIdx.x;
}
__device__ __forceinline__ uint64_t thread_count() { return uint64_t{gridDim.x} * blockDim.x; }

__device__ __forceinline__ ulonglong2 load(const ulonglong2* from) { return __ldcs(from); }
__device__ __forceinline__ void store(ulonglong2* to, ulonglong2 word) { __stcs(to, word); }

}  // namespace tpp::cuda

extern "C" __global__ void __launch_bounds__(tpp::gpu::kStreamThreads)
    dram_read(const ulonglong2* from, uint64_t words, ulonglong2* sums) {
  using namespace tpp::cuda;
  const uint64_t stride = thread_count();
  ulonglong2 sum = {0, 0};
  uint64_t i = thread_number();
  for (; i + (kUnderWay - 1) * stride < words; i += kUnderWay * stride) {
    ulonglong2 word[kUnderWay];
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) word[j] = load(from + i + j * stride);
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) {
      sum.x ^= word[j].x;
      sum.y ^= word[j].y;
    }
  }
  for (; i < words; i += stride) {
    const ulonglong2 word = load(from + i);
    sum.x ^= word.x;
    sum.y ^= word.y;
  }
  sums[thread_number()] = sum;
}

extern "C" __global__ void __launch_bounds__(tpp::gpu::kStreamThreads)
    dram_write(ulonglong2* to, uint64_t words, uint64_t seed) {
  using namespace tpp::cuda;
  const uint64_t stride = thread_count();
#pragma unroll 4
  for (uint64_t i = thread_number(); i < words; i += stride) {
    const tpp::gpu::StreamWord word = tpp::gpu::stream_word(i, seed);
    store(to + i, {word.low, word.high});
  }
}

extern "C" __global__ void __launch_bounds__(tpp::gpu::kStreamThreads)
    dram_copy(ulonglong2* to, const ulonglong2* from, uint64_t words) {
  using namespace tpp::cuda;
  const uint64_t stride = thread_count();
  uint64_t i = thread_number();
  for (; i + (kUnderWay - 1) * stride < words; i += kUnderWay * stride) {
    ulonglong2 word[kUnderWay];
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) word[j] = load(from + i + j * stride);
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) store(to + i + j * stride, word[j]);
  }
  for (; i < words; i += stride) store(to + i, load(from + i));
}
