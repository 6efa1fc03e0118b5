// The issue loop of kernel_contract.h for Hopper's warpgroup matrix instructions, both operands in
// shared memory.
//
// The tiles of A, -A and B stand in shared memory as the host laid them out (issue_operands.cpp):
// rows of 128 bytes along k, swizzled over 128 bytes.
#ifndef TPP_KERNELS_CUDA_DEVICE_WGMMA_LOOP_CUH
#define TPP_KERNELS_CUDA_DEVICE_WGMMA_LOOP_CUH

#include "kernels/cuda/device/timing.cuh"

namespace tpp::cuda {

constexpr uint32_t kSwizzleSpan = 1024;  // bytes after which the swizzle repeats: eight rows
constexpr uint32_t kRowsA = 64;
constexpr uint32_t kRowsB = 256;
constexpr uint32_t kBytesA = kRowsA * gpu::kTileRowBytes;
constexpr uint32_t kBytesB = kRowsB * gpu::kTileRowBytes;
constexpr uint32_t kSliceBytes = gpu::kTileRowBytes / gpu::kTileSlices;

// PTX, "matrix descriptor": address, leading and stride byte offsets in units of 16 bytes; bits 62
// and 63 are 1 for a swizzle over 128 bytes, which makes no use of the leading offset.
__device__ __forceinline__ uint64_t descriptor(const void* tile) {
  const auto address = static_cast<uint32_t>(__cvta_generic_to_shared(tile));
  return uint64_t{(address & 0x3ffffu) >> 4} | uint64_t{1} << 16 |
         uint64_t{kSwizzleSpan >> 4} << 32 | uint64_t{1} << 62;
}

__device__ __forceinline__ void fence() { asm volatile("wgmma.fence.sync.aligned;" ::: "memory"); }
__device__ __forceinline__ void commit_and_wait() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
  asm volatile("wgmma.wait_group.sync.aligned 0;" ::: "memory");
}

// Slice number `slice` of A x B: one instruction.
template <class Operation>
__device__ __forceinline__ void multiply(uint32_t* sum, uint64_t a, uint64_t b, uint32_t slice) {
  constexpr uint32_t kStep = kSliceBytes >> 4;
  Operation::run(sum, a + slice * kStep, b + slice * kStep);
}

// kUnroll pairs of products an iteration, waited for after every kTogether instructions.
template <class Operation, uint32_t kUnroll, uint32_t kTogether>
__device__ __forceinline__ void tile_loop(const void* operands, void* accumulators,
                                          gpu::UnitStamp* stamps, uint32_t iterations) {
  constexpr uint32_t kInstructions = 2 * kUnroll * gpu::kTileSlices;
  static_assert(kInstructions % kTogether == 0, "an iteration ends with a wait");
  extern __shared__ uint8_t shared[];
  const auto base = reinterpret_cast<uintptr_t>(shared);
  auto* tiles = reinterpret_cast<uint8_t*>((base + kSwizzleSpan - 1) / kSwizzleSpan * kSwizzleSpan);
  constexpr uint32_t kWords = (2 * kBytesA + kBytesB) / 4;
  for (uint32_t i = threadIdx.x; i < kWords; i += blockDim.x) {
    reinterpret_cast<uint32_t*>(tiles)[i] = static_cast<const uint32_t*>(operands)[i];
  }
  // What ordinary stores wrote, the matrix units read by another way.
  asm volatile("fence.proxy.async;" ::: "memory");
  const uint64_t a0 = descriptor(tiles);
  const uint64_t a1 = descriptor(tiles + kBytesA);
  const uint64_t b = descriptor(tiles + 2 * kBytesA);
  uint32_t sum[Operation::kC];
#pragma unroll
  for (uint32_t i = 0; i < Operation::kC; ++i) sum[i] = 0;

  Stopwatch stopwatch;
  stopwatch.begin();
#pragma unroll 1
  for (uint32_t n = 0; n < iterations; ++n) {
    fence();
#pragma unroll
    for (uint32_t i = 0; i < kInstructions; ++i) {
      if (i > 0 && i % kTogether == 0) fence();
      multiply<Operation>(sum, i / gpu::kTileSlices % 2 == 0 ? a0 : a1, b, i % gpu::kTileSlices);
      if ((i + 1) % kTogether == 0) commit_and_wait();
    }
  }
  fence();
#pragma unroll
  for (uint32_t i = 0; i < gpu::kTileSlices; ++i) multiply<Operation>(sum, a0, b, i);
  commit_and_wait();
  stopwatch.end(stamps);

  uint32_t* to = static_cast<uint32_t*>(accumulators) +
                 uint64_t{blockIdx.x} * Operation::kC * blockDim.x + threadIdx.x;
#pragma unroll
  for (uint32_t i = 0; i < Operation::kC; ++i) to[i * blockDim.x] = sum[i];
}

}  // namespace tpp::cuda

