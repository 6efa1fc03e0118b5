#include "kernels/gpu/issue_operands.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/gpu/operand_values.h"

namespace tpp::gpu {
namespace {

// Different warps multiply different data, so that what the unit's wires see is not one pattern.
constexpr uint32_t kSets = 16;
constexpr unsigned kGroupWarps = 4;  // share one tile of accumulators in the tiled loops

// Four matrices of one set.
struct Set {
  Matrix a[2];
  Matrix b[2];
};

Set make_set(const OperandRequest& request, unsigned rows, unsigned depth, unsigned columns,
             uint64_t number) {
  // Odd multiplier of 2^64 / golden ratio spreads the seeds.
  const uint64_t seed = request.seed + 0x9e3779b97f4a7c15u * (number + 1);
  OperandValues values(request.instruction.operand, seed, request.zeros,
                       {operand_step(request.instruction), kOperandLimit});
  Set set;
  set.a[0] = values.matrix(rows, depth);
  set.a[1] = opposite(set.a[0], request.instruction.operand, values);
  for (Matrix& b : set.b) b = values.matrix(depth, columns);
  return set;
}

// What a sum of whole numbers holds after the loop: counts of ones and integers add up, modulo
// 2^32, where reals have come back to the product.
ReferenceValue after_loop(const Set& set, const Matrix& b, Product product, Cell cell,
                          uint64_t pairs) {
  const ReferenceValue first = reference(product, set.a[0], b, cell);
  if (product != Product::and_popc && product != Product::xor_popc) return first;
  const ReferenceValue second = reference(product, set.a[1], b, cell);
  const auto total = static_cast<uint64_t>(first.value) * (pairs + 1) +
                     static_cast<uint64_t>(second.value) * pairs;
  const auto wrapped = static_cast<int32_t>(static_cast<uint32_t>(total));
  return {static_cast<long double>(wrapped), std::max(1.0L, std::fabs(first.magnitude))};
}

void compare(double value, const ReferenceValue& expected, bool& corrupt,
             boundary::Verification& result) {
  if (corrupt) value += 1 + static_cast<double>(expected.magnitude);
  corrupt = false;
  result.max_error = std::max(result.max_error, relative_error(value, expected));
  ++result.values;
}

// An element of a register that may hold several.
double element_at(const std::byte* register_at, Element element, unsigned index) {
  return decode(element, register_at + index * bytes_of(element));
}

class RegisterOperands final : public IssueOperands {
 public:
  explicit RegisterOperands(const OperandRequest& request) : request_(request) {
    const MatrixInstruction& one = request.instruction;
    sets_ = kSets;
    for (uint32_t i = 0; i < sets_; ++i) {
      const bool lanewise = one.product == Product::lanewise;
      values_.push_back(lanewise ? lanewise_set(i) : make_set(request, one.m, one.k, one.n, i));
      for (const Matrix& a : values_.back().a) append(a, words_of_a(one), cell_of_a);
      for (const Matrix& b : values_.back().b) append(b, words_of_b(one), cell_of_b);
    }
  }

  uint64_t accumulator_bytes() const override {
    return uint64_t{request_.warps} * kChains * tile_bytes();
  }
  double operations(uint64_t iterations) const override {
    const double steps = 2.0 * request_.unroll * static_cast<double>(iterations) + 1;
    return gpu::operations(request_.instruction) * request_.warps * kChains * steps;
  }

  void check(std::span<const std::byte> stored, uint32_t block, uint64_t iterations, bool corrupt,
             boundary::Verification& result) const override {
    const uint64_t pairs = iterations * request_.unroll;
    for (unsigned warp = 0; warp < request_.warps; ++warp) {
      const Set& set = values_[(block * request_.warps + warp) % sets_];
      for (unsigned chain = 0; chain < kChains; ++chain) {
        const uint64_t at = (uint64_t{warp} * kChains + chain) * tile_bytes();
        const Expected expected{set, set.b[chain & 1], pairs};
        check_tile(stored.subspan(at, tile_bytes()), expected, corrupt, result);
      }
    }
  }

 private:
  // What one chain of one warp was to be left with.
  struct Expected {
    const Set& set;
    const Matrix& b;
    uint64_t pairs;
  };

  // One column each, as long as the lanes with what their registers pack.
  Set lanewise_set(uint32_t number) const {
    Set set = make_set(request_, request_.instruction.m, 1, 1, number);
    OperandValues values(request_.instruction.operand, request_.seed + number, request_.zeros);
    for (Matrix& b : set.b) b = values.matrix(request_.instruction.m, 1);
    return set;
  }

