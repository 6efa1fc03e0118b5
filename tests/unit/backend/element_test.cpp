#include "kernels/cpp_element.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <initializer_list>
#include <limits>

namespace tpp::boundary {
namespace {

uint16_t half(double value) {
  uint16_t bits = 0;
  encode(Element::f16, value, &bits);
  return bits;
}

uint16_t brain(double value) {
  uint16_t bits = 0;
  encode(Element::bf16, value, &bits);
  return bits;
}

TEST(Encoding, Binary16HasTheBitsOfTheStandard) {
  EXPECT_EQ(half(1.0), 0x3c00);
  EXPECT_EQ(half(-2.0), 0xc000);
  EXPECT_EQ(half(65504.0), 0x7bff);
  EXPECT_EQ(half(65519.9), 0x7bff);
  EXPECT_EQ(half(65520.0), 0x7c00);
  EXPECT_EQ(half(std::ldexp(1.0, -14)), 0x0400);
  EXPECT_EQ(half(std::ldexp(1.0, -24)), 0x0001);
  EXPECT_EQ(half(std::ldexp(1023.0, -24)), 0x03ff);
  EXPECT_EQ(half(-0.0), 0x8000);
}

TEST(Encoding, Binary16RoundsTiesToEvenAndCarriesIntoTheExponent) {
  EXPECT_EQ(half(1.0 + std::ldexp(1.0, -11)), 0x3c00);
  EXPECT_EQ(half(1.0 + 3 * std::ldexp(1.0, -11)), 0x3c02);
  EXPECT_EQ(half(2.0 - std::ldexp(1.0, -12)), 0x4000);
}

TEST(Encoding, EveryFiniteBinary16ValueSurvivesARoundTrip) {
  for (unsigned bits = 0; bits < 0x10000; ++bits) {
    const auto stored = static_cast<uint16_t>(bits);
    const double value = decode(Element::f16, &stored);
    if (!std::isfinite(value)) continue;
    ASSERT_EQ(half(value), stored);
  }
}

TEST(Encoding, Bfloat16IsTheRoundedUpperHalfOfAFloat) {
  EXPECT_EQ(brain(1.0), 0x3f80);
  EXPECT_EQ(brain(1.0 + std::ldexp(1.0, -8)), 0x3f80);
  EXPECT_EQ(brain(1.0 + 3 * std::ldexp(1.0, -8)), 0x3f82);
  EXPECT_EQ(brain(-3.0), 0xc040);
  const uint16_t stored = 0x4049;
  EXPECT_EQ(decode(Element::bf16, &stored), 3.140625);
}

TEST(Encoding, IntegersSaturateAtTheirRange) {
  int8_t small = 0;
  encode(Element::i8, 200, &small);
  EXPECT_EQ(small, 127);
  uint8_t byte = 0;
  encode(Element::u8, -5, &byte);
  EXPECT_EQ(byte, 0);
}

// OCP FP8: e4m3 has no infinity, and one NaN of each sign.
TEST(Encoding, Fp8HasTheBitsOfTheStandard) {
  EXPECT_EQ(encode_bits(Element::e4m3, 1), 0x38u);
  EXPECT_EQ(encode_bits(Element::e4m3, 448), 0x7eu);
  EXPECT_EQ(encode_bits(Element::e4m3, 1e9), 0x7eu);
  EXPECT_EQ(encode_bits(Element::e4m3, -std::ldexp(1, -9)), 0x81u);
  EXPECT_TRUE(std::isnan(decode_bits(Element::e4m3, 0x7f)));
  EXPECT_EQ(decode_bits(Element::e4m3, 0x7e), 448);
  EXPECT_EQ(encode_bits(Element::e5m2, 1), 0x3cu);
  EXPECT_EQ(encode_bits(Element::e5m2, 57344), 0x7bu);
  EXPECT_EQ(encode_bits(Element::e5m2, 1e9), 0x7cu);
  EXPECT_TRUE(std::isinf(decode_bits(Element::e5m2, 0xfc)));
  EXPECT_TRUE(std::isnan(decode_bits(Element::e5m2, 0x7d)));
}

// OCP microscaling formats: all patterns are values.
TEST(Encoding, SmallFormatsSpanTheirRange) {
  EXPECT_EQ(decode_bits(Element::e3m2, 0x1f), 28);
  EXPECT_EQ(decode_bits(Element::e2m3, 0x1f), 7.5);
  EXPECT_EQ(decode_bits(Element::e2m1, 0x7), 6);
  EXPECT_EQ(decode_bits(Element::e2m1, 0x1), 0.5);
  EXPECT_EQ(decode_bits(Element::e2m1, 0xf), -6);
  EXPECT_EQ(encode_bits(Element::e2m1, 100), 0x7u);
  EXPECT_EQ(encode_bits(Element::e2m1, -1.5), 0xbu);
  EXPECT_EQ(encode_bits(Element::e2m1, 2.5), 0x4u);  // a tie, to even: 2
  EXPECT_EQ(decode_bits(Element::i4, 0x8), -8);
  EXPECT_EQ(encode_bits(Element::i4, 9), 0x7u);
  EXPECT_EQ(decode_bits(Element::bit, 1), 1);
}

TEST(Encoding, EveryValueOfASmallFormatSurvivesARoundTrip) {
  for (Element element : {Element::e4m3, Element::e5m2, Element::e3m2, Element::e2m3, Element::e2m1,
                          Element::i8, Element::u8, Element::i4, Element::bit}) {
    for (uint64_t pattern = 0; pattern < uint64_t{1} << bits_of(element); ++pattern) {
      const double value = decode_bits(element, pattern);
      if (!std::isfinite(value)) continue;
      ASSERT_EQ(encode_bits(element, value), pattern) << static_cast<int>(element);
    }
  }
}

// AMD's manual of CDNA 3: exponents are biased by 8 and 16, 0x80 is the one NaN.
TEST(Encoding, Fp8WithoutInfinitiesHasNoNegativeZero) {
  EXPECT_EQ(encode_bits(Element::e4m3_fnuz, 1.0), 0x40u);
  EXPECT_EQ(encode_bits(Element::e5m2_fnuz, 1.0), 0x40u);
  EXPECT_EQ(decode_bits(Element::e4m3_fnuz, 0x7f), 240);
  EXPECT_EQ(decode_bits(Element::e5m2_fnuz, 0x7f), 57344);
  for (const Element element : {Element::e4m3_fnuz, Element::e5m2_fnuz}) {
    EXPECT_EQ(encode_bits(element, -0.0), 0u);
    EXPECT_EQ(encode_bits(element, -1e-9), 0u);
    EXPECT_EQ(encode_bits(element, std::numeric_limits<double>::quiet_NaN()), 0x80u);
    EXPECT_EQ(encode_bits(element, -std::numeric_limits<double>::infinity()), 0xffu);
    EXPECT_TRUE(std::isnan(decode_bits(element, 0x80)));
    for (unsigned bits = 0; bits < 256; ++bits) {
      const double value = decode_bits(element, bits);
      if (std::isnan(value)) continue;
      EXPECT_EQ(encode_bits(element, value), bits);
    }
  }
}

TEST(Encoding, PackedElementsBeginInTheLowestBits) {
  const unsigned char bytes[] = {0x2f, 0x81};
  EXPECT_EQ(decode_packed(Element::e2m1, bytes, 0), -6);
  EXPECT_EQ(decode_packed(Element::e2m1, bytes, 1), 1);
  EXPECT_EQ(decode_packed(Element::e2m1, bytes, 2), 0.5);
  EXPECT_EQ(decode_packed(Element::i8, bytes, 1), -127);
  EXPECT_EQ(decode_packed(Element::bit, bytes, 4), 0);
  EXPECT_EQ(decode_packed(Element::bit, bytes, 15), 1);
  const uint16_t halves[] = {0x3c00, 0xc000};
  EXPECT_EQ(decode_packed(Element::f16, halves, 1), -2);
}

TEST(Encoding, Tf32KeepsTenBitsOfFraction) {
  EXPECT_EQ(encode_bits(Element::tf32, 1), 0x3f800000u);
  EXPECT_EQ(encode_bits(Element::tf32, 1 + std::ldexp(1, -11)), 0x3f800000u);
  EXPECT_EQ(encode_bits(Element::tf32, 1 + 3 * std::ldexp(1, -11)), 0x3f804000u);
  EXPECT_EQ(decode_bits(Element::tf32, 0x3f802000u), 1 + std::ldexp(1, -10));
}

}  // namespace
}  // namespace tpp::boundary
