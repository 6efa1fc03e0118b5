// The issue loop of kernel_contract.h for instructions whose operands lie in shared memory and
// whose sums lie in tensor memory (tcgen05). One thread issues everything; a batch of instructions
// is told to be done by a barrier in shared memory, and the next one is queued before that is
// waited for.
#ifndef TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_LOOP_CUH
#define TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_LOOP_CUH

#include "kernels/cpp_element.h"
#include "kernels/cuda/device/timing.cuh"

namespace tpp::cuda {

using boundary::Element;

constexpr uint32_t kRowsA = 128;
constexpr uint32_t kRowsB = 256;
constexpr uint32_t kSwizzleSpan = 1024;  // bytes after which the swizzle repeats: eight rows
constexpr uint32_t kBytesA = kRowsA * gpu::kTileRowBytes;
constexpr uint32_t kBytesB = kRowsB * gpu::kTileRowBytes;
constexpr uint32_t kSliceBytes = gpu::kTileRowBytes / gpu::kTileSlices;
// Columns of tensor memory, each of 32 bits in 128 lanes: all there are. The sums take 256, the
// scales stand behind them.
constexpr uint32_t kColumns = 512;
constexpr uint32_t kScaleColumns = 32;

enum class Scales { none, ue8m0, ue4m3 };

// PTX, "shared memory descriptor": address and stride in units of 16 bytes, version 1 in bits 46 to
// 48, and in bits 61 to 63 a 2 for a swizzle over 128 bytes, which makes no use of the leading
// offset.
__device__ __forceinline__ uint64_t tile_descriptor(const void* tile) {
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(tile));
  return uint64_t{(address & 0x3ffffu) >> 4} | uint64_t{1} << 16 |
         uint64_t{kSwizzleSpan >> 4} << 32 | uint64_t{1} << 46 | uint64_t{2} << 61;
}

// PTX, "instruction descriptor": format codes of the operands and of the sums.
TPP_ON_DEVICE constexpr uint32_t operand_code(Element element, bool packed_fp4) {
  switch (element) {
    case Element::bf16:
    case Element::e5m2:
    case Element::i8:
      return 1;
    case Element::tf32:
      return 2;
    case Element::e2m3:
      return 3;
    case Element::e3m2:
      return 4;
    case Element::e2m1:
      return packed_fp4 ? 1 : 5;
    default:  // f16, e4m3
      return 0;
  }
}
TPP_ON_DEVICE constexpr uint32_t sum_code(Element element) {
  return element == Element::f32 ? 1 : element == Element::i32 ? 2 : 0;
}

TPP_ON_DEVICE constexpr uint32_t instruction_descriptor(Element operand, Element sum, uint32_t k,
                                                        Scales scales) {
  const uint32_t code = operand_code(operand, k == 64);
  const uint32_t shared = code << 7 | code << 10 | (kRowsB >> 3) << 17 | (kRowsA >> 4) << 24;
  if (scales == Scales::none) return shared | sum_code(sum) << 4;
  return shared | (scales == Scales::ue8m0 ? 1u : 0u) << 23;
}

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

// Queues what was issued before to arrive at the barrier.
__device__ __forceinline__ void commit(uint32_t barrier) {
  asm volatile(
      "tcgen05.commit.cta_group::1.mbarrier::arrive::one.shared::cluster.b64 [%0];" ::"r"(barrier)
      : "memory");
}

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
  for (uint32_t slice = 0; slice < gpu::kTileSlices; ++slice) {
    constexpr uint32_t kStep = kSliceBytes >> 4;
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
    for (uint32_t step = 0; step < gpu::kTensorMemoryUnroll; ++step) {
      product<Operation>(queue, 0, step == 0 ? n : 1u);
      product<Operation>(queue, 1, 1u);
    }
    commit(barriers.of(n));
    if (n > 0) barriers.wait(n - 1);
  }
  product<Operation>(queue, 0, 1u);
  commit(barriers.of(iterations));
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

__device__ __forceinline__ void copy_tiles(const void* operands, uint8_t* tiles) {
  constexpr uint32_t kWords = (2 * kBytesA + kBytesB) / 4;
  for (uint32_t i = threadIdx.x; i < kWords; i += blockDim.x) {
    reinterpret_cast<uint32_t*>(tiles)[i] = static_cast<const uint32_t*>(operands)[i];
  }
  // What ordinary stores wrote, the matrix units read by another way.
  asm volatile("fence.proxy.async;" ::: "memory");
}

// By the first warp: tensor memory and the barriers, which one arrival completes.
__device__ __forceinline__ void set_up(Shared& shared, const Barriers& barriers) {
  const auto where = static_cast<uint32_t>(__cvta_generic_to_shared(&shared.tensor_memory));
  asm volatile("tcgen05.alloc.cta_group::1.sync.aligned.shared::cta.b32 [%0], %1;" ::"r"(where),
               "n"(kColumns)
               : "memory");
  asm volatile("tcgen05.relinquish_alloc_permit.cta_group::1.sync.aligned;");
  if (threadIdx.x != 0) return;
  for (uint32_t i = 0; i < 2; ++i) {
    asm volatile("mbarrier.init.shared::cta.b64 [%0], 1;" ::"r"(barriers.of(i)) : "memory");
  }
  asm volatile("fence.mbarrier_init.release.cluster;" ::: "memory");
}