  unsigned lanes() const { return request_.instruction.lanes; }
  unsigned register_bytes() const {
    return std::max(4u, bits_of(request_.instruction.operand) / 8);
  }
  uint64_t tile_bytes() const { return uint64_t{words_of_c(request_.instruction)} * 4 * lanes(); }

  // What one lane holds: its elements one after the other, which may begin in one register and end
  // in the next.
  template <class CellOf>
  std::vector<std::byte> held_by(unsigned lane, const Matrix& matrix, unsigned words,
                                 CellOf cell_of) const {
    const MatrixInstruction& one = request_.instruction;
    const unsigned bits = bits_of(one.operand);
    const unsigned held = one.held_bits != 0 ? one.held_bits : bits;
    std::vector<std::byte> bytes(words * 4);
    for (unsigned index = 0; index < words * 32 / held; ++index) {
      const Cell cell = cell_of(one, lane, index);
      const unsigned at = index * held + one.held_at;
      const uint64_t pattern = matrix.patterns[matrix.at(cell.row, cell.column)] << at % 8;
      for (unsigned i = 0; i < (at % 8 + bits + 7) / 8; ++i) {
        bytes[at / 8 + i] |= static_cast<std::byte>(pattern >> (8 * i) & 0xff);
      }
    }
    return bytes;
  }

  // Register after register, in each all lanes.
  template <class CellOf>
  void append(const Matrix& matrix, unsigned words, CellOf cell_of) {
    std::vector<std::vector<std::byte>> held;
    for (unsigned lane = 0; lane < lanes(); ++lane) {
      held.push_back(held_by(lane, matrix, words, cell_of));
    }
    for (unsigned at = 0; at < words * 4; at += register_bytes()) {
      for (const std::vector<std::byte>& lane : held) {
        bytes_.insert(bytes_.end(), &lane[at], &lane[at] + register_bytes());
      }
    }
  }

  void check_tile(std::span<const std::byte> stored, const Expected& expected, bool& corrupt,
                  boundary::Verification& result) const {
    const MatrixInstruction& one = request_.instruction;
    const unsigned packed = packed_accumulators(one);
    const unsigned bytes = std::max(4u, bits_of(one.accumulator) / 8);
    const auto registers = static_cast<unsigned>(stored.size() / bytes / lanes());
    for (unsigned index = 0; index < registers; ++index) {
      for (unsigned lane = 0; lane < lanes(); ++lane) {
        const std::byte* at = &stored[(index * lanes() + lane) * bytes];
        for (unsigned e = 0; e < packed; ++e) {
          const Cell cell = cell_of_c(one, 0, lane, index * packed + e);
          compare(element_at(at, one.accumulator, e),
                  after_loop(expected.set, expected.b, one.product, cell, expected.pairs), corrupt,
                  result);
        }
      }
    }
  }

  OperandRequest request_;
  std::vector<Set> values_;
};

// Tiles of A, -A and B, rows of 128 bytes along k, in the order that shared memory of 128-byte
// swizzle has: within eight rows, each piece of 16 bytes stands at its number XOR the row's.
class TileOperands : public IssueOperands {
 public:
  explicit TileOperands(const OperandRequest& request) : request_(request) {
    const MatrixInstruction& one = request.instruction;
    values_ = make_set(request, one.m, depth(), one.n, 0);
    for (const Matrix& a : values_.a) {
      append(a.rows, [&](unsigned row, unsigned k) { return a.patterns[a.at(row, k)]; });
    }
    const Matrix& b = values_.b[0];
    append(b.columns, [&](unsigned column, unsigned k) { return b.patterns[b.at(k, column)]; });
  }

  double operations(uint64_t iterations) const override {
    const double tiles = 2.0 * request_.unroll * static_cast<double>(iterations) + 1;
    const MatrixInstruction& one = request_.instruction;
    return gpu::operations(one) * tile_slices(one.k) * groups() * tiles;
  }

 protected:
  // Tiles that a block adds up at once.
  virtual unsigned groups() const = 0;

  const MatrixInstruction& instruction() const { return request_.instruction; }
  unsigned warps() const { return request_.warps; }

  // Row by row, after so many iterations.
  std::vector<ReferenceValue> products(uint64_t iterations) const {
    const MatrixInstruction& one = request_.instruction;
    std::vector<ReferenceValue> all;
    for (unsigned row = 0; row < one.m; ++row) {
      for (unsigned column = 0; column < one.n; ++column) {
        all.push_back(after_loop(values_, values_.b[0], one.product, {row, column},
                                 iterations * request_.unroll));
      }
    }
    return all;
  }

