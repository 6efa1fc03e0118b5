// One hand-written loop of multiply-adds: what it multiplies, what it needs, where it starts.
//
// The loops are assembly (kernels/cpu/x86_64/*.S, kernels/cpu/aarch64/*.S) and all follow one
// contract, so that timing and checking are written once:
//
//   operands     four registers' worth of memory, a0, a1, b0, b1, each register_bytes long and
//                back to back, aligned to 64 bytes. The host fills a1 with -a0.
//   accumulators zeroed by the loop, one register's worth of output each, stored at the end
//   one iteration, for every accumulator i:   acc[i] += a0 * b[i & 1];   acc[i] += a1 * b[i & 1];
//   after the last iteration, once more:      acc[i] += a0 * b[i & 1];
//
// Because a1 is -a0 the sums stay bounded however long the loop runs, every multiply-add works on
// full random significands, and what is left at the end is one product a0 * b[i & 1] that can be
// compared with a reference: a fault in any step of a timed batch shows.
#ifndef TPP_KERNELS_CPU_ISSUE_KERNEL_H
#define TPP_KERNELS_CPU_ISSUE_KERNEL_H

#include <cstdint>
#include <span>

#include "kernels/cpu/features.h"

namespace tpp::cpu {

// Element types of operands and accumulators.
enum class Element { f64, f32, f16, bf16, i8, u8, i32 };

// How one multiply-add instruction combines its registers into an accumulator register.
enum class Product {
  lanewise,     // acc[l] += a[l] * b[l]
  dot2,         // acc[l] += sum over k < 2 of a[2l+k] * b[2l+k]
  dot4,         // acc[l] += sum over k < 4 of a[4l+k] * b[4l+k]
  mmla_2x8x2,   // Arm smmla: per 128 bits, 2x8 by 8x2 (b transposed) into 2x2
  mmla_2x4x2,   // Arm bfmmla: per 128 bits, 2x4 by 4x2 (b transposed) into 2x2
  amx_tile,     // 16 rows of 64 bytes: C[m][n] += sum over k of A[m][k] * B[k][n], B packed by 4 or 2
  sme_outer,    // ZA tile: C[m][n] += sum over k of A[m][k] * B[n][k], k packed within 32 (or 64) bits
};

struct IssueKernel {
  const char* kernel;     // "fma" or "mma"
  const char* precision;  // name in the vocabulary, "fp32"
  const char* isa;        // what the path says: "avx512f zmm"
  Feature needs;
  Element a, b, accumulator;
  Product product;
  int accumulators;             // independent chains
  uint32_t register_bytes;      // of an operand; 0 = ask vector_bytes() (SVE, SME)
  uint32_t accumulator_bytes;   // of one stored accumulator; 0 = ask
  double operations_per_instruction;  // a multiply-add is two; 0 = derived from the vector length
  double instructions_per_clock;      // best that cores of this kind issue, for diagnosis only; 0 = not known
  void (*run)(const void* operands, void* accumulators, uint64_t iterations);
};

// The table of this architecture, best first within a precision. Rows that the running CPU lacks are
// included: the caller filters by feature.
std::span<const IssueKernel> issue_kernels();

}  // namespace tpp::cpu

#endif
