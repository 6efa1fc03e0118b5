// One multiply-add instruction of a group of lanes: what it multiplies, and which lane and register
// hold which element of the matrices. Data and index arithmetic; pure, thread-safe.
//
// The layouts are those that NVIDIA's PTX documents for mma.sync and wgmma (fragments of matrices
// A, B and C, in groups of four lanes along a row), and those of AMD's MFMA and WMMA: a lane holds
// a row of A, a column of B and one of C. In which order k lies among AMD's lanes is the same for A
// and B and so does not show in the product: here it is one lane's elements after the other's.
#ifndef TPP_KERNELS_GPU_MATRIX_INSTRUCTION_H
#define TPP_KERNELS_GPU_MATRIX_INSTRUCTION_H

#include <cstdint>

#include "kernels/cpp_element.h"

namespace tpp::gpu {

using boundary::Element;

inline constexpr unsigned kLanes = 32;  // of NVIDIA's warps and of the waves of AMD's RDNA

enum class Product : uint8_t {
  lanewise,  // acc[l] += a[l] * b[l], of every lane and every element packed in its register
  matrix,    // C[m][n] += sum over k of A[m][k] * B[k][n]
  and_popc,  // the same of bits: the count of ones in a AND b
  xor_popc,  // in a XOR b
};

struct MatrixInstruction {
  Product product = Product::matrix;
  unsigned m = 0, n = 0, k = 0;  // of `lanewise`: lanes x elements in a register, 1, 1
  Element operand = Element::f16;
  Element accumulator = Element::f32;
  unsigned held_bits = 0;  // of an operand element in its register: 8 where 6 or 4 bits are padded
  unsigned held_at = 0;    // lowest bit of the element within them
  int kept_bits = 0;  // significand bits that the hardware keeps of a sum, at least; 0 = all of
                      // the accumulator's
  unsigned lanes = kLanes;
  // In AMD's layouts: how many rows of C, one below the other, a lane holds before those of the
  // next lanes come; 0 = NVIDIA's layouts.
  unsigned rows_together = 0;
  unsigned copies = 1;  // lanes that hold the same element of A, or of B

  bool operator==(const MatrixInstruction&) const = default;
};

// A multiply-add is two operations.
double operations(const MatrixInstruction& instruction);

// Registers of 32 bits that one lane holds.
unsigned words_of_a(const MatrixInstruction& instruction);
unsigned words_of_b(const MatrixInstruction& instruction);
unsigned words_of_c(const MatrixInstruction& instruction);

// Elements in one register (one element may take two).
unsigned packed_operands(const MatrixInstruction& instruction);
unsigned packed_accumulators(const MatrixInstruction& instruction);

struct Cell {
  unsigned row, column;  // of A: m, k; of B: k, n; of C: m, n
  bool operator==(const Cell&) const = default;
};

// Element `index` of a lane, counted through its registers from the lowest bits.
Cell cell_of_a(const MatrixInstruction& instruction, unsigned lane, unsigned index);
Cell cell_of_b(const MatrixInstruction& instruction, unsigned lane, unsigned index);
// `warp` counts within the group of warps that share one accumulator tile.
Cell cell_of_c(const MatrixInstruction& instruction, unsigned warp, unsigned lane, unsigned index);

// The step of the grid on which real operands must stand so that no sum of the loop of
// kernel_contract.h is rounded; 0 where any values do.
//
// Matrix units align all products of an instruction and the sum so far to the largest of them, and
// cut what lies below a fixed number of bits. Cut differently on the way up and down, a sum would
// wander off by a unit each pair of steps, without end. On a grid nothing is ever cut.
double operand_step(const MatrixInstruction& instruction);
// Beyond it there are no operands: 0.006 % of normal numbers.
inline constexpr double kOperandLimit = 4;

// The largest |difference| / sum of |a*b| that correct arithmetic leaves after the loop; 0 for
// integers.
double error_bound(const MatrixInstruction& instruction);

}  // namespace tpp::gpu

#endif
