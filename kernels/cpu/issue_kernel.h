// One hand-written loop of multiply-adds: what it multiplies, what it needs, where it starts.
// Operands, timing and checks are left to issue.h and reference.h. Plain data; thread-safe.
//
// The loops are assembly (kernels/cpu/x86_64/*.S, kernels/cpu/aarch64/*.S) and all follow one
// contract, so that timing and checking are written once:
//
//   operands     four registers' worth of memory, a0, a1, b0, b1, each register_bytes long and
//                back to back, aligned to 64 bytes. The host fills a1 with -a0.
//   accumulators zeroed by the loop, one register's worth of output each (accumulator_bytes),
//                stored back to back at the end, aligned to 64 bytes
//   one iteration, for every accumulator i:   acc[i] += a0 * b[i & 1];   acc[i] += a1 * b[i & 1];
//   after the last iteration, once more:      acc[i] += a0 * b[i & 1];
//   iterations   >= 1
//
// Because a1 is -a0 the sums stay bounded however long the loop runs, every multiply-add works on
// full random significands, and what is left at the end is one product a0 * b[i & 1] that can be
// compared with a reference: a fault in any step of a timed batch shows.
//
// Order within an iteration: first all accumulators with a0, then all with a1, so that each chain
// has accumulators - 1 other instructions between its links.
#ifndef TPP_KERNELS_CPU_ISSUE_KERNEL_H
#define TPP_KERNELS_CPU_ISSUE_KERNEL_H

#include <cstdint>
#include <span>

#include "kernels/cpp_element.h"
#include "kernels/cpu/features.h"

namespace tpp::cpu {

using boundary::Element;

// How one multiply-add instruction combines its registers into an accumulator register.
enum class Product : uint8_t {
  lanewise,    // acc[l] += a[l] * b[l]
  dot2,        // acc[l] += sum over k < 2 of a[2l+k] * b[2l+k]
  dot4,        // acc[l] += sum over k < 4 of a[4l+k] * b[4l+k]
  mmla_2x8x2,  // Arm smmla: per 128 bits, 2x8 by 8x2 (b transposed) into 2x2
  mmla_2x4x2,  // Arm bfmmla: per 128 bits, 2x4 by 4x2 (b transposed) into 2x2
  mmla_2x2x2,  // Arm fmmla: per 4 elements, 2x2 by 2x2 (b transposed) into 2x2
  amx_tile,    // 16 rows of 64 bytes: C[m][n] += sum over k of A[m][k] * B[k][n], B packed in
               // groups of 4 (8 bit) or 2 (16 bit) consecutive k within 32 bits
  sme_outer,   // ZA tile: C[m][n] += sum over k of A[m][k] * B[n][k], k packed within one
               // accumulator element; the tile is stored row by row
};

struct IssueKernel {
  const char* kernel;       // "fma" or "mma"
  const char* precision;    // name in the vocabulary, "fp32"
  const char* accumulates;  // accumulator's name where it has to be told apart, else ""
  const char* isa;          // what the path says: instruction, then ISA and width,
                            // "vfmadd231ps AVX-512F zmm"
  Feature needs;
  Element a, b, accumulator;
  Product product;
  int accumulators;               // independent chains
  uint32_t register_bytes;        // of an operand; 0 = vector_bytes(needs) (SVE, SME)
  uint32_t accumulator_bytes;     // of one stored accumulator; 0 = derived: a register, or for
                                  // sme_outer (register_bytes / element size) squared elements
  double instructions_per_clock;  // best that cores of this kind issue: more is suspect;
                                  // 0 = not known
  // nullptr: this precision exists in the vocabulary of the backend but has no loop here.
  void (*run)(const void* operands, void* accumulators, uint64_t iterations);
};

// The table of this architecture, best first within a precision. Rows that the running CPU lacks
// are included: the caller filters by feature. Defined in <architecture>/kernels.cpp.
std::span<const IssueKernel> issue_kernels();

// Portable C++ loops, one a precision, for processors without a fitting row above.
std::span<const IssueKernel> portable_kernels();

// Multiplies and adds of one instruction (a multiply-add is two) at this register size. Derived
// from product and elements, so that no table can miscount.
double operations_per_instruction(const IssueKernel& kernel, uint32_t register_bytes);

}  // namespace tpp::cpu

#endif
