#include "kernels/gpu/matrix_instruction.h"

#include <gtest/gtest.h>

#include <set>
#include <utility>

namespace tpp::gpu {
namespace {

constexpr MatrixInstruction kHalf{Product::matrix, 16, 8, 16, Element::f16, Element::f32, 0, 0, 0};
constexpr MatrixInstruction kInt8{Product::matrix, 16, 8, 32, Element::i8, Element::i32, 0, 0, 0};
constexpr MatrixInstruction kDouble{Product::matrix, 16, 8, 16, Element::f64,
                                    Element::f64,    0,  0, 0};
constexpr MatrixInstruction kSmall{Product::matrix, 8, 8, 16, Element::i8, Element::i32, 0, 0, 0};
constexpr MatrixInstruction kBits{Product::xor_popc, 16, 8, 256, Element::bit,
                                  Element::i32,      0,  0, 0};
constexpr MatrixInstruction kWide{Product::matrix, 64, 256, 16, Element::f16,
                                  Element::f32,    0,  0,   0};
constexpr MatrixInstruction kVector{Product::lanewise, 64, 1, 1, Element::f16,
                                    Element::f16,      0,  0, 0};
constexpr MatrixInstruction kPadded{Product::matrix, 16, 8, 32, Element::e2m1,
                                    Element::f32,    8,  2, 0};

TEST(MatrixInstruction, HoldsAsManyRegistersAsItsElementsFill) {
  EXPECT_EQ(words_of_a(kHalf), 4u);
  EXPECT_EQ(words_of_b(kHalf), 2u);
  EXPECT_EQ(words_of_c(kHalf), 4u);
  EXPECT_EQ(words_of_a(kDouble), 16u);
  EXPECT_EQ(words_of_b(kDouble), 8u);
  EXPECT_EQ(words_of_a(kSmall), 1u);
  EXPECT_EQ(words_of_c(kSmall), 2u);
  EXPECT_EQ(words_of_a(kBits), 4u);
  EXPECT_EQ(words_of_a(kVector), 1u);
  EXPECT_EQ(words_of_c(kVector), 1u);
  EXPECT_EQ(words_of_a(kPadded), 4u);  // 4 bits in a byte each
  EXPECT_EQ(operations(kHalf), 4096);
  EXPECT_EQ(operations(kVector), 128);
}

// Each element of each matrix is in one register of one lane.
template <class CellOf>
void expect_all_once(const MatrixInstruction& one, unsigned words, unsigned packed, CellOf cell_of,
                     std::size_t cells) {
  std::set<std::pair<unsigned, unsigned>> seen;
  const unsigned wide = packed == 1 && words > 1 ? bits_of(one.operand) / 32 : 1;
  const unsigned registers = words / std::max(1u, wide);
  for (unsigned lane = 0; lane < kLanes; ++lane) {
    for (unsigned i = 0; i < registers * packed; ++i) {
      const Cell cell = cell_of(one, lane, i);
      EXPECT_TRUE(seen.insert({cell.row, cell.column}).second) << cell.row << " " << cell.column;
    }
  }
  EXPECT_EQ(seen.size(), cells);
}

TEST(MatrixInstruction, PutsEachElementOfItsOperandsInOnePlace) {
  for (const MatrixInstruction& one : {kHalf, kInt8, kDouble, kSmall, kBits, kPadded}) {
    const unsigned packed = packed_operands(one);
    expect_all_once(one, words_of_a(one), packed, cell_of_a, std::size_t{one.m} * one.k);
    expect_all_once(one, words_of_b(one), packed, cell_of_b, std::size_t{one.k} * one.n);
  }
}

TEST(MatrixInstruction, PutsEachElementOfAWideTileInOnePlaceOfItsFourWarps) {
  std::set<std::pair<unsigned, unsigned>> seen;
  for (unsigned warp = 0; warp < 4; ++warp) {
    for (unsigned lane = 0; lane < kLanes; ++lane) {
      for (unsigned i = 0; i < 128; ++i) {
        const Cell cell = cell_of_c(kWide, warp, lane, i);
        seen.insert({cell.row, cell.column});
      }
    }
  }
  EXPECT_EQ(seen.size(), 64u * 256u);
}

// Some places by the tables of the PTX ISA ("matrix fragments").
TEST(MatrixInstruction, FollowsTheTablesOfPtx) {
  // m16n8k16, 16 bits: a2, a3 are eight rows down, a4 eight along k.
  EXPECT_EQ(cell_of_a(kHalf, 0, 2), (Cell{8, 0}));
  EXPECT_EQ(cell_of_a(kHalf, 5, 4), (Cell{1, 10}));
  EXPECT_EQ(cell_of_b(kHalf, 5, 2), (Cell{10, 1}));
  EXPECT_EQ(cell_of_c(kHalf, 0, 5, 3), (Cell{9, 3}));
  // m16n8k32, 8 bits.
  EXPECT_EQ(cell_of_a(kInt8, 1, 8), (Cell{0, 20}));
  EXPECT_EQ(cell_of_b(kInt8, 1, 7), (Cell{23, 0}));
  // m16n8k16, 64 bits: a1 is eight rows down, a2 four along k.
  EXPECT_EQ(cell_of_a(kDouble, 2, 1), (Cell{8, 2}));
  EXPECT_EQ(cell_of_a(kDouble, 2, 2), (Cell{0, 6}));
  EXPECT_EQ(cell_of_b(kDouble, 2, 3), (Cell{14, 0}));
  // m64n256: d4 is eight columns on.
  EXPECT_EQ(cell_of_c(kWide, 1, 0, 4), (Cell{16, 8}));
}

TEST(MatrixInstruction, BoundsErrorsByWhatIsKeptOfASum) {
  EXPECT_EQ(error_bound(kInt8), 0);
  EXPECT_EQ(error_bound(kVector), 1.0 / 2048);
  EXPECT_EQ(error_bound(kHalf), 16.0 / 16777216);
  MatrixInstruction fewer = kHalf;
  fewer.kept_bits = 13;
  EXPECT_EQ(error_bound(fewer), 16.0 / 8192);
}

TEST(MatrixInstruction, PutsOperandsOnAGridWhoseSumsNothingCuts) {
  EXPECT_EQ(operand_step(kHalf), 1.0 / 256);
  EXPECT_EQ(operand_step(kDouble), 1.0 / 1048576);
  EXPECT_EQ(operand_step(kPadded), 1.0 / 8);
  MatrixInstruction half_sums = kHalf;
  half_sums.accumulator = Element::f16;
  EXPECT_EQ(operand_step(half_sums), 0.25);
  for (const MatrixInstruction& one : {kInt8, kBits, kVector}) EXPECT_EQ(operand_step(one), 0);
}

// AMD's matrix instruction calculator, and the layouts that the manual of RDNA 4 draws.
constexpr MatrixInstruction kMfma{
    Product::matrix, 32, 32, 8, Element::f16, Element::f32, 0, 0, 0, 64, 4, 1};
constexpr MatrixInstruction kMfmaDouble{
    Product::matrix, 16, 16, 4, Element::f64, Element::f64, 0, 0, 0, 64, 1, 1};
constexpr MatrixInstruction kMfmaSix{
    Product::matrix, 16, 16, 128, Element::e2m3, Element::f32, 0, 0, 0, 64, 4, 1};
constexpr MatrixInstruction kWmma{
    Product::matrix, 16, 16, 16, Element::i8, Element::i32, 0, 0, 0, 32, 1, 2};
constexpr MatrixInstruction kWmma12{
    Product::matrix, 16, 16, 16, Element::f16, Element::f32, 0, 0, 0, 32, 8, 1};

TEST(MatrixInstruction, OfAmdHoldsAsManyRegistersAsTheCalculatorSays) {
  EXPECT_EQ(words_of_a(kMfma), 2u);
  EXPECT_EQ(words_of_c(kMfma), 16u);
  EXPECT_EQ(words_of_a(kMfmaDouble), 2u);
  EXPECT_EQ(words_of_c(kMfmaDouble), 8u);
  EXPECT_EQ(words_of_a(kMfmaSix), 6u);
  EXPECT_EQ(words_of_b(kWmma), 4u);
  EXPECT_EQ(words_of_c(kWmma), 8u);
  EXPECT_EQ(words_of_a(kWmma12), 4u);
}

TEST(MatrixInstruction, FollowsTheTablesOfAmd) {
  EXPECT_EQ(cell_of_a(kMfma, 33, 2), (Cell{1, 6}));
  EXPECT_EQ(cell_of_b(kMfma, 33, 2), (Cell{6, 1}));
  EXPECT_EQ(cell_of_c(kMfma, 0, 33, 5), (Cell{13, 1}));
  EXPECT_EQ(cell_of_a(kMfmaDouble, 17, 0), (Cell{1, 1}));
  EXPECT_EQ(cell_of_c(kMfmaDouble, 0, 17, 2), (Cell{9, 1}));
  EXPECT_EQ(cell_of_a(kMfmaSix, 16, 31), (Cell{0, 63}));
  // RDNA 3: both halves of a wave hold the same operands.
  EXPECT_EQ(cell_of_a(kWmma, 3, 5), (Cell{3, 5}));
  EXPECT_EQ(cell_of_a(kWmma, 19, 5), (Cell{3, 5}));
  EXPECT_EQ(cell_of_c(kWmma, 0, 19, 4), (Cell{9, 3}));
  EXPECT_EQ(cell_of_a(kWmma12, 19, 5), (Cell{3, 13}));
  EXPECT_EQ(cell_of_c(kWmma12, 0, 19, 4), (Cell{12, 3}));
}

TEST(MatrixInstruction, OfAmdLeavesNoSumInTwoPlaces) {
  for (const MatrixInstruction& one : {kMfma, kMfmaDouble, kMfmaSix, kWmma, kWmma12}) {
    std::set<std::pair<unsigned, unsigned>> seen;
    for (unsigned lane = 0; lane < one.lanes; ++lane) {
      for (unsigned i = 0; i < one.m * one.n / one.lanes; ++i) {
        const Cell cell = cell_of_c(one, 0, lane, i);
        seen.insert({cell.row, cell.column});
      }
    }
    EXPECT_EQ(seen.size(), one.m * one.n);
  }
}

}  // namespace
}  // namespace tpp::gpu
