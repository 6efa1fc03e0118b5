// The issue loop of kernel_contract.h for instructions whose operands lie in shared memory and
// whose sums lie in tensor memory (tcgen05). One thread issues everything; a batch of instructions
// is told to be done by a barrier in shared memory, and the next one is queued before that is
// waited for.
#ifndef TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_LOOP_CUH
#define TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_LOOP_CUH

#include "kernels/cuda/device/tensor_memory_descriptor.h"
#include "kernels/cuda/device/tensor_memory_group.cuh"
#include "kernels/cuda/device/timing.cuh"

namespace tpp::cuda {

constexpr uint32_t kRowsA = 128;
constexpr uint32_t kRowsB = 256;
constexpr uint32_t kBytesA = kRowsA * gpu::kTileRowBytes;
constexpr uint32_t kBytesB = kRowsB * gpu::kTileRowBytes;
// The sums take the first 256 columns of tensor memory, the scales stand behind them: of 256 rows
// of B in words of four, 32 rows a column, and twice that where an instruction has more than four a
// row.
constexpr uint32_t kScaleColumns = 32;

// One in each scale of a word.
TPP_ON_DEVICE constexpr uint32_t ones(Scales scales) {
  return scales == Scales::ue8m0 ? 0x7f7f7f7fu : 0x38383838u;
}

// Far longer than any batch. A wait that is given up leaves a wrong product, which is found; one
// that is not would hold the device for ever.
constexpr uint32_t kMostTries = 1u << 24;

__device__ __forceinline__ void wait_for(uint32_t barrier, uint32_t phase) {
  uint32_t done = 0;
#pragma unroll 1
  for (uint32_t tries = 0; done == 0 && tries < kMostTries; ++tries) {
    asm volatile(
        "{.reg .pred p; mbarrier.try_wait.parity.shared::cta.b64 p, [%1], %2;\n"
        "selp.u32 %0, 1, 0, p;}"
        : "=r"(done)
        : "r"(barrier), "r"(phase)
        : "memory");
  }
}

// One thread of a whole warp: the assembler knows of it that it is one alone, and of any other
// condition it does not.
__device__ __forceinline__ bool is_elected() {
  uint32_t elected;
  asm volatile("{.reg .pred p; elect.sync _|p, 0xffffffff; selp.u32 %0, 1, 0, p;}" : "=r"(elected));
  return elected != 0;
}

// Of the two barriers that batches use in turn: where it is, and the phase that batch n ends.
struct Barriers {
  uint32_t first;