template <class Operation>
__device__ __forceinline__ void tensor_memory_loop(const void* operands, void* accumulators,
                                                   gpu::UnitStamp* stamps, uint32_t iterations) {
  extern __shared__ uint8_t dynamic[];
  __shared__ Shared shared;
  const auto base = reinterpret_cast<uintptr_t>(dynamic);
  auto* tiles = reinterpret_cast<uint8_t*>((base + kSwizzleSpan - 1) / kSwizzleSpan * kSwizzleSpan);
  const Barriers barriers = {static_cast<uint32_t>(__cvta_generic_to_shared(shared.barriers))};
  if (threadIdx.x < 32) set_up(shared, barriers);
  copy_tiles(operands, tiles);
  __syncthreads();
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
  const uint32_t sums = shared.tensor_memory;
  const Queue queue = {{tile_descriptor(tiles), tile_descriptor(tiles + kBytesA)},
                       tile_descriptor(tiles + 2 * kBytesA),
                       sums,
                       sums + kRowsB};
  if (Operation::kScales != Scales::none && threadIdx.x < kRowsA) {
    fill_scales(queue.scales, ones(Operation::kScales));
  }
  asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");

  Stopwatch stopwatch;
  stopwatch.begin();
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");
  if (threadIdx.x < 32 && is_elected()) issue<Operation>(queue, barriers, iterations);
  stopwatch.end(stamps);
  asm volatile("tcgen05.fence::after_thread_sync;" ::: "memory");

  if (threadIdx.x < kRowsA) {
    store_sums(sums, static_cast<uint32_t*>(accumulators) + uint64_t{blockIdx.x} * kRowsA * kRowsB);
  }
  asm volatile("tcgen05.fence::before_thread_sync;" ::: "memory");
  __syncthreads();
  if (threadIdx.x < 32) {
    asm volatile("tcgen05.dealloc.cta_group::1.sync.aligned.b32 %0, %1;" ::"r"(sums),
                 "n"(kColumns));
  }
}

}  // namespace tpp::cuda

// The instruction with its descriptor, accumulating where the predicate says so.
#define TPP_UNSCALED(words, descriptor)                                                 \
  static constexpr auto kScales = tpp::cuda::Scales::none;                              \
  static __device__ __forceinline__ void run(const tpp::cuda::Queue& queue, uint64_t a, \
                                             uint64_t b, uint32_t accumulate) {         \
    asm volatile("{.reg .pred p; setp.ne.b32 p, %4, 0; " words                          \
                 " [%0], %1, %2, %3, p;}" ::"r"(queue.sums),                            \
                 "l"(a), "l"(b), "n"(descriptor(kScales)), "r"(accumulate)              \
                 : "memory");                                                           \
  }
#define TPP_SCALED(words, descriptor, scales_format)                                          \
  static constexpr auto kScales = tpp::cuda::Scales::scales_format;                           \
  static __device__ __forceinline__ void run(const tpp::cuda::Queue& queue, uint64_t a,       \
                                             uint64_t b, uint32_t accumulate) {               \
    asm volatile("{.reg .pred p; setp.ne.b32 p, %4, 0; " words                                \
                 " [%0], %1, %2, %3, [%5], [%5], p;}" ::"r"(queue.sums),                      \
                 "l"(a), "l"(b), "n"(descriptor(kScales)), "r"(accumulate), "r"(queue.scales) \
                 : "memory");                                                                 \
  }
#define TPP_UE8M0(words, descriptor) TPP_SCALED(words, descriptor, ue8m0)
#define TPP_UE4M3(words, descriptor) TPP_SCALED(words, descriptor, ue4m3)

#define TPP_ROW(entry, scales, instruction, kernel, precision, accumulator, product, operand, sum, \
                m, n, k)                                                                           \
  namespace entry##_kernel {                                                                       \
    TPP_ON_DEVICE constexpr uint32_t descriptor(tpp::cuda::Scales with) {                          \
      static_assert(m == tpp::cuda::kRowsA && n == tpp::cuda::kRowsB);                             \
      return tpp::cuda::instruction_descriptor(tpp::boundary::Element::operand,                    \
                                               tpp::boundary::Element::sum, k, with);              \
    }                                                                                              \
    struct Operation {                                                                             \
      TPP_##scales(instruction, descriptor)                                                        \
    };                                                                                             \
  }                                                                                                \
  extern "C" __global__ void __launch_bounds__(tpp::gpu::kIssueThreads, 1)                         \
      entry(const void* operands, void* accumulators, tpp::gpu::UnitStamp* stamps,                 \
            uint32_t iterations, uint32_t) {                                                       \
    tpp::cuda::tensor_memory_loop<entry##_kernel::Operation>(operands, accumulators, stamps,       \
                                                             iterations);                          \
  }

#endif
