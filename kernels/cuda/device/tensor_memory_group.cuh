// The units that one tcgen05 instruction runs on: one alone, or two side by side, each with half of
// the sums' rows and half of B's, of which the first one issues. What differs between the two.
#ifndef TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_GROUP_CUH
#define TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_GROUP_CUH

#include <cstdint>

namespace tpp::cuda {

// Columns of tensor memory, each of 32 bits in 128 lanes: all there are.
constexpr uint32_t kColumns = 512;

struct Alone {
  static constexpr uint32_t kUnits = 1;

  static __device__ __forceinline__ uint32_t rank() { return 0; }
  static __device__ __forceinline__ void sync() { __syncthreads(); }
  // By one whole warp, which puts the address at `where` in shared memory.
  static __device__ __forceinline__ void allocate(uint32_t where) {
    asm volatile("tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32 [%0], %1;" ::"r"(where),
                 "n"(kColumns)
                 : "memory");
    asm volatile("tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned;");
  }
  static __device__ __forceinline__ void free(uint32_t address) {
    asm volatile("tcgen05.dealloc.cta_group::1.sync.aligned.b32 %0, %1;" ::"r"(address),
                 "n"(kColumns));
  }
  // Queues what was issued before to arrive at the barrier.
  static __device__ __forceinline__ void commit(uint32_t barrier) {
    asm volatile(
        "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64 [%0];" ::"r"(barrier)
        : "memory");
  }
};

// Its kernels have clusters of two blocks.
struct Pair {
  static constexpr uint32_t kUnits = 2;

  static __device__ __forceinline__ uint32_t rank() {
    uint32_t rank;
    asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
    return rank;
  }
  static __device__ __forceinline__ void sync() {
    __syncwarp();
    asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
    asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
  }
  static __device__ __forceinline__ void allocate(uint32_t where) {
    asm volatile("tcgen05.alloc.cta_group::2.sync.aligned.shared::cta.b32 [%0], %1;" ::"r"(where),
                 "n"(kColumns)
                 : "memory");
    asm volatile("tcgen05.relinquish_alloc_permit.cta_group::2.sync.aligned;");
  }
  static __device__ __forceinline__ void free(uint32_t address) {
    asm volatile("tcgen05.dealloc.cta_group::2.sync.aligned.b32 %0, %1;" ::"r"(address),
                 "n"(kColumns));
  }
  static __device__ __forceinline__ void commit(uint32_t barrier) {
    asm volatile(
        "tcgen05.commit.cta_group::2.mbarrier::arrive::one.shared::cluster.b64 [%0];" ::"r"(barrier)
        : "memory");
  }
};

}  // namespace tpp::cuda

#endif
