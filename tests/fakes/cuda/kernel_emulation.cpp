#include "tests/fakes/cuda/kernel_emulation.h"

#include <cstring>
#include <map>
#include <vector>

#include "kernels/cuda/rows.h"
#include "tests/fakes/stream_emulation.h"

namespace fake_cuda {
namespace {

using fakes::argument;
using tpp::boundary::decode_bits;
using tpp::boundary::encode_bits;
using tpp::gpu::Element;
using tpp::gpu::IssueRow;
using tpp::gpu::kChains;
using tpp::gpu::MatrixInstruction;
using tpp::gpu::OperandPlace;
using tpp::gpu::Product;

constexpr unsigned kWarp = 32;

const IssueRow* row_named(const std::string& name) {
  for (const auto& family : tpp::cuda::row_families()) {
    for (const IssueRow& row : family.rows) {
      if (name == row.entry) return &row;
    }
  }
  return nullptr;
}

// Bits [first, first + count) of memory, the lowest first.
uint64_t bits_at(const unsigned char* memory, uint64_t first, unsigned count) {
  uint64_t value = 0;
  for (unsigned i = 0; i < count; ++i) {
    const uint64_t bit = first + i;
    value |= uint64_t{(memory[bit / 8] >> (bit % 8)) & 1u} << i;
  }
  return value;
}

using Table = std::vector<std::vector<double>>;  // [row][column]

Table table(unsigned rows, unsigned columns) { return Table(rows, std::vector<double>(columns)); }

double term(Product product, double a, double b) {
  return product == Product::xor_popc ? (a != b ? 1 : 0) : a * b;
}

// What is left after the loop, of a0, a1 and b: reals come back to a0 * b, counts add up.
double left_over(Product product, double first, double second, uint64_t pairs) {
  if (product != Product::and_popc && product != Product::xor_popc) return first;
  const auto count =
      static_cast<uint64_t>(first) * (pairs + 1) + static_cast<uint64_t>(second) * pairs;
  return static_cast<double>(static_cast<int32_t>(static_cast<uint32_t>(count)));
}

// Sum over k of a[m][k] b[k][n].
Table product_of(Product product, const Table& a, const Table& b) {
  Table sum = table(static_cast<unsigned>(a.size()), static_cast<unsigned>(b[0].size()));
  for (std::size_t m = 0; m < a.size(); ++m) {
    for (std::size_t k = 0; k < b.size(); ++k) {
      for (std::size_t n = 0; n < b[k].size(); ++n) {
        sum[m][n] += term(product, a[m][k], b[k][n]);
      }
    }
  }
  return sum;
}

void store(unsigned char* at, Element element, double value) {
  const uint64_t pattern = encode_bits(element, value);
  std::memcpy(at, &pattern, tpp::boundary::bytes_of(element));
}

// "Matrix fragments for mma": a lane's group is lane / 4, its place in it lane % 4. A register of A
// or B holds as many neighbours along k as fit; the four lanes of a group stand side by side; rows
// further down (A) come before steps further along k.
//
// `.kind::f8f6f4` and `.kind::mxf8f6f4` take a byte for each element: 6 bits in its low ones, 4 in
// its middle.
unsigned held_bits(const IssueRow& row) {
  const bool in_bytes = std::string(row.instruction).find("f8f6f4") != std::string::npos;
  return in_bytes ? 8 : bits_of(row.shape.operand);
}

class Fragments {
 public:
  Fragments(const IssueRow& row, const unsigned char* memory)
      : one_(row.shape), bits_(held_bits(row)), memory_(memory) {}

  Table read_a() {
    Table a = table(one_.m, one_.k);
    const unsigned in_register = bits_ >= 32 ? 1 : 32 / bits_;
    for (unsigned step = 0; step * 4 * in_register < one_.k; ++step) {
      for (unsigned half = 0; half * 8 < one_.m; ++half) {
        for (unsigned lane = 0; lane < kWarp; ++lane) {
          for (unsigned i = 0; i < in_register; ++i) {
            const unsigned k = step * 4 * in_register + lane % 4 * in_register + i;
            a[half * 8 + lane / 4][k] = next();
          }
        }
      }
    }
    return a;
  }

  Table read_b() {
    Table b = table(one_.k, one_.n);
    const unsigned in_register = bits_ >= 32 ? 1 : 32 / bits_;
    for (unsigned step = 0; step * 4 * in_register < one_.k; ++step) {
      for (unsigned lane = 0; lane < kWarp; ++lane) {
        for (unsigned i = 0; i < in_register; ++i) {
          b[step * 4 * in_register + lane % 4 * in_register + i][lane / 4] = next();
        }
      }
    }
    return b;
  }

  // One row an element: of vector units each lane has its own.
  std::vector<double> read_lanes() {
    std::vector<double> lanes;
    for (unsigned i = 0; i < one_.m; ++i) lanes.push_back(next());
    return lanes;
  }