 private:
  unsigned depth() const { return request_.instruction.k * tile_slices(request_.instruction.k); }

  // The place of element k in its row, in bits. Where 6 or 4 bits are padded, sixteen elements are
  // packed and stand in 16 bytes.
  unsigned bit_of(unsigned k) const {
    const unsigned bits = bits_of(request_.instruction.operand);
    constexpr unsigned kTogether = 16;
    const bool padded = request_.instruction.held_bits > bits;
    return padded ? k / kTogether * kTogether * 8 + k % kTogether * bits : k * bits;
  }

  template <class PatternAt>
  void append(unsigned rows, PatternAt pattern_at) {
    constexpr unsigned kPiece = 16;
    constexpr unsigned kSwizzledRows = 8;
    const unsigned bits = bits_of(request_.instruction.operand);
    const std::size_t begin = bytes_.size();
    bytes_.resize(begin + std::size_t{rows} * kTileRowBytes);
    for (unsigned row = 0; row < rows; ++row) {
      for (unsigned k = 0; k < depth(); ++k) {
        const unsigned byte = bit_of(k) / 8;
        const unsigned piece = byte / kPiece ^ row % kSwizzledRows;
        const std::size_t at = begin + row * kTileRowBytes + piece * kPiece + byte % kPiece;
        const unsigned shift = bit_of(k) % 8;
        const uint64_t pattern = pattern_at(row, k) << shift;
        for (unsigned i = 0; i < (shift + bits + 7) / 8; ++i) {
          bytes_[at + i] |= static_cast<std::byte>(pattern >> (8 * i) & 0xff);
        }
      }
    }
  }

  OperandRequest request_;
  Set values_;
};

// Groups of four warps hold a tile each in their registers.
class GroupTiles final : public TileOperands {
 public:
  using TileOperands::TileOperands;

  uint64_t accumulator_bytes() const override { return uint64_t{threads()} * thread_bytes(); }

  // Register after register, in each all threads of the block.
  void check(std::span<const std::byte> stored, uint32_t, uint64_t iterations, bool corrupt,
             boundary::Verification& result) const override {
    const MatrixInstruction& one = instruction();
    const unsigned packed = packed_accumulators(one);
    const std::vector<ReferenceValue> expected = products(iterations);
    for (unsigned index = 0; index < thread_bytes() / 4; ++index) {
      for (unsigned thread = 0; thread < threads(); ++thread) {
        const std::byte* at = &stored[(std::size_t{index} * threads() + thread) * 4];
        for (unsigned e = 0; e < packed; ++e) {
          const Cell cell =
              cell_of_c(one, thread / kLanes % kGroupWarps, thread % kLanes, index * packed + e);
          compare(element_at(at, one.accumulator, e), expected[cell.row * one.n + cell.column],
                  corrupt, result);
        }
      }
    }
  }

 private:
  unsigned groups() const override { return warps() / kGroupWarps; }
  unsigned threads() const { return issue_threads(kLanes, warps()); }
  unsigned thread_bytes() const {
    const MatrixInstruction& one = instruction();
    return one.m * one.n * bits_of(one.accumulator) / 8 / (kGroupWarps * kLanes);
  }
};

// One tile a block in tensor memory: a lane a row, a column of 32 bits a column, whatever the sums'
// format.
class TensorMemoryTile final : public TileOperands {
 public:
  using TileOperands::TileOperands;

  uint64_t accumulator_bytes() const override {
    return uint64_t{instruction().m} * instruction().n * 4;
  }

  void check(std::span<const std::byte> stored, uint32_t, uint64_t iterations, bool corrupt,
             boundary::Verification& result) const override {
    const MatrixInstruction& one = instruction();
    const std::vector<ReferenceValue> expected = products(iterations);
    for (unsigned column = 0; column < one.n; ++column) {
      for (unsigned row = 0; row < one.m; ++row) {
        const std::byte* at = &stored[(std::size_t{column} * one.m + row) * 4];
        compare(element_at(at, one.accumulator, 0), expected[row * one.n + column], corrupt,
                result);
      }
    }
  }

 private:
  unsigned groups() const override { return 1; }
};

}  // namespace

std::unique_ptr<IssueOperands> make_operands(OperandPlace place, const OperandRequest& request) {
  if (place == OperandPlace::shared_tiles) return std::make_unique<GroupTiles>(request);
  if (place == OperandPlace::tensor_memory) return std::make_unique<TensorMemoryTile>(request);
  return std::make_unique<RegisterOperands>(request);
}

}  // namespace tpp::gpu
