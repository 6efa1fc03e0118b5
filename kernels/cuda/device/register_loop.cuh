// The issue loop of kernel_contract.h for instructions whose operands lie in registers.
//
// The assembly is not volatile: the compiler may interleave the chains, and cannot drop one, since
// every accumulator is stored. Operands are values read from memory, of which it knows nothing: not
// that a1 is -a0.
#ifndef TPP_KERNELS_CUDA_DEVICE_REGISTER_LOOP_CUH
#define TPP_KERNELS_CUDA_DEVICE_REGISTER_LOOP_CUH

#include "kernels/cuda/device/timing.cuh"

namespace tpp::cuda {

constexpr uint32_t kLanes = 32;

template <class Operation, uint32_t kUnroll>
__device__ __forceinline__ void register_loop(const void* operands, void* accumulators,
                                              gpu::UnitStamp* stamps, uint32_t iterations,
                                              uint32_t sets) {
  using Word = typename Operation::Word;
  constexpr uint32_t kA = Operation::kA;
  constexpr uint32_t kB = Operation::kB;
  constexpr uint32_t kC = Operation::kC;
  constexpr uint32_t kSetWords = 2 * (kA + kB) * kLanes;
  const uint32_t lane = threadIdx.x % kLanes;
  const uint32_t warp = blockIdx.x * (blockDim.x / kLanes) + threadIdx.x / kLanes;
  const Word* from = static_cast<const Word*>(operands) + warp % sets * kSetWords + lane;
  Word a[2][kA];
  Word b[2][kB];
  Word sum[gpu::kChains][kC];
#pragma unroll
  for (uint32_t i = 0; i < 2 * kA; ++i) a[i / kA][i % kA] = from[i * kLanes];
#pragma unroll
  for (uint32_t i = 0; i < 2 * kB; ++i) b[i / kB][i % kB] = from[(2 * kA + i) * kLanes];
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains * kC; ++i) sum[i / kC][i % kC] = 0;

  Stopwatch stopwatch;
  stopwatch.begin();
#pragma unroll 1
  for (uint32_t n = 0; n < iterations; ++n) {
#pragma unroll
    for (uint32_t step = 0; step < 2 * kUnroll; ++step) {
#pragma unroll
      for (uint32_t i = 0; i < gpu::kChains; ++i) Operation::run(sum[i], a[step % 2], b[i % 2]);
    }
  }
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains; ++i) Operation::run(sum[i], a[0], b[i % 2]);
  stopwatch.end(stamps);

  Word* to = static_cast<Word*>(accumulators) + uint64_t{warp} * gpu::kChains * kC * kLanes + lane;
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains * kC; ++i) to[i * kLanes] = sum[i / kC][i % kC];
}

template <class Type, uint32_t kCountA, uint32_t kCountB, uint32_t kCountC>
struct Registers {
  using Word = Type;
  static constexpr uint32_t kA = kCountA, kB = kCountB, kC = kCountC;
};

}  // namespace tpp::cuda

// How many registers an instruction takes of A, B and C, all of 32 bits (R) or of 64 (D).
#define TPP_OPERATION(type, count_a, count_b, count_c, body)                                    \
  struct Operation : tpp::cuda::Registers<type, count_a, count_b, count_c> {                    \
    static __device__ __forceinline__ void run(Word* c, const Word* a, const Word* b) { body; } \
  };

#define TPP_R4_2_4(words)                                                          \
  TPP_OPERATION(uint32_t, 4, 2, 4,                                                 \
                asm(words " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};" \
                    : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])               \
                    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1])))
// The same with a scale for each block of a row or column: a register of ones in the scales'
// format, of which every thread's first byte counts.
#define TPP_R4_2_4_SCALED(words, ones)                                    \
  TPP_OPERATION(                                                          \
      uint32_t, 4, 2, 4,                                                  \
      asm(words " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3}, " \
                "%10, {0, 0}, %10, {0, 0};"                               \
          : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])                \
          : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1]), "r"(ones)))
