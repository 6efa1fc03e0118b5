#include "kernels/gpu/issue_operands.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "kernels/gpu/kernel_contract.h"

namespace tpp::gpu {
namespace {

OperandRequest request_of(Element operand, unsigned k) {
  return {{Product::matrix, 16, 8, k, operand, Element::f32, 0, 0, 0}, kMatrixUnroll, 1, false};
}

TEST(IssueOperands, InRegistersAreSetsOfTwoMatricesEach) {
  const auto operands = make_operands(OperandPlace::registers, request_of(Element::f16, 16));
  EXPECT_GT(operands->sets(), 1u);
  EXPECT_EQ(operands->bytes().size(), operands->sets() * 2 * (16 * 16 + 16 * 8) * 2u);
  EXPECT_EQ(operands->accumulator_bytes(), 8u * kChains * 16 * 8 * 4);
  EXPECT_EQ(operands->operations(1), 8.0 * kChains * 4096 * (2 * kMatrixUnroll + 1));
}

// a1 is -a0, bit for bit but for the sign.
TEST(IssueOperands, TakeTheSecondMatrixFromTheFirst) {
  const auto operands = make_operands(OperandPlace::registers, request_of(Element::f16, 16));
  const auto* words = reinterpret_cast<const uint16_t*>(operands->bytes().data());
  for (unsigned i = 0; i < 16 * 16; ++i) EXPECT_EQ(words[i] ^ 0x8000u, words[16 * 16 + i]);
}

TEST(IssueOperands, AreEqualForEqualSeedsAndZeroWhereAsked) {
  OperandRequest request = request_of(Element::e4m3, 32);
  const auto one = make_operands(OperandPlace::registers, request);
  const auto same = make_operands(OperandPlace::registers, request);
  EXPECT_TRUE(std::ranges::equal(one->bytes(), same->bytes()));
  request.seed = 2;
  EXPECT_FALSE(
      std::ranges::equal(one->bytes(), make_operands(OperandPlace::registers, request)->bytes()));
  request.zeros = true;
  const auto zeros = make_operands(OperandPlace::registers, request);
  for (const std::byte byte : zeros->bytes()) {
    EXPECT_EQ(std::to_integer<int>(byte) & 0x7f, 0);  // -0 is a zero too
  }
}

TEST(IssueOperands, InTilesAreSwizzledRowsOf128Bytes) {
  const OperandRequest request{
      {Product::matrix, 64, 256, 32, Element::i8, Element::i32, 0, 0, 0}, kTileUnroll, 1, false};
  const auto operands = make_operands(OperandPlace::shared_tiles, request);
  EXPECT_EQ(operands->bytes().size(), (2 * 64 + 256) * kTileRowBytes);
  EXPECT_EQ(operands->accumulator_bytes(), 2u * 64 * 256 * 4);
}

// The pieces of a row of 16 bytes stand at their number XOR the row's: of the eight six are used.
TEST(IssueOperands, OfInstructionsOf48BytesFillThreeQuartersOfARow) {
  const OperandRequest request{
      {Product::matrix, 128, 256, 96, Element::e2m1, Element::f32, 0, 0, 0},
      tensor_memory_unroll(96),
      1,
      false};
  const auto operands = make_operands(OperandPlace::tensor_memory, request);
  EXPECT_EQ(operands->bytes().size(), (2 * 128 + 256) * kTileRowBytes);
  EXPECT_EQ(operands->operations(1), 2.0 * 128 * 256 * 96 * 2 * (2 * 32 + 1));
  bool used[8] = {};
  for (std::size_t i = 0; i < operands->bytes().size(); ++i) {
    if (operands->bytes()[i] != std::byte{0}) used[i / 16 % 8 ^ i / kTileRowBytes % 8] = true;
  }
  for (unsigned piece = 0; piece < 8; ++piece) EXPECT_EQ(used[piece], piece < 6) << piece;
}

// Every sum of the loop is a value of what the hardware keeps: products are multiples of 2^-16, and
// their sums far smaller than 2^8.
TEST(IssueOperands, StandOnTheGrid) {
  const auto operands = make_operands(OperandPlace::registers, request_of(Element::f16, 16));
  const auto* words = reinterpret_cast<const uint16_t*>(operands->bytes().data());
  for (std::size_t i = 0; i < operands->bytes().size() / 2; ++i) {
    const double value = boundary::decode_bits(Element::f16, words[i]);
    ASSERT_EQ(value * 256, std::nearbyint(value * 256));
    ASSERT_LT(std::fabs(value), kOperandLimit);
    ASSERT_NE(value, 0);
  }
}

// What nobody computed is no product.
TEST(IssueOperands, RefuseAccumulatorsOfZeros) {
  for (const OperandPlace place :
       {OperandPlace::registers, OperandPlace::shared_tiles, OperandPlace::tensor_memory}) {
    OperandRequest request = request_of(Element::f16, 16);
    if (place != OperandPlace::registers) {
      request.instruction.m = place == OperandPlace::shared_tiles ? 64 : 128;
      request.instruction.n = 256;
    }
    const auto operands = make_operands(place, request);
    const std::vector<std::byte> zeros(operands->accumulator_bytes());
    boundary::Verification result;
    operands->check(zeros, 0, 1, false, result);
    EXPECT_GT(result.values, 0u);
    EXPECT_GT(result.max_error, error_bound(request.instruction));
  }
}

}  // namespace
}  // namespace tpp::gpu
