#include "kernels/cpp_element.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>

namespace tpp::boundary {
namespace {

// What the largest exponent field means.
enum class Top : uint8_t {
  infinities,  // infinity and NaN, as in IEEE 754
  one_nan,     // values, but for a NaN of all ones
  values,
  no_negative_zero,  // values; where negative zero would be stands the NaN
};

// A small binary floating-point format: sign, exponent, fraction, from the highest bit held.
struct FloatFormat {
  unsigned exponent_bits, fraction_bits;
  int bias;
  Top top;
};

struct Format {
  Element element;
  unsigned bits;
  int significand_bits;  // 0 = integer
  FloatFormat small;     // exponent_bits 0: not one of these
  double low, high;      // of integers
};

constexpr FloatFormat kNone{0, 0, 0, Top::values};
constexpr Format kFormats[] = {
    {Element::f64, 64, 53, kNone, 0, 0},
    {Element::f32, 32, 24, kNone, 0, 0},
    {Element::tf32, 32, 11, kNone, 0, 0},
    {Element::f16, 16, 11, {5, 10, 15, Top::infinities}, 0, 0},
    {Element::bf16, 16, 8, {8, 7, 127, Top::infinities}, 0, 0},
    {Element::e4m3, 8, 4, {4, 3, 7, Top::one_nan}, 0, 0},
    {Element::e5m2, 8, 3, {5, 2, 15, Top::infinities}, 0, 0},
    {Element::e4m3_fnuz, 8, 4, {4, 3, 8, Top::no_negative_zero}, 0, 0},
    {Element::e5m2_fnuz, 8, 3, {5, 2, 16, Top::no_negative_zero}, 0, 0},
    {Element::e3m2, 6, 3, {3, 2, 3, Top::values}, 0, 0},
    {Element::e2m3, 6, 4, {2, 3, 1, Top::values}, 0, 0},
    {Element::e2m1, 4, 2, {2, 1, 1, Top::values}, 0, 0},
    {Element::i32, 32, 0, kNone, std::numeric_limits<int32_t>::min(),
     std::numeric_limits<int32_t>::max()},
    {Element::i8, 8, 0, kNone, -128, 127},
    {Element::u8, 8, 0, kNone, 0, 255},
    {Element::i4, 4, 0, kNone, -8, 7},
    {Element::bit, 1, 0, kNone, 0, 1},
};

constexpr bool in_order() {
  for (std::size_t i = 0; i < std::size(kFormats); ++i) {
    if (kFormats[i].element != static_cast<Element>(i)) return false;
  }
  return true;
}
static_assert(in_order(), "a row an element, in the order of the enum");

const Format& format_of(Element element) { return kFormats[static_cast<std::size_t>(element)]; }

uint64_t low_bits(unsigned count) { return (uint64_t{1} << count) - 1; }

// The largest finite magnitude as a pattern without its sign.
uint64_t largest(const FloatFormat& f) {
  const uint64_t all = low_bits(f.exponent_bits + f.fraction_bits);
  if (f.top == Top::infinities) return all - low_bits(f.fraction_bits) - 1;
  return f.top == Top::one_nan ? all - 1 : all;
}

// Infinity, or the NaN that stands where there is none; the largest value where there is neither.
uint64_t beyond(const FloatFormat& f, bool is_nan) {
  const uint64_t all = low_bits(f.exponent_bits + f.fraction_bits);
  if (f.top == Top::infinities) {
    const uint64_t infinity = all - low_bits(f.fraction_bits);
    return is_nan ? infinity | uint64_t{1} << (f.fraction_bits - 1) : infinity;
  }
  return f.top == Top::one_nan && is_nan ? all : largest(f);
}

uint64_t encode_small(const FloatFormat& f, double value) {
  const unsigned magnitude_bits = f.exponent_bits + f.fraction_bits;
  const uint64_t sign = std::signbit(value) ? uint64_t{1} << magnitude_bits : 0;
  const double size = std::fabs(value);
  const bool unsigned_zero = f.top == Top::no_negative_zero;
  if (unsigned_zero && std::isnan(size)) return uint64_t{1} << magnitude_bits;
  if (std::isnan(size) || std::isinf(size)) return sign | beyond(f, std::isnan(size));
  if (size == 0) return unsigned_zero ? 0 : sign;
  const auto fraction = static_cast<int>(f.fraction_bits);
  const int exponent = std::max(std::ilogb(size), 1 - f.bias);
  const auto steps = static_cast<uint64_t>(std::nearbyint(std::ldexp(size, fraction - exponent)));
  // Adding, not or-ing: a fraction that rounds up carries into the exponent, and what is below one
  // whole is subnormal.
  const uint64_t pattern =
      (static_cast<uint64_t>(exponent + f.bias - 1) << f.fraction_bits) + steps;
  if (unsigned_zero && pattern == 0) return 0;
  return sign | (pattern > largest(f) ? beyond(f, false) : pattern);
}

double decode_small(const FloatFormat& f, uint64_t pattern) {
  const unsigned magnitude_bits = f.exponent_bits + f.fraction_bits;
  const uint64_t magnitude = pattern & low_bits(magnitude_bits);
  const double sign = (pattern >> magnitude_bits & 1) != 0 ? -1 : 1;
  if (f.top == Top::no_negative_zero && sign < 0 && magnitude == 0) {
    return std::numeric_limits<double>::quiet_NaN();
  }
  const uint64_t fraction = magnitude & low_bits(f.fraction_bits);
  if (magnitude > largest(f)) {
    const bool infinite = f.top == Top::infinities && fraction == 0;
    return infinite ? sign * std::numeric_limits<double>::infinity()
                    : std::numeric_limits<double>::quiet_NaN();
  }
  const auto field = static_cast<int>(magnitude >> f.fraction_bits);
  const int exponent = std::max(field, 1) - f.bias - static_cast<int>(f.fraction_bits);
  const uint64_t whole = field == 0 ? 0 : uint64_t{1} << f.fraction_bits;
  return sign * std::ldexp(static_cast<double>(fraction + whole), exponent);
}

// The upper 19 bits of a float, rounded to nearest even; the rest 0.
uint32_t encode_tf32(double value) {
  const auto bits = std::bit_cast<uint32_t>(static_cast<float>(value));
  if (std::isnan(value)) return bits;
  constexpr uint32_t kDropped = 13;
  const uint32_t rounded = bits + (1u << (kDropped - 1)) - 1 + (bits >> kDropped & 1u);
  return rounded >> kDropped << kDropped;
}

int64_t sign_extended(uint64_t pattern, const Format& format) {
  const uint64_t value = pattern & low_bits(format.bits);
  const bool negative = format.low < 0 && (value >> (format.bits - 1) & 1) != 0;
  return static_cast<int64_t>(value) -
         (negative ? static_cast<int64_t>(uint64_t{1} << format.bits) : 0);
}

}  // namespace

unsigned bits_of(Element element) { return format_of(element).bits; }

bool is_integer(Element element) { return significand_bits(element) == 0; }

int significand_bits(Element element) { return format_of(element).significand_bits; }

uint64_t encode_bits(Element element, double value) {
  const Format& format = format_of(element);
  if (format.small.exponent_bits != 0) return encode_small(format.small, value);
  if (element == Element::f64) return std::bit_cast<uint64_t>(value);
  if (element == Element::f32) return std::bit_cast<uint32_t>(static_cast<float>(value));
  if (element == Element::tf32) return encode_tf32(value);
  const double whole = std::clamp(std::nearbyint(value), format.low, format.high);
  return static_cast<uint64_t>(static_cast<int64_t>(whole)) & low_bits(format.bits);
}

double decode_bits(Element element, uint64_t pattern) {
  const Format& format = format_of(element);
  if (format.small.exponent_bits != 0) return decode_small(format.small, pattern);
  if (element == Element::f64) return std::bit_cast<double>(pattern);
  if (format.significand_bits != 0) {
    return static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(pattern)));
  }
  return static_cast<double>(sign_extended(pattern, format));
}

std::size_t bytes_of(Element element) { return bits_of(element) / 8; }

double decode_packed(Element element, const void* from, std::size_t index) {
  const unsigned bits = bits_of(element);
  const auto* bytes = static_cast<const unsigned char*>(from);
  if (bits >= 8) return decode(element, bytes + index * (bits / 8));
  const std::size_t in_byte = 8 / bits;
  return decode_bits(element, bytes[index / in_byte] >> (index % in_byte * bits) & low_bits(bits));
}

// Both sides of the boundary are little-endian.
static_assert(std::endian::native == std::endian::little);

void encode(Element element, double value, void* to) {
  const uint64_t pattern = encode_bits(element, value);
  std::memcpy(to, &pattern, bytes_of(element));
}

double decode(Element element, const void* from) {
  uint64_t pattern = 0;
  std::memcpy(&pattern, from, bytes_of(element));
  return decode_bits(element, pattern);
}

}  // namespace tpp::boundary
