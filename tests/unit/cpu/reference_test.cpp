#include "kernels/cpu/reference.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

namespace tpp::cpu {
namespace {

IssueKernel kernel_with(Product product, Element a, Element b, Element accumulator) {
  return {"mma", "x", "", "x", Feature::portable, a, b, accumulator, product, 2, 0, 0, 0, nullptr};
}

// Operands that count upwards, so that a wrong index gives a wrong sum.
std::vector<int8_t> counting(std::size_t count, int first) {
  std::vector<int8_t> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<int8_t>((first + static_cast<int>(i) * 7) % 101 - 50);
  }
  return values;
}

TEST(Reference, AmxTileMultipliesByTheInterleavedB) {
  const auto kernel = kernel_with(Product::amx_tile, Element::i8, Element::i8, Element::i32);
  const auto a = counting(1024, 3);
  const auto b = counting(1024, 11);
  const auto result = reference_product(kernel, 1024, a.data(), b.data());
  ASSERT_EQ(result.size(), 256u);
  // Intel SDM, TDPBSSD: byte k of row m of A meets byte k % 4 of dword n of row k / 4 of B.
  for (unsigned m = 0; m < 16; ++m) {
    for (unsigned n = 0; n < 16; ++n) {
      int sum = 0;
      for (unsigned k = 0; k < 64; ++k) sum += a[m * 64 + k] * b[k / 4 * 64 + n * 4 + k % 4];
      EXPECT_EQ(result[m * 16 + n].value, sum) << m << ", " << n;
    }
  }
}

TEST(Reference, SmmlaMultipliesTwoRowsByTwoRowsInEach128Bits) {
  const auto kernel = kernel_with(Product::mmla_2x8x2, Element::i8, Element::i8, Element::i32);
  const auto a = counting(32, 5);
  const auto b = counting(32, 29);
  const auto result = reference_product(kernel, 32, a.data(), b.data());
  ASSERT_EQ(result.size(), 8u);
  for (unsigned block = 0; block < 2; ++block) {
    for (unsigned o = 0; o < 4; ++o) {
      int sum = 0;
      for (unsigned k = 0; k < 8; ++k) {
        sum += a[block * 16 + o / 2 * 8 + k] * b[block * 16 + o % 2 * 8 + k];
      }
      EXPECT_EQ(result[block * 4 + o].value, sum);
    }
  }
}

TEST(Reference, SmeOuterProductTakesEachRowOfAWithEachRowOfB) {
  const auto kernel = kernel_with(Product::sme_outer, Element::i8, Element::i8, Element::i32);
  const auto a = counting(16, 1);
  const auto b = counting(16, 40);
  const auto result = reference_product(kernel, 16, a.data(), b.data());
  ASSERT_EQ(result.size(), 16u);
  for (unsigned m = 0; m < 4; ++m) {
    for (unsigned n = 0; n < 4; ++n) {
      int sum = 0;
      for (unsigned k = 0; k < 4; ++k) sum += a[m * 4 + k] * b[n * 4 + k];
      EXPECT_EQ(result[m * 4 + n].value, sum);
    }
  }
}

TEST(Reference, MagnitudeSumsWithoutCancelling) {
  const auto brain = [](double value) {
    return static_cast<uint16_t>(encode_bits(Element::bf16, value));
  };
  const auto kernel = kernel_with(Product::dot2, Element::bf16, Element::bf16, Element::f32);
  const std::array<uint16_t, 2> a{brain(3), brain(-3)};
  const std::array<uint16_t, 2> b{brain(2), brain(2)};
  const auto result = reference_product(kernel, 4, a.data(), b.data());
  ASSERT_EQ(result.size(), 1u);
  EXPECT_EQ(result[0].value, 0);
  EXPECT_EQ(result[0].magnitude, 12);
}

TEST(Operations, CountTwoForEachProductOfEachOutput) {
  struct Row {
    Product product;
    Element operand;
    Element accumulator;
    uint32_t bytes;
    double operations;
  };
  const Row rows[] = {
      {Product::lanewise, Element::f64, Element::f64, 64, 16},
      {Product::lanewise, Element::f32, Element::f32, 32, 16},
      {Product::lanewise, Element::f16, Element::f16, 64, 64},
      {Product::dot2, Element::bf16, Element::f32, 64, 64},
      {Product::dot4, Element::i8, Element::i32, 64, 128},
      {Product::amx_tile, Element::i8, Element::i32, 1024, 32768},
      {Product::amx_tile, Element::bf16, Element::f32, 1024, 16384},
      {Product::mmla_2x8x2, Element::i8, Element::i32, 16, 64},
      {Product::mmla_2x4x2, Element::bf16, Element::f32, 16, 32},
      {Product::mmla_2x2x2, Element::f64, Element::f64, 32, 16},
      {Product::sme_outer, Element::f32, Element::f32, 64, 512},
      {Product::sme_outer, Element::bf16, Element::f32, 64, 1024},
      {Product::sme_outer, Element::i8, Element::i32, 64, 2048},
  };
  for (const Row& row : rows) {
    const auto kernel = kernel_with(row.product, row.operand, row.operand, row.accumulator);
    EXPECT_EQ(operations_per_instruction(kernel, row.bytes), row.operations)
        << static_cast<int>(row.product) << " of " << row.bytes << " bytes";
  }
}

TEST(ErrorBound, IsZeroForIntegersAndOneRoundingForASingleFusedProduct) {
  EXPECT_EQ(error_bound(kernel_with(Product::dot4, Element::i8, Element::u8, Element::i32), 64), 0);
  EXPECT_EQ(
      error_bound(kernel_with(Product::lanewise, Element::f32, Element::f32, Element::f32), 64),
      std::ldexp(1.0, -24));
}

}  // namespace
}  // namespace tpp::cpu
