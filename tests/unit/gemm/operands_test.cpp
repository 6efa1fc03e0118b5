#include "kernels/cpu/gemm/operands.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <vector>

#include "kernels/cpu/device.h"
#include "kernels/cpu/gemm/product_check.h"

namespace tpp::cpu {
namespace {

constexpr GemmFormat kFp64 = {"fp64", Element::f64, Element::f64, Element::f64};
constexpr GemmFormat kFp32 = {"fp32", Element::f32, Element::f32, Element::f32};
constexpr GemmFormat kBf16 = {"bf16", Element::bf16, Element::bf16, Element::f32};
constexpr GemmFormat kBf16Rounded = {"bf16", Element::bf16, Element::bf16, Element::bf16};
constexpr GemmFormat kInt8 = {"int8", Element::u8, Element::i8, Element::i32};
constexpr GemmFormat kFormats[] = {kFp64, kFp32, kBf16, kBf16Rounded, kInt8};
constexpr GemmShape kShape = {6, 9, 50};

// Element number `index` of a matrix.
const std::byte* at(const void* matrix, Element element, int index) {
  return static_cast<const std::byte*>(matrix) +
         bytes_of(element) * static_cast<std::size_t>(index);
}
std::byte* at(void* matrix, Element element, int index) {
  return static_cast<std::byte*>(matrix) + bytes_of(element) * static_cast<std::size_t>(index);
}

class GemmOperands : public testing::Test {
 protected:
  // C = A x B in double, row by row. fp64's own rounding stays far below its bound.
  static void multiply(Operands& operands) {
    const GemmFormat& f = operands.format();
    const GemmShape& s = operands.shape();
    for (int m = 0; m < s.rows_per_core * operands.cores(); ++m) {
      for (int n = 0; n < s.columns; ++n) {
        double sum = 0;
        for (int k = 0; k < s.depth; ++k) {
          sum += decode(f.a, at(operands.a_block(0), f.a, m * s.depth + k)) *
                 decode(f.b, at(operands.b(), f.b, k * s.columns + n));
        }
        encode(f.c, sum, at(operands.c_block(0), f.c, m * s.columns + n));
      }
    }
  }
  Team team_{allowed_cpus()};
};

TEST_F(GemmOperands, PassACorrectProductOfEveryFormat) {
  for (const GemmFormat& format : kFormats) {
    Operands operands(format, kShape, team_, {.seed = 3});
    multiply(operands);
    const Verification v = check_product(operands, team_, 1, false);
    EXPECT_LE(v.max_error, v.error_bound) << format.subject;
    EXPECT_EQ(v.values, 4u * 9u) << format.subject;
  }
}

TEST_F(GemmOperands, FailADamagedProductOfEveryFormatAndRepairIt) {
  for (const GemmFormat& format : kFormats) {
    Operands operands(format, kShape, team_, {.seed = 3});
    multiply(operands);
    const Verification damaged = check_product(operands, team_, 1, true);
    EXPECT_GT(damaged.max_error, damaged.error_bound) << format.subject;
    const Verification repaired = check_product(operands, team_, 1, false);
    EXPECT_LE(repaired.max_error, repaired.error_bound) << format.subject;
  }
}

TEST_F(GemmOperands, FailADamagedProductOfZeros) {
  for (const GemmFormat& format : kFormats) {
    Operands operands(format, kShape, team_, {.zeros = true});
    multiply(operands);
    EXPECT_EQ(check_product(operands, team_, 1, false).max_error, 0) << format.subject;
    EXPECT_GT(check_product(operands, team_, 1, true).max_error, 0) << format.subject;
  }
}

// One of 2048 products left out, as a kernel that stops one step short would.
TEST_F(GemmOperands, FailASumThatLacksOneProduct) {
  constexpr GemmShape kDeep = {1, 4, 2048};
  Operands operands(kFp32, kDeep, team_, {.seed = 5});
  multiply(operands);
  for (int m = 0; m < operands.cores(); ++m) {
    for (int n = 0; n < kDeep.columns; ++n) {
      // The largest of a row: the smallest of 2048 random products is lost in any rounding.
      double largest = 0;
      for (int k = 0; k < kDeep.depth; ++k) {
        const double product = decode(kFp32.a, at(operands.a_block(m), kFp32.a, k)) *
                               decode(kFp32.b, at(operands.b(), kFp32.b, k * kDeep.columns + n));
        if (std::fabs(product) > std::fabs(largest)) largest = product;
      }
      std::byte* c = at(operands.c_block(m), kFp32.c, n);
      encode(kFp32.c, decode(kFp32.c, c) - largest, c);
    }
  }
  const Verification v = check_product(operands, team_, 1, false);
  EXPECT_GT(v.max_error, v.error_bound);
}

TEST_F(GemmOperands, FailAProductThatWasNeverWritten) {
  for (const GemmFormat& format : kFormats) {
    Operands operands(format, kShape, team_, {.seed = 3});
    const Verification v = check_product(operands, team_, 1, false);
    EXPECT_GT(v.max_error, v.error_bound) << format.subject;
  }
}

TEST_F(GemmOperands, FailAnOlderProductAfterSpoiling) {
  for (const GemmFormat& format : kFormats) {
    Operands operands(format, kShape, team_, {.seed = 3});
    multiply(operands);
    operands.spoil(team_, 1);
    const Verification v = check_product(operands, team_, 1, false);
    EXPECT_GT(v.max_error, v.error_bound) << format.subject;
  }
}

TEST_F(GemmOperands, DependOnTheSeedAlone) {
  const auto content = [&](uint64_t seed) {
    Operands operands(kFp32, kShape, team_, {.seed = seed});
    std::vector<float> values(50 * 9);
    std::memcpy(values.data(), operands.b(), values.size() * sizeof(float));
    return values;
  };
  EXPECT_EQ(content(1), content(1));
  EXPECT_NE(content(1), content(2));
}

TEST_F(GemmOperands, AreStandardNormal) {
  constexpr GemmShape kLarge = {64, 1024, 1024};
  Operands operands(kFp32, kLarge, team_, {.seed = 9});
  double sum = 0;
  double squares = 0;
  constexpr int kCount = 1024 * 1024;
  for (int i = 0; i < kCount; ++i) {
    const double value = decode(Element::f32, at(operands.b(), Element::f32, i));
    sum += value;
    squares += value * value;
  }
  EXPECT_NEAR(sum / kCount, 0, 0.02);
  EXPECT_NEAR(squares / kCount, 1, 0.03);
}

// Two products of neighbours must fit 16 bits, or a CPU without VNNI saturates.
TEST_F(GemmOperands, KeepPairsOfByteProductsWithin16Bits) {
  constexpr GemmShape kLarge = {256, 256, 512};
  Operands operands(kInt8, kLarge, team_, {.seed = 9});
  double largest_a = 0;
  double largest_b = 0;
  for (int i = 0; i < 256 * 512; ++i) {
    largest_a = std::max(largest_a, decode(kInt8.a, at(operands.a_block(0), kInt8.a, i)));
    largest_b = std::max(largest_b, std::fabs(decode(kInt8.b, at(operands.b(), kInt8.b, i))));
  }
  EXPECT_GT(largest_a * largest_b, 8000) << "the values hardly use their bits";
  EXPECT_LE(2 * largest_a * largest_b, 32767);
}

TEST_F(GemmOperands, AreRefusedBeyondTheMemoryLimit) {
  try {
    Operands operands(kFp64, {1024, 1024, 1024}, team_, {.memory_limit_bytes = 1 << 20});
    FAIL() << "taken all the same";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_OUT_OF_MEMORY);
    EXPECT_NE(std::string(failure.what()).find("1048576"), std::string::npos) << failure.what();
  }
}

TEST(GemmErrorBound, IsZeroForIntegersAndGrowsWithTheDepth) {
  EXPECT_EQ(gemm_error_bound(kInt8, 4096), 0);
  EXPECT_DOUBLE_EQ(gemm_error_bound(kFp32, 1 << 12), 0x1p-12 / (1 - 0x1p-12));
  EXPECT_LT(gemm_error_bound(kFp64, 512), gemm_error_bound(kFp64, 513));
  EXPECT_GT(gemm_error_bound(kBf16Rounded, 512), gemm_error_bound(kBf16, 512) + 0x1p-8);
  EXPECT_LT(gemm_error_bound(kFp64, 512), gemm_error_bound(kFp32, 512));
}

}  // namespace
}  // namespace tpp::cpu
