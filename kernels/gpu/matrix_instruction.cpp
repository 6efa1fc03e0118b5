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

unsigned words(unsigned elements, unsigned bits) { return elements * bits / kWordBits / kLanes; }

bool is_lanewise(const MatrixInstruction& one) { return one.product == Product::lanewise; }

}  // namespace

double operations(const MatrixInstruction& one) { return 2.0 * one.m * one.n * one.k; }

unsigned words_of_a(const MatrixInstruction& one) { return words(one.m * one.k, held_bits(one)); }

unsigned words_of_b(const MatrixInstruction& one) {
  return is_lanewise(one) ? words_of_a(one) : words(one.k * one.n, held_bits(one));
}

unsigned words_of_c(const MatrixInstruction& one) {
  return words(one.m * one.n, bits_of(one.accumulator));
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
  const unsigned k =
      lane % kLanesInRow * packed + index % packed + index / packed * kLanesInRow * packed;
  return {k, lane / kLanesInRow};
}

Cell cell_of_c(const MatrixInstruction& one, unsigned warp, unsigned lane, unsigned index) {
  if (is_lanewise(one)) return {lane * packed_accumulators(one) + index, 0};
  const unsigned row = 2 * kRowGroup * warp + lane / kLanesInRow + kRowGroup * (index / 2 % 2);
  const unsigned column = 2 * kLanesInRow * (index / 4) + lane % kLanesInRow * 2 + index % 2;
  return {row, column};
}

// With u the unit roundoff of what is kept of a sum. A single fused product ends at the rounded
// product, however long the loop ran: the residual of a pair is the product's rounding error, which
// the format holds. Sums of d products are rounded at most d times by at most 2u each, toward
// whichever side; the residual of a pair moves to a fixed point below 4du, and the last product
// adds 2du. A quarter more is for terms in u squared and for the residual's share in the partial
// sums.
double error_bound(const MatrixInstruction& one, unsigned depth) {
  if (is_integer(one.accumulator)) return 0;
  const int bits = one.kept_bits != 0 ? one.kept_bits : significand_bits(one.accumulator);
  const double u = std::ldexp(1.0, -bits);
  return depth == 1 ? u : 7.5 * depth * u;
}

}  // namespace tpp::gpu