#define TPP_R4_2_4_UE8M0(words) TPP_R4_2_4_SCALED(words, 0x7f7f7f7fu)
#define TPP_R4_2_4_UE4M3(words) TPP_R4_2_4_SCALED(words, 0x38383838u)
#define TPP_R4_2_2(words)                                              \
  TPP_OPERATION(uint32_t, 4, 2, 2,                                     \
                asm(words " {%0,%1}, {%2,%3,%4,%5}, {%6,%7}, {%0,%1};" \
                    : "+r"(c[0]), "+r"(c[1])                           \
                    : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b[0]), "r"(b[1])))
#define TPP_R2_1_4(words)                                                 \
  TPP_OPERATION(uint32_t, 2, 1, 4,                                        \
                asm(words " {%0,%1,%2,%3}, {%4,%5}, {%6}, {%0,%1,%2,%3};" \
                    : "+r"(c[0]), "+r"(c[1]), "+r"(c[2]), "+r"(c[3])      \
                    : "r"(a[0]), "r"(a[1]), "r"(b[0])))
#define TPP_R2_1_2(words)                                     \
  TPP_OPERATION(uint32_t, 2, 1, 2,                            \
                asm(words " {%0,%1}, {%2,%3}, {%4}, {%0,%1};" \
                    : "+r"(c[0]), "+r"(c[1])                  \
                    : "r"(a[0]), "r"(a[1]), "r"(b[0])))
#define TPP_R1_1_2(words)                                  \
  TPP_OPERATION(uint32_t, 1, 1, 2,                         \
                asm(words " {%0,%1}, {%2}, {%3}, {%0,%1};" \
                    : "+r"(c[0]), "+r"(c[1])               \
                    : "r"(a[0]), "r"(b[0])))
#define TPP_R1_1_1(words)                    \
  TPP_OPERATION(uint32_t, 1, 1, 1,           \
                asm(words " %0, %1, %2, %0;" \
                    : "+r"(c[0])             \
                    : "r"(a[0]), "r"(b[0])))
#define TPP_D8_4_4(words)                                                                          \
  TPP_OPERATION(double, 8, 4, 4,                                                                   \
                asm(words " {%0,%1,%2,%3}, {%4,%5,%6,%7,%8,%9,%10,%11}, {%12,%13,%14,%15}, "       \
                          "{%0,%1,%2,%3};"                                                         \
                    : "+d"(c[0]), "+d"(c[1]), "+d"(c[2]), "+d"(c[3])                               \
                    : "d"(a[0]), "d"(a[1]), "d"(a[2]), "d"(a[3]), "d"(a[4]), "d"(a[5]), "d"(a[6]), \
                      "d"(a[7]), "d"(b[0]), "d"(b[1]), "d"(b[2]), "d"(b[3])))
#define TPP_D1_1_2(words)                                  \
  TPP_OPERATION(double, 1, 1, 2,                           \
                asm(words " {%0,%1}, {%2}, {%3}, {%0,%1};" \
                    : "+d"(c[0]), "+d"(c[1])               \
                    : "d"(a[0]), "d"(b[0])))
#define TPP_D1_1_1(words) \
  TPP_OPERATION(double, 1, 1, 1, asm(words " %0, %1, %2, %0;" : "+d"(c[0]) : "d"(a[0]), "d"(b[0])))

#define TPP_REGISTER_KERNEL(entry, registers, instruction, warps, unroll)                       \
  namespace entry##_kernel {                                                                    \
    TPP_##registers(instruction)                                                                \
  }                                                                                             \
  extern "C" __global__ void __launch_bounds__(tpp::gpu::issue_threads(32, warps), 1)           \
      entry(const void* operands, void* accumulators, tpp::gpu::UnitStamp* stamps,              \
            uint32_t iterations, uint32_t sets) {                                               \
    tpp::cuda::register_loop<entry##_kernel::Operation, unroll>(operands, accumulators, stamps, \
                                                                iterations, sets);              \
  }

#endif