  __device__ __forceinline__ uint32_t of(uint32_t n) const {
    return first + n % 2 * static_cast<uint32_t>(sizeof(uint64_t));
  }
  __device__ __forceinline__ void wait(uint32_t n) const { wait_for(of(n), n / 2 % 2); }
};

// What the kernel shares beside its tiles.
struct Shared {
  uint64_t barriers[2];
  uint32_t tensor_memory;  // its address
};

struct Queue {
  uint64_t a[2];
  uint64_t b;
  uint32_t sums;    // in tensor memory
  uint32_t scales;  // likewise
};

// `accumulate` 0 for the very first: the sums begin there.
template <class Operation>
__device__ __forceinline__ void product(const Queue& queue, uint32_t which, uint32_t accumulate) {
#pragma unroll
  for (uint32_t slice = 0; slice < gpu::tile_slices(Operation::kK); ++slice) {
    constexpr uint32_t kStep = gpu::slice_bytes(Operation::kK) >> 4;
    Operation::run(queue, queue.a[which] + slice * kStep, queue.b + slice * kStep,
                   slice == 0 ? accumulate : 1u);
  }
}

template <class Operation>
__device__ __forceinline__ void issue(const Queue& queue, const Barriers& barriers,
                                      uint32_t iterations) {
#pragma unroll 1
  for (uint32_t n = 0; n < iterations; ++n) {
#pragma unroll
    for (uint32_t step = 0; step < gpu::tensor_memory_unroll(Operation::kK); ++step) {
      product<Operation>(queue, 0, step == 0 ? n : 1u);
      product<Operation>(queue, 1, 1u);
    }
    Operation::Group::commit(barriers.of(n));
    if (n > 0) barriers.wait(n - 1);
  }
  product<Operation>(queue, 0, 1u);
  Operation::Group::commit(barriers.of(iterations));
  barriers.wait(iterations - 1);
  barriers.wait(iterations);
}

// Lane and column of tensor memory stand in the upper and the lower half of an address; a warp sees
// the 32 lanes of its number in its group of four.
__device__ __forceinline__ uint32_t of_warp(uint32_t address) {
  return address + ((threadIdx.x / 32 % 4) << 21);
}

__device__ __forceinline__ void fill_scales(uint32_t address, uint32_t word) {
#pragma unroll
  for (uint32_t i = 0; i < kScaleColumns; ++i) {
    asm volatile("tcgen05.st.sync.aligned.32x32b.x1.b32 [%0], {%1};" ::"r"(of_warp(address) + i),
                 "r"(word));
  }
  asm volatile("tcgen05.wait::st.sync.aligned;" ::: "memory");
}

// Column after column, in each all 128 rows.
__device__ __forceinline__ void store_sums(uint32_t address, uint32_t* to) {
#pragma unroll 1
  for (uint32_t column = 0; column < kRowsB; ++column) {
    uint32_t word;
    asm volatile("tcgen05.ld.sync.aligned.32x32b.x1.b32 {%0}, [%1];"
                 : "=r"(word)
                 : "r"(of_warp(address) + column));
    asm volatile("tcgen05.wait::ld.sync.aligned;" ::: "memory");
    to[column * kRowsA + threadIdx.x] = word;
  }
}

// Both tiles of A, and the group's part of B for this unit.
template <class Group>
__device__ __forceinline__ void copy_tiles(const void* operands, uint8_t* tiles) {
  constexpr uint32_t kWordsA = 2 * kBytesA / 4;
  constexpr uint32_t kWordsB = kBytesB / 4 / Group::kUnits;
  const uint32_t skipped = Group::rank() * kWordsB;
  for (uint32_t i = threadIdx.x; i < kWordsA + kWordsB; i += blockDim.x) {
    const uint32_t from = i < kWordsA ? i : i + skipped;
    reinterpret_cast<uint32_t*>(tiles)[i] = static_cast<const uint32_t*>(operands)[from];
  }
  // What ordinary stores wrote, the matrix units read by another way.
  asm volatile("fence.proxy.async;" ::: "memory");
}

// By the first warp: tensor memory and the barriers, which one arrival completes.
template <class Group>
__device__ __forceinline__ void set_up(Shared& shared, const Barriers& barriers) {
  Group::allocate(static_cast<uint32_t>(__cvta_generic_to_shared(&shared.tensor_memory)));
  if (threadIdx.x != 0) return;
  for (uint32_t i = 0; i < 2; ++i) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barriers.of(i)) : "memory");
  }
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

template <class Operation>
__device__ __forceinline__ Queue queue_of(const uint8_t* tiles, uint32_t tensor_memory) {
  const auto descriptor = [](const uint8_t* tile) {
    return tile_descriptor(static_cast<uint32_t>(__cvta_generic_to_shared(tile)),
                           Operation::kK == kDeepK);
  };
  return {{descriptor(tiles), descriptor(tiles + kBytesA)},
          descriptor(tiles + 2 * kBytesA),
          tensor_memory,
          tensor_memory + kRowsB};
}

template <class Operation>
__device__ __forceinline__ void tensor_memory_loop(const void* operands, void* accumulators,
                                                   gpu::UnitStamp* stamps, uint32_t iterations) {
  using Group = typename Operation::Group;
  extern __shared__ uint8_t dynamic[];
  __shared__ Shared shared;
  const auto base = reinterpret_cast<uintptr_t>(dynamic);
  auto* tiles = reinterpret_cast<uint8_t*>((base + kSwizzleSpan - 1) / kSwizzleSpan * kSwizzleSpan);
  const Barriers barriers = {static_cast<uint32_t>(__cvta_generic_to_shared(shared.barriers))};
  if (threadIdx.x < 32) set_up<Group>(shared, barriers);
  copy_tiles<Group>(operands, tiles);
  __syncthreads();
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
  const Queue queue = queue_of<Operation>(tiles, shared.tensor_memory);
  if (Operation::kScales != Scales::none && threadIdx.x < kRowsA) {
    fill_scales(queue.scales, ones(Operation::kScales));
  }
  asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
  Group::sync();

  Stopwatch stopwatch;
  stopwatch.begin();
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
  const bool issues = threadIdx.x < 32 && Group::rank() == 0;
  if (issues && is_elected()) issue<Operation>(queue, barriers, iterations);
  Group::sync();
  stopwatch.end(stamps);
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");

  if (threadIdx.x < kRowsA) {
    store_sums(queue.sums,
               static_cast<uint32_t*>(accumulators) + uint64_t{blockIdx.x} * kRowsA * kRowsB);
  }
  asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
  Group::sync();
  if (threadIdx.x < 32) Group::free(queue.sums);
}

}  // namespace tpp::cuda