 private:
  double next() {
    const unsigned bits = bits_of(one_.operand);
    const unsigned above = bits_ == 8 && bits == 4 ? 2 : 0;
    const double value = decode_bits(one_.operand, bits_at(memory_, at_ + above, bits));
    at_ += bits_;
    return value;
  }

  const MatrixInstruction& one_;
  unsigned bits_;
  const unsigned char* memory_;
  uint64_t at_ = 0;
};

// "c0, c1: row lane / 4, columns lane % 4 * 2 and the next; c2, c3: eight rows below."
void store_fragment(const MatrixInstruction& one, const Table& c, unsigned char*& to) {
  const bool halves = one.accumulator == Element::f16;
  const auto bytes = static_cast<unsigned>(tpp::boundary::bytes_of(one.accumulator));
  const unsigned columns_together = halves ? 2 : 1;
  for (unsigned half = 0; half * 8 < one.m; ++half) {
    for (unsigned pair = 0; pair < 2; pair += columns_together) {
      for (unsigned lane = 0; lane < kWarp; ++lane) {
        for (unsigned i = 0; i < columns_together; ++i) {
          store(to, one.accumulator, c[half * 8 + lane / 4][lane % 4 * 2 + pair + i]);
          to += bytes;
        }
      }
    }
  }
}

struct SetProducts {
  Table of_b[2];
};

SetProducts products_of_set(const IssueRow& row, const Launch& launch, uint32_t set) {
  const MatrixInstruction& one = row.shape;
  const unsigned bits = held_bits(row);
  const bool lanewise = one.product == Product::lanewise;
  const unsigned bytes_a = one.m * one.k * bits / 8;
  const unsigned bytes_b = lanewise ? bytes_a : one.k * one.n * bits / 8;
  const unsigned char* at = launch.operands + uint64_t{set} * 2 * (bytes_a + bytes_b);
  const uint64_t pairs = uint64_t{launch.iterations} * row.unroll;
  SetProducts products;
  for (unsigned which = 0; which < 2; ++which) {
    const unsigned char* b_at = at + 2 * bytes_a + which * bytes_b;
    if (lanewise) {
      const auto a = Fragments(row, at).read_lanes();
      const auto b = Fragments(row, b_at).read_lanes();
      products.of_b[which] = table(one.m, 1);
      for (unsigned i = 0; i < one.m; ++i) products.of_b[which][i][0] = a[i] * b[i];
      continue;
    }
    const Table b = Fragments(row, b_at).read_b();
    Table first = product_of(one.product, Fragments(row, at).read_a(), b);
    const Table second = product_of(one.product, Fragments(row, at + bytes_a).read_a(), b);
    for (unsigned m = 0; m < one.m; ++m) {
      for (unsigned n = 0; n < one.n; ++n) {
        first[m][n] = left_over(one.product, first[m][n], second[m][n], pairs);
      }
    }
    products.of_b[which] = std::move(first);
  }
  return products;
}

void emulate_registers(const IssueRow& row, const Launch& launch) {
  const MatrixInstruction& one = row.shape;
  std::vector<SetProducts> sets;
  for (uint32_t i = 0; i < launch.sets; ++i) sets.push_back(products_of_set(row, launch, i));
  unsigned char* to = launch.accumulators;
  for (unsigned warp = 0; warp < launch.blocks * launch.threads / kWarp; ++warp) {
    const SetProducts& set = sets[warp % launch.sets];
    for (unsigned chain = 0; chain < kChains; ++chain) {
      const Table& c = set.of_b[chain % 2];
      if (one.product != Product::lanewise) {
        store_fragment(one, c, to);
        continue;
      }
      for (unsigned i = 0; i < one.m; ++i) {
        store(to, one.accumulator, c[i][0]);
        to += tpp::boundary::bytes_of(one.accumulator);
      }
    }
  }
}

// A tile of rows of 128 bytes along k, as many whole instructions' as there is room for, the
// 16-byte pieces of each eight rows swizzled: bits 4 to 6 of an address are those of the place XOR
// bits 7 to 9. Formats of 6 and 4 bits of `f8f6f4` instructions are packed sixteen at a time, each
// such group at a boundary of 16 bytes.
Table read_tile(const IssueRow& row, const unsigned char* tile, unsigned rows) {
  const unsigned bits = bits_of(row.shape.operand);
  const unsigned depth = 128 * 8 / (row.shape.k * held_bits(row)) * row.shape.k;
  const bool in_groups = held_bits(row) > bits;
  Table values = table(rows, depth);
  for (unsigned r = 0; r < rows; ++r) {
    for (unsigned k = 0; k < depth; ++k) {
      const unsigned bit = in_groups ? k / 16 * 128 + k % 16 * bits : k * bits;
      uint64_t value = 0;
      for (unsigned i = 0; i < bits; ++i) {
        const unsigned place = r * 128 + (bit + i) / 8;
        const unsigned address = place ^ (place >> 7 & 7u) << 4;
        value |= bits_at(tile, uint64_t{address} * 8 + (bit + i) % 8, 1) << i;
      }
      values[r][k] = decode_bits(row.shape.operand, value);
    }
  }
  return values;
}

Table transposed(const Table& of) {
  Table made = table(static_cast<unsigned>(of[0].size()), static_cast<unsigned>(of.size()));
  for (std::size_t i = 0; i < of.size(); ++i) {
    for (std::size_t j = 0; j < of[i].size(); ++j) made[j][i] = of[i][j];
  }
  return made;
}

Table tile_products(const IssueRow& row, const Launch& launch) {
  const MatrixInstruction& one = row.shape;
  const unsigned bytes_a = one.m * 128;
  const Table b = transposed(read_tile(row, launch.operands + 2 * bytes_a, one.n));
  Table c = product_of(one.product, read_tile(row, launch.operands, one.m), b);
  if (one.product != Product::and_popc) return c;
  const Table second = product_of(one.product, read_tile(row, launch.operands + bytes_a, one.m), b);
  const uint64_t pairs = uint64_t{launch.iterations} * row.unroll;
  for (unsigned m = 0; m < one.m; ++m) {
    for (unsigned n = 0; n < one.n; ++n) {
      c[m][n] = left_over(one.product, c[m][n], second[m][n], pairs);
    }
  }
  return c;
}

// "Register i of D: row of the warp 16, of the lane lane / 4, and eight for every second pair."
void emulate_tiles(const IssueRow& row, const Launch& launch) {
  const MatrixInstruction& one = row.shape;
  const Table c = tile_products(row, launch);
  const bool halves = one.accumulator == Element::f16;
  const unsigned registers = one.m * one.n / 128 / (halves ? 2 : 1);
  unsigned char* to = launch.accumulators;
  for (unsigned block = 0; block < launch.blocks; ++block) {
    for (unsigned index = 0; index < registers; ++index) {
      for (unsigned thread = 0; thread < launch.threads; ++thread) {
        for (unsigned i = 0; i < (halves ? 2u : 1u); ++i) {
          const unsigned element = index * (halves ? 2 : 1) + i;
          const unsigned lane = thread % 32;
          const unsigned m = thread / 32 % 4 * 16 + element % 4 / 2 * 8 + lane / 4;
          const unsigned n = element / 4 * 8 + lane % 4 * 2 + element % 2;
          store(to, one.accumulator, c[m][n]);
          to += tpp::boundary::bytes_of(one.accumulator);
        }
      }
    }
  }
}

// Lane m, column n: a word of 32 bits each.
void emulate_tensor_memory(const IssueRow& row, const Launch& launch) {
  const MatrixInstruction& one = row.shape;
  const Table c = tile_products(row, launch);
  unsigned char* to = launch.accumulators;
  for (unsigned block = 0; block < launch.blocks; ++block) {
    for (unsigned n = 0; n < one.n; ++n) {
      for (unsigned m = 0; m < one.m; ++m) {
        store(to, one.accumulator, c[m][n]);
        to += 4;
      }
    }
  }
}

// "cta_group::2": of a kernel on two units at once, whose blocks come in twos.
bool fits(const IssueRow& row, unsigned blocks) {
  const bool in_twos = std::string(row.instruction).find("cta_group::2") != std::string::npos;
  return !in_twos || blocks % 2 == 0;
}

}  // namespace

Launch::Launch(unsigned block_count, unsigned thread_count, void** arguments)
    : blocks(block_count),
      threads(thread_count),
      operands(argument<const unsigned char*>(arguments[0])),
      accumulators(argument<unsigned char*>(arguments[1])),
      stamps(argument<tpp::gpu::UnitStamp*>(arguments[2])),
      iterations(argument<uint32_t>(arguments[3])),
      sets(argument<uint32_t>(arguments[4])) {}

bool emulate(const std::string& name, const Launch& launch) {
  const IssueRow* row = row_named(name);
  if (row == nullptr || launch.threads != tpp::gpu::issue_threads(kWarp, row->warps)) return false;
  if (launch.iterations == 0 || launch.sets == 0 || !fits(*row, launch.blocks)) return false;
  switch (row->place) {
    case OperandPlace::registers:
      emulate_registers(*row, launch);
      return true;
    case OperandPlace::shared_tiles:
      emulate_tiles(*row, launch);
      return true;
    case OperandPlace::tensor_memory:
      emulate_tensor_memory(*row, launch);
      return true;
  }
  return false;
}

}  // namespace fake_cuda
