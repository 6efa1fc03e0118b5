#include "kernels/gpu/matrix_instruction.h"

#include <cmath>

namespace tpp::gpu {
namespace {

constexpr unsigned kWordBits = 32;
constexpr unsigned kRowGroup = 8;  // rows that one register of A covers
constexpr unsigned kLanesInRow = 4;

unsigned held_bits(const MatrixInstruction& one) {
  return one.held_bits != 0 ? one.held_bits : bits_of(one.operand);
}

unsigned words(const MatrixInstruction& one, unsigned elements, unsigned bits) {
  return elements * bits / kWordBits / one.lanes;
}

bool is_lanewise(const MatrixInstruction& one) { return one.product == Product::lanewise; }

// Of AMD's layouts: element `index` of a lane along k, where each `width` lanes hold a row or a
// column each.
unsigned along_k(const MatrixInstruction& one, unsigned lane, unsigned width, unsigned index) {
  const unsigned in_lane = width * one.k * one.copies / one.lanes;
  return (lane / width * in_lane + index) % one.k;
}

}  // namespace

double operations(const MatrixInstruction& one) { return 2.0 * one.m * one.n * one.k; }

unsigned words_of_a(const MatrixInstruction& one) {
  return words(one, one.m * one.k * one.copies, held_bits(one));
}

unsigned words_of_b(const MatrixInstruction& one) {
  return is_lanewise(one) ? words_of_a(one)
                          : words(one, one.k * one.n * one.copies, held_bits(one));
}

unsigned words_of_c(const MatrixInstruction& one) {
  return words(one, one.m * one.n, bits_of(one.accumulator));
}

unsigned packed_operands(const MatrixInstruction& one) {
  return held_bits(one) >= kWordBits ? 1 : kWordBits / held_bits(one);
}

unsigned packed_accumulators(const MatrixInstruction& one) {
  const unsigned bits = bits_of(one.accumulator);
  return bits >= kWordBits ? 1 : kWordBits / bits;
}

Cell cell_of_a(const MatrixInstruction& one, unsigned lane, unsigned index) {
  const unsigned packed = packed_operands(one);
  if (is_lanewise(one)) return {lane * packed + index, 0};
  if (one.rows_together != 0) return {lane % one.m, along_k(one, lane, one.m, index)};
  const unsigned in_register = index / packed;
  const unsigned row_groups = one.m / kRowGroup;
  const unsigned row = lane / kLanesInRow + kRowGroup * (in_register % row_groups);
  const unsigned k = lane % kLanesInRow * packed + index % packed +
                     in_register / row_groups * kLanesInRow * packed;
  return {row, k};
}

Cell cell_of_b(const MatrixInstruction& one, unsigned lane, unsigned index) {
  const unsigned packed = packed_operands(one);
  if (is_lanewise(one)) return {lane * packed + index, 0};
  if (one.rows_together != 0) return {along_k(one, lane, one.n, index), lane % one.n};
  const unsigned k =
      lane % kLanesInRow * packed + index % packed + index / packed * kLanesInRow * packed;
  return {k, lane / kLanesInRow};
}

Cell cell_of_c(const MatrixInstruction& one, unsigned warp, unsigned lane, unsigned index) {
  if (is_lanewise(one)) return {lane * packed_accumulators(one) + index, 0};
  if (one.rows_together != 0) {
    const unsigned rows = one.rows_together;
    const unsigned group = index / rows * (one.lanes / one.n) + lane / one.n;
    return {group * rows + index % rows, lane % one.n};
  }
  const unsigned row = 2 * kRowGroup * warp + lane / kLanesInRow + kRowGroup * (index / 2 % 2);
  const unsigned column = 2 * kLanesInRow * (index / 4) + lane % kLanesInRow * 2 + index % 2;
  return {row, column};
}

double operand_step(const MatrixInstruction& one) {
  const bool real = one.product == Product::matrix && !is_integer(one.operand);
  if (!real) return 0;
  if (one.accumulator == Element::f64) return std::ldexp(1.0, -20);
  if (one.accumulator == Element::f16) return std::ldexp(1.0, -2);
  // Products of 8-bit formats are cut to 13 bits below the largest on some families.
  return std::ldexp(1.0, bits_of(one.operand) <= 8 ? -3 : -8);
}

// A vector unit fuses: one product, rounded once, and the residual of a pair of steps is that
// rounding error, which the format holds. A matrix unit rounds nothing of operands on the grid;
// sixteen units of what it keeps of a sum are for one that keeps a little less than is known, and
// far below what a missing or a wrong product makes.
double error_bound(const MatrixInstruction& one) {
  if (is_integer(one.accumulator)) return 0;
  const int bits = one.kept_bits != 0 ? one.kept_bits : significand_bits(one.accumulator);
  const double u = std::ldexp(1.0, -bits);
  return one.product == Product::lanewise ? u : 16 * u;
}

}  // namespace tpp::gpu