// The instruction with its descriptor, accumulating where the predicate says so.
#define TPP_UNSCALED(words, descriptor)                                                   \
  using Group = tpp::cuda::Alone;                                                         \
  static constexpr auto kScales = tpp::cuda::Scales::none;                                \
  static __device__ __forceinline__ void run(const tpp::cuda::Queue& queue, uint64_t a,   \
                                             uint64_t b, uint32_t accumulate) {           \
    asm volatile("{.reg .pred p; setp.ne.b32 p, %4, 0; " words                            \
                 " [%0], %1, %2, %3, p;}" ::"r"(queue.sums),                              \
                 "l"(a), "l"(b), "n"(descriptor(kScales, Group::kUnits)), "r"(accumulate) \
                 : "memory");                                                             \
  }
#define TPP_SCALED(words, descriptor, scales_format, group)                                \
  using Group = tpp::cuda::group;                                                          \
  static constexpr auto kScales = tpp::cuda::Scales::scales_format;                        \
  static __device__ __forceinline__ void run(const tpp::cuda::Queue& queue, uint64_t a,    \
                                             uint64_t b, uint32_t accumulate) {            \
    asm volatile("{.reg .pred p; setp.ne.b32 p, %4, 0; " words                             \
                 " [%0], %1, %2, %3, [%5], [%5], p;}" ::"r"(queue.sums),                   \
                 "l"(a), "l"(b), "n"(descriptor(kScales, Group::kUnits)), "r"(accumulate), \
                 "r"(queue.scales)                                                         \
                 : "memory");                                                              \
  }
#define TPP_UE8M0(words, descriptor) TPP_SCALED(words, descriptor, ue8m0, Alone)
#define TPP_UE4M3(words, descriptor) TPP_SCALED(words, descriptor, ue4m3, Alone)
#define TPP_PAIR_UE8M0(words, descriptor) TPP_SCALED(words, descriptor, ue8m0, Pair)
#define TPP_PAIR_UE4M3(words, descriptor) TPP_SCALED(words, descriptor, ue4m3, Pair)

// m and n are those of one unit.
#define TPP_ROW(entry, scales, instruction, kernel, precision, accumulator, product, operand, sum, \
                m, n, k)                                                                           \
  namespace entry##_kernel {                                                                       \
    TPP_ON_DEVICE constexpr uint32_t descriptor(tpp::cuda::Scales with, uint32_t units) {          \
      static_assert(m == tpp::cuda::kRowsA && n == tpp::cuda::kRowsB);                             \
      return tpp::cuda::instruction_descriptor(                                                    \
          {tpp::boundary::Element::operand, tpp::boundary::Element::sum, m * units, n, k}, with);  \
    }                                                                                              \
    struct Operation {                                                                             \
      static constexpr uint32_t kK = k;                                                            \
      TPP_##scales(instruction, descriptor)                                                        \
    };                                                                                             \
  }                                                                                                \
  extern "C" __global__ TPP_CLUSTER void __launch_bounds__(tpp::gpu::kIssueThreads, 1)             \
      entry(const void* operands, void* accumulators, tpp::gpu::UnitStamp* stamps,                 \
            uint32_t iterations, uint32_t) {                                                       \
    tpp::cuda::tensor_memory_loop<entry##_kernel::Operation>(operands, accumulators, stamps,       \
                                                             iterations);                          \
  }
// Blocks that are launched together: of kernels for two units, two.
#ifndef TPP_CLUSTER
#define TPP_CLUSTER
#endif

#endif
