// Number formats of operands and accumulators: bit patterns and the values that they stand for.
// Pure; thread-safe.
#ifndef TPP_KERNELS_CPP_ELEMENT_H
#define TPP_KERNELS_CPP_ELEMENT_H

#include <cstddef>
#include <cstdint>

namespace tpp::boundary {

enum class Element : uint8_t {
  f64,
  f32,
  tf32,  // held in 32 bits, of which 19 count
  f16,
  bf16,
  e4m3,  // no infinity; a NaN of each sign (OCP FP8)
  e5m2,
  e4m3_fnuz,  // neither infinity nor negative zero, one NaN, biased by one more (AMD CDNA 3)
  e5m2_fnuz,
  e3m2,  // neither infinity nor NaN (OCP microscaling formats), as the two below
  e2m3,
  e2m1,
  i32,
  i8,
  u8,
  i4,
  bit,
};

// Of the held pattern: 64, 32, 16, 8, 6, 4 or 1.
unsigned bits_of(Element element);
bool is_integer(Element element);
// Hidden one included; 0 for integers.
int significand_bits(Element element);

// The pattern nearest to `value`, ties to even, in the low bits. What lies beyond the largest value
// becomes infinity where the format has one, else the largest; integers saturate.
uint64_t encode_bits(Element element, double value);
double decode_bits(Element element, uint64_t pattern);

// Element `index` of those that lie one after another from an address on, from the lowest bits of
// each byte. Formats of 8, 4 or 1 bits and of whole bytes.
double decode_packed(Element element, const void* from, std::size_t index);

// Whole bytes: the held pattern at an address. Formats of 8 bits and more.
std::size_t bytes_of(Element element);
void encode(Element element, double value, void* to);
double decode(Element element, const void* from);

}  // namespace tpp::boundary

#endif
