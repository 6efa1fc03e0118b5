// The issue loops of one family of rows: TPP_ROWS names its file, TPP_LANES the lanes of a wave.
#include "kernels/hip/device/issue_loop.hpp"

namespace tpp::hip {

// Types as the compiler's built-ins take them.
#define TPP_VECTOR(type, count) type __attribute__((ext_vector_type(count)))
using half2 = TPP_VECTOR(_Float16, 2);
using half4 = TPP_VECTOR(_Float16, 4);
using half8 = TPP_VECTOR(_Float16, 8);
using half16 = TPP_VECTOR(_Float16, 16);
using brain4 = TPP_VECTOR(__bf16, 4);
using brain8 = TPP_VECTOR(__bf16, 8);
using short2 = TPP_VECTOR(short, 2);
using short4 = TPP_VECTOR(short, 4);
using short8 = TPP_VECTOR(short, 8);
using short16 = TPP_VECTOR(short, 16);
using int2 = TPP_VECTOR(int, 2);
using int4 = TPP_VECTOR(int, 4);
using int6 = TPP_VECTOR(int, 6);
using int8 = TPP_VECTOR(int, 8);
using int16 = TPP_VECTOR(int, 16);
using float2 = TPP_VECTOR(float, 2);
using float4 = TPP_VECTOR(float, 4);
using float8 = TPP_VECTOR(float, 8);
using float16 = TPP_VECTOR(float, 16);
using double4 = TPP_VECTOR(double, 4);
#undef TPP_VECTOR

// Whether elements of 64 bits are told apart in memory, or words of 32.
template <class Type>
struct RegisterOf {
  using Of = uint32_t;
};
template <>
struct RegisterOf<double> {
  using Of = double;
};
template <>
struct RegisterOf<double4> {
  using Of = double;
};

template <class Operand, class Accumulator>
struct Types {
  using A = Operand;
  using B = Operand;
  using Sum = Accumulator;
  using Register = typename RegisterOf<Operand>::Of;
  using SumRegister = typename RegisterOf<Accumulator>::Of;
};

// Six words, in the eight that the built-ins take.
TPP_DEVICE_INLINE int8 widened(int8 words) { return words; }
TPP_DEVICE_INLINE int8 widened(int6 words) {
  return __builtin_shufflevector(words, words, 0, 1, 2, 3, 4, 5, -1, -1);
}
TPP_DEVICE_INLINE int8 widened(int4 words) {
  return __builtin_shufflevector(words, words, 0, 1, 2, 3, -1, -1, -1, -1);
}

// One instruction on every accumulator. Vector units that multiply two floats at once take two
// accumulators whose operands differ in b: where there are none, the compiler makes two of one.
template <class Operation, class A, class B, class Sum>
TPP_DEVICE_INLINE void step_all(A a, const B* b, Sum* sum) {
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains; ++i) sum[i] = Operation::run(a, b[i % 2], sum[i]);
}
template <class Operation>
TPP_DEVICE_INLINE void step_all(float a, const float* b, float* sum) {
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains; i += 2) {
    const float2 both =
        __builtin_elementwise_fma(float2{a, a}, float2{b[0], b[1]}, float2{sum[i], sum[i + 1]});
    sum[i] = both[0];
    sum[i + 1] = both[1];
  }
}

// All that a compute unit has at once; CDNA's have four SIMDs, RDNA's two.
constexpr uint32_t kThreads = gpu::issue_threads(kLanes);
constexpr uint32_t kWavesOfSimd = gpu::kIssueWarps / (kLanes == 64 ? 4 : 2);

// Both scales of a block are 1 in UE8M0, in each byte of the word.
[[maybe_unused]] constexpr int kScalesOfOne = 0x7f7f7f7f;

}  // namespace tpp::hip

// How the instruction is called, as rows name it.
#define TPP_MFMA(builtin) __builtin_amdgcn_mfma_##builtin(a, b, sum, 0, 0, 0)
#define TPP_MFMA_F8F6F4(shape, format)                                                             \
  __builtin_amdgcn_mfma_scale_f32_##shape##_f8f6f4(widened(a), widened(b), sum, format, format, 0, \
                                                   0, 0, 0)
#define TPP_MFMA_SCALED(shape, format)                                                             \
  __builtin_amdgcn_mfma_scale_f32_##shape##_f8f6f4(widened(a), widened(b), sum, format, format, 0, \
                                                   kScalesOfOne, 0, kScalesOfOne)
#define TPP_WMMA(builtin) __builtin_amdgcn_wmma_##builtin(a, b, sum)
// Both signed, sums modulo 2^32.
#define TPP_WMMA_SIGNED(builtin) __builtin_amdgcn_wmma_##builtin(true, a, true, b, sum, false)
#define TPP_FMA __builtin_elementwise_fma(a, b, sum)

#define TPP_ROW(entry, a_type, sum_type, call, ...)                                              \
  namespace tpp::hip::entry##_kernel {                                                           \
    struct Operation : Types<a_type, sum_type> {                                                 \
      TPP_DEVICE_INLINE static Sum run(A a, B b, Sum sum) { return call; }                       \
      TPP_DEVICE_INLINE static void step(A a, const B* b, Sum* sum) {                            \
        step_all<Operation>(a, b, sum);                                                          \
      }                                                                                          \
    };                                                                                           \
  }                                                                                              \
  extern "C"                                                                                     \
      __attribute__((amdgpu_kernel, visibility("protected"),                                     \
                     amdgpu_flat_work_group_size(tpp::hip::kThreads, tpp::hip::kThreads),        \
                     amdgpu_waves_per_eu(tpp::hip::kWavesOfSimd, tpp::hip::kWavesOfSimd))) void  \
      entry(const tpp::hip::Global<void>* operands, tpp::hip::Global<void>* accumulators,        \
            tpp::hip::Global<tpp::gpu::UnitStamp>* stamps, uint32_t iterations, uint32_t sets) { \
    tpp::hip::issue_loop<tpp::hip::entry##_kernel::Operation, TPP_UNROLL>(                       \
        operands, accumulators, stamps, iterations, sets);                                       \
  }

#include TPP_ROWS
