#include "kernels/cpu/reference.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/cpu/architecture.h"

namespace tpp::cpu {
namespace {

template <class T>
T load(const void* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void store(T value, void* to) {
  std::memcpy(to, &value, sizeof value);
}

template <class T>
double decode_as(const void* from) {
  return static_cast<double>(load<T>(from));
}

template <class T>
void encode_real(double value, void* to) {
  store(static_cast<T>(value), to);
}

template <class T>
void encode_integer(double value, void* to) {
  const double low = std::numeric_limits<T>::min();
  const double high = std::numeric_limits<T>::max();
  store(static_cast<T>(std::clamp(std::nearbyint(value), low, high)), to);
}

// bfloat16 is the upper half of a float.
void encode_bf16(double value, void* to) {
  const auto single = static_cast<float>(value);
  auto bits = load<uint32_t>(&single);
  if (!std::isnan(single)) bits += 0x7fffu + ((bits >> 16) & 1u);
  store(static_cast<uint16_t>(bits >> 16), to);
}

double decode_bf16(const void* from) {
  const uint32_t bits = uint32_t{load<uint16_t>(from)} << 16;
  return static_cast<double>(load<float>(&bits));
}

// IEEE binary16: 1 sign, 5 exponent (bias 15), 10 fraction bits.
constexpr int kHalfFraction = 10;
constexpr int kHalfBias = 15;

void encode_f16(double value, void* to) {
  const unsigned sign = std::signbit(value) ? 0x8000u : 0u;
  const double size = std::fabs(value);
  unsigned bits = 0;
  if (std::isnan(size)) {
    bits = 0x7e00u;
  } else if (size >= 65520.0) {  // halfway from the largest value to the next power of two
    bits = 0x7c00u;
  } else if (size > 0) {
    const int exponent = std::max(std::ilogb(size), 1 - kHalfBias);
    const auto steps =
        static_cast<unsigned>(std::nearbyint(std::ldexp(size, kHalfFraction - exponent)));
    // Adding, not or-ing: a fraction that rounds up carries into the exponent, and below 1024 steps
    // the value is subnormal.
    bits = (static_cast<unsigned>(exponent + kHalfBias - 1) << kHalfFraction) + steps;
  }
  store(static_cast<uint16_t>(sign | bits), to);
}

double decode_f16(const void* from) {
  const unsigned bits = load<uint16_t>(from);
  const int exponent = static_cast<int>((bits >> kHalfFraction) & 0x1fu);
  const double fraction = bits & 0x3ffu;
  double size = 0;
  if (exponent == 0x1f) {
    size = fraction == 0 ? std::numeric_limits<double>::infinity()
                         : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    size = std::ldexp(fraction, 1 - kHalfBias - kHalfFraction);
  } else {
    size = std::ldexp(1024 + fraction, exponent - kHalfBias - kHalfFraction);
  }
  return (bits & 0x8000u) != 0 ? -size : size;
}

struct Format {
  Element element;
  std::size_t bytes;
  int significand_bits;  // hidden one included; 0 = integer
  void (*encode)(double, void*);
  double (*decode)(const void*);
};
constexpr Format kFormats[] = {
    {Element::f64, 8, 53, encode_real<double>, decode_as<double>},
    {Element::f32, 4, 24, encode_real<float>, decode_as<float>},
    {Element::f16, 2, 11, encode_f16, decode_f16},
    {Element::bf16, 2, 8, encode_bf16, decode_bf16},
    {Element::i8, 1, 0, encode_integer<int8_t>, decode_as<int8_t>},
    {Element::u8, 1, 0, encode_integer<uint8_t>, decode_as<uint8_t>},
    {Element::i32, 4, 0, encode_integer<int32_t>, decode_as<int32_t>},
};

const Format& format_of(Element element) {
  return *std::find_if(std::begin(kFormats), std::end(kFormats),
                       [&](const Format& f) { return f.element == element; });
}

struct Sizes {
  unsigned register_bytes;
  unsigned operand;      // bytes of an element
  unsigned accumulator;  // bytes of an element
};

struct Indices {
  unsigned a;
  unsigned b;
};

// Output o, product k of it: which elements of a and b meet. `depth` and `outputs` as ProductShape.
struct ProductRule {
  Product product;
  unsigned (*outputs)(const Sizes&);
  unsigned (*depth)(const Sizes&);
  Indices (*indices)(const Sizes&, unsigned o, unsigned k);
};

unsigned one_per_accumulator(const Sizes& s) { return s.register_bytes / s.accumulator; }
unsigned packed_in_accumulator(const Sizes& s) { return s.accumulator / s.operand; }

template <unsigned kDepth>
unsigned fixed_depth(const Sizes&) {
  return kDepth;
}

Indices dot_indices(const Sizes& s, unsigned o, unsigned k) {
  const unsigned i = o * packed_in_accumulator(s) + k;
  return {i, i};
}

// Blocks of 2 x kDepth by (2 x kDepth transposed) into 2 x 2, side by side along the register.
template <unsigned kDepth>
Indices block_indices(const Sizes&, unsigned o, unsigned k) {
  const unsigned first = o / 4 * 2 * kDepth;
  const unsigned row = o % 4 / 2;
  const unsigned column = o % 2;
  return {first + row * kDepth + k, first + column * kDepth + k};
}

template <unsigned kDepth>
unsigned block_outputs(const Sizes& s) {
  return s.register_bytes / (2 * kDepth * s.operand) * 4;
}

// AMX: rows of 64 bytes, 16 results in each.
constexpr unsigned kTileRowBytes = 64;
constexpr unsigned kTileColumns = 16;
unsigned tile_outputs(const Sizes& s) { return s.register_bytes / kTileRowBytes * kTileColumns; }
unsigned tile_depth(const Sizes& s) { return kTileRowBytes / s.operand; }
Indices tile_indices(const Sizes& s, unsigned o, unsigned k) {
  const unsigned depth = tile_depth(s);
  const unsigned packed = packed_in_accumulator(s);
  const unsigned row = o / kTileColumns;
  const unsigned column = o % kTileColumns;
  return {row * depth + k, k / packed * depth + column * packed + k % packed};
}

unsigned outer_outputs(const Sizes& s) { return one_per_accumulator(s) * one_per_accumulator(s); }
Indices outer_indices(const Sizes& s, unsigned o, unsigned k) {
  const unsigned side = one_per_accumulator(s);
  const unsigned packed = packed_in_accumulator(s);
  return {o / side * packed + k, o % side * packed + k};
}

constexpr ProductRule kRules[] = {
    {Product::lanewise, one_per_accumulator, packed_in_accumulator, dot_indices},
    {Product::dot2, one_per_accumulator, packed_in_accumulator, dot_indices},
    {Product::dot4, one_per_accumulator, packed_in_accumulator, dot_indices},
    {Product::mmla_2x8x2, block_outputs<8>, fixed_depth<8>, block_indices<8>},
    {Product::mmla_2x4x2, block_outputs<4>, fixed_depth<4>, block_indices<4>},
    {Product::mmla_2x2x2, block_outputs<2>, fixed_depth<2>, block_indices<2>},
    {Product::amx_tile, tile_outputs, tile_depth, tile_indices},
    {Product::sme_outer, outer_outputs, packed_in_accumulator, outer_indices},
};

const ProductRule& rule_of(Product product) {
  return *std::find_if(std::begin(kRules), std::end(kRules),
                       [&](const ProductRule& r) { return r.product == product; });
}

Sizes sizes_of(const IssueKernel& kernel, uint32_t register_bytes) {
  return {register_bytes, static_cast<unsigned>(bytes_of(kernel.a)),
          static_cast<unsigned>(bytes_of(kernel.accumulator))};
}

}  // namespace

std::size_t bytes_of(Element element) { return format_of(element).bytes; }

bool is_integer(Element element) { return format_of(element).significand_bits == 0; }

void encode(Element element, double value, void* to) { format_of(element).encode(value, to); }

double decode(Element element, const void* from) { return format_of(element).decode(from); }

ProductShape shape_of(const IssueKernel& kernel, uint32_t register_bytes) {
  const Sizes sizes = sizes_of(kernel, register_bytes);
  const ProductRule& rule = rule_of(kernel.product);
  return {rule.outputs(sizes), rule.depth(sizes)};
}

double operations_per_instruction(const IssueKernel& kernel, uint32_t register_bytes) {
  const ProductShape shape = shape_of(kernel, register_bytes);
  return 2.0 * shape.outputs * shape.depth;
}

uint32_t register_bytes_of(const IssueKernel& kernel) {
  return kernel.register_bytes != 0 ? kernel.register_bytes : vector_bytes(kernel.needs);
}

uint32_t accumulator_bytes_of(const IssueKernel& kernel, uint32_t register_bytes) {
  if (kernel.accumulator_bytes != 0) return kernel.accumulator_bytes;
  return shape_of(kernel, register_bytes).outputs *
         static_cast<uint32_t>(bytes_of(kernel.accumulator));
}

std::vector<ReferenceValue> reference_product(const IssueKernel& kernel, uint32_t register_bytes,
                                              const void* a, const void* b) {
  const Sizes sizes = sizes_of(kernel, register_bytes);
  const ProductRule& rule = rule_of(kernel.product);
  const Format& a_format = format_of(kernel.a);
  const Format& b_format = format_of(kernel.b);
  const ProductShape shape = shape_of(kernel, register_bytes);
  std::vector<ReferenceValue> result(shape.outputs);
  for (unsigned o = 0; o < shape.outputs; ++o) {
    for (unsigned k = 0; k < shape.depth; ++k) {
      const Indices at = rule.indices(sizes, o, k);
      const long double product =
          static_cast<long double>(
              a_format.decode(static_cast<const char*>(a) + at.a * a_format.bytes)) *
          b_format.decode(static_cast<const char*>(b) + at.b * b_format.bytes);
      result[o].value += product;
      result[o].magnitude += std::fabs(product);
    }
  }
  return result;
}

// With u the unit roundoff of the accumulator's format, p = fl(a*b), S the sum of |a*b|:
//
// One fused product (depth 1). The first step leaves p, |p - a*b| <= u*S. The second leaves
// e = fl(p - a*b), which is the rounding error of a product and so a value of the format itself,
// or, in binary16, off by at most half of its smallest step. The third rounds e + a*b, which lies
// nearer to p than to any other value: p again. Every later pair repeats this, so the loop ends at
// p however long it ran. The operands' magnitudes (issue.cpp) keep p normal. Bound u. Unfused
// (portable C++) both steps round the same a*b, so e = 0: the same bound.
//
// Sums (depth d). An instruction adds d products in an order and with intermediate roundings of the
// hardware's choice, to nearest or (Arm's first BF16 units) to odd: at most d roundings of 2u each,
// so it is off by at most 2du*S. Rounding is monotone, so the residual after a pair is a
// monotone function of the residual before; from zero it therefore moves in one direction to the
// first fixed point and stays. There the roundings of the pair, at most 2d of 2u each, cancel: the
// residual is below 4du*S, and the last product adds 2du*S more. Bound 6du, and a quarter of that
// again for terms in u squared and for the residual's own share in the partial sums.
double error_bound(const IssueKernel& kernel, uint32_t register_bytes) {
  if (is_integer(kernel.accumulator)) return 0;
  const double u = std::ldexp(1.0, -format_of(kernel.accumulator).significand_bits);
  const unsigned depth = shape_of(kernel, register_bytes).depth;
  return depth == 1 ? u : 7.5 * depth * u;
}

}  // namespace tpp::cpu
