#include "kernels/cpu/reference.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "kernels/cpu/architecture.h"

namespace tpp::cpu {
namespace {

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
  const ProductShape shape = shape_of(kernel, register_bytes);
  std::vector<ReferenceValue> result(shape.outputs);
  for (unsigned o = 0; o < shape.outputs; ++o) {
    for (unsigned k = 0; k < shape.depth; ++k) {
      const Indices at = rule.indices(sizes, o, k);
      const long double product =
          static_cast<long double>(
              decode(kernel.a, static_cast<const char*>(a) + at.a * bytes_of(kernel.a))) *
          decode(kernel.b, static_cast<const char*>(b) + at.b * bytes_of(kernel.b));
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
  const double u = std::ldexp(1.0, -significand_bits(kernel.accumulator));
  const unsigned depth = shape_of(kernel, register_bytes).depth;
  return depth == 1 ? u : 7.5 * depth * u;
}

}  // namespace tpp::cpu
