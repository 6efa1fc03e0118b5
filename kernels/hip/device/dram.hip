// Streams over device memory: the loops of kernel_contract.h. Loads and stores say that they will
// not come again, so that they need not push anything else out of the caches.
#include "kernels/hip/device/stopwatch.hpp"

namespace tpp::hip {

using Word = uint64_t __attribute__((ext_vector_type(2)));  // a gpu::StreamWord
constexpr uint32_t kUnderWay = 8;  // loads of a thread before the first is used

TPP_DEVICE_INLINE uint64_t thread_number() {
  return uint64_t{block_number()} * gpu::kStreamThreads + thread_of_block();
}
// Of the whole launch, as its packet says.
TPP_DEVICE_INLINE uint64_t thread_count() { return __builtin_amdgcn_grid_size_x(); }

TPP_DEVICE_INLINE Word load(const Global<Word>* from) { return __builtin_nontemporal_load(from); }
TPP_DEVICE_INLINE void store(Global<Word>* to, Word word) { __builtin_nontemporal_store(word, to); }

}  // namespace tpp::hip

#define TPP_STREAM_KERNEL                     \
  extern "C" __attribute__((                  \
      amdgpu_kernel, visibility("protected"), \
      amdgpu_flat_work_group_size(tpp::gpu::kStreamThreads, tpp::gpu::kStreamThreads))) void

TPP_STREAM_KERNEL dram_read(const tpp::hip::Global<tpp::hip::Word>* from, uint64_t words,
                            tpp::hip::Global<tpp::hip::Word>* sums) {
  using namespace tpp::hip;
  const uint64_t stride = thread_count();
  Word sum = {0, 0};
  uint64_t i = thread_number();
  for (; i + (kUnderWay - 1) * stride < words; i += kUnderWay * stride) {
    Word word[kUnderWay];
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) word[j] = load(from + i + j * stride);
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) sum ^= word[j];
  }
#pragma unroll 1
  for (; i < words; i += stride) sum ^= load(from + i);
  sums[thread_number()] = sum;
}

TPP_STREAM_KERNEL dram_write(tpp::hip::Global<tpp::hip::Word>* to, uint64_t words, uint64_t seed) {
  using namespace tpp::hip;
  const uint64_t stride = thread_count();
#pragma unroll 4
  for (uint64_t i = thread_number(); i < words; i += stride) {
    const tpp::gpu::StreamWord word = tpp::gpu::stream_word(i, seed);
    store(to + i, Word{word.low, word.high});
  }
}

TPP_STREAM_KERNEL dram_copy(tpp::hip::Global<tpp::hip::Word>* to,
                            const tpp::hip::Global<tpp::hip::Word>* from, uint64_t words) {
  using namespace tpp::hip;
  const uint64_t stride = thread_count();
  uint64_t i = thread_number();
  for (; i + (kUnderWay - 1) * stride < words; i += kUnderWay * stride) {
    Word word[kUnderWay];
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) word[j] = load(from + i + j * stride);
#pragma unroll
    for (uint32_t j = 0; j < kUnderWay; ++j) store(to + i + j * stride, word[j]);
  }
#pragma unroll 1
  for (; i < words; i += stride) store(to + i, load(from + i));
}