// Registers of the accumulators, four, sixteen and sixty-four at a time.
#define TPP_C4(i) "+r"(c[i]), "+r"(c[i + 1]), "+r"(c[i + 2]), "+r"(c[i + 3])
#define TPP_C16(i) TPP_C4(i), TPP_C4(i + 4), TPP_C4(i + 8), TPP_C4(i + 12)
#define TPP_C64(i) TPP_C16(i), TPP_C16(i + 16), TPP_C16(i + 32), TPP_C16(i + 48)
#define TPP_NAMES64                                                                              \
  "%0,%1,%2,%3,%4,%5,%6,%7,%8,%9,%10,%11,%12,%13,%14,%15,%16,%17,%18,%19,%20,%21,%22,%23,%24,"   \
  "%25,%26,%27,%28,%29,%30,%31,%32,%33,%34,%35,%36,%37,%38,%39,%40,%41,%42,%43,%44,%45,%46,%47," \
  "%48,%49,%50,%51,%52,%53,%54,%55,%56,%57,%58,%59,%60,%61,%62,%63"
#define TPP_NAMES128                                                                            \
  TPP_NAMES64                                                                                   \
  ",%64,%65,%66,%67,%68,%69,%70,%71,%72,%73,%74,%75,%76,%77,%78,%79,%80,%81,%82,%83,%84,%85,"   \
  "%86,%87,%88,%89,%90,%91,%92,%93,%94,%95,%96,%97,%98,%99,%100,%101,%102,%103,%104,%105,%106," \
  "%107,%108,%109,%110,%111,%112,%113,%114,%115,%116,%117,%118,%119,%120,%121,%122,%123,%124,"  \
  "%125,%126,%127"

// The accumulator is added to (the predicate says so); scales of A and B are 1, and neither is
// transposed.
#define TPP_WGMMA_128(words, tail)                                            \
  asm volatile("{.reg .pred p; setp.eq.u32 p, 0, 0; " words " {" TPP_NAMES128 \
               "}, %128, %129, " tail ";}"                                    \
               : TPP_C64(0), TPP_C64(64)                                      \
               : "l"(a), "l"(b))
#define TPP_WGMMA_64(words, tail)                                                                 \
  asm volatile("{.reg .pred p; setp.eq.u32 p, 0, 0; " words " {" TPP_NAMES64 "}, %64, %65, " tail \
               ";}"                                                                               \
               : TPP_C64(0)                                                                       \
               : "l"(a), "l"(b))
#define TPP_OPERATION(count, body)                                                            \
  struct Operation {                                                                          \
    static constexpr uint32_t kC = count;                                                     \
    static __device__ __forceinline__ void run(uint32_t* c, uint64_t a, uint64_t b) { body; } \
  };
#define TPP_W128_TRANSPOSABLE(words) TPP_OPERATION(128, TPP_WGMMA_128(words, "p, 1, 1, 0, 0"))
#define TPP_W64_TRANSPOSABLE(words) TPP_OPERATION(64, TPP_WGMMA_64(words, "p, 1, 1, 0, 0"))
#define TPP_W128_REAL(words) TPP_OPERATION(128, TPP_WGMMA_128(words, "p, 1, 1"))
#define TPP_W64_REAL(words) TPP_OPERATION(64, TPP_WGMMA_64(words, "p, 1, 1"))
#define TPP_W128_INTEGER(words) TPP_OPERATION(128, TPP_WGMMA_128(words, "p"))

#define TPP_TILE_KERNEL(entry, registers, instruction, warps, unroll, together)               \
  namespace entry##_kernel {                                                                  \
    TPP_##registers(instruction)                                                              \
  }                                                                                           \
  extern "C" __global__ void __launch_bounds__(tpp::gpu::issue_threads(32, warps), 1)         \
      entry(const void* operands, void* accumulators, tpp::gpu::UnitStamp* stamps,            \
            uint32_t iterations, uint32_t) {                                                  \
    tpp::cuda::tile_loop<entry##_kernel::Operation, unroll, together>(operands, accumulators, \
                                                                      stamps, iterations);    \
  }

#endif
