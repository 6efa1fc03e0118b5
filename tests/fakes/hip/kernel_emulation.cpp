#include "tests/fakes/hip/kernel_emulation.h"

#include <cstring>
#include <optional>
#include <vector>

#include "kernels/hip/rows.h"
#include "tests/fakes/stream_emulation.h"

namespace fake_hip {
namespace {

using fakes::argument;
using tpp::boundary::bits_of;
using tpp::boundary::decode_bits;
using tpp::boundary::encode_bits;
using tpp::gpu::IssueRow;
using tpp::gpu::kChains;
using tpp::gpu::MatrixInstruction;

using Table = std::vector<std::vector<double>>;  // [row][column]

// Where the calculator says that an element stands.
struct Place {
  unsigned lane;
  unsigned element;  // of the lane, counted from its first register's lowest bits
};

// One of the ways in which AMD's matrix instructions lay out their operands. `width` is the
// matrix's side that is not k.
struct Layout {
  const char* entries;  // what kernels' names begin with
  // Element k of row (A) or column (B) i; `copy` counts the lanes that hold it.
  Place (*operand)(const MatrixInstruction& one, unsigned width, unsigned i, unsigned k,
                   unsigned copy);
  unsigned copies;
  Place (*sum)(const MatrixInstruction& one, unsigned i, unsigned j);
};

// CDNA: lane = i + width * (k / K_L), K_L elements a lane.
Place cdna_operand(const MatrixInstruction& one, unsigned width, unsigned i, unsigned k, unsigned) {
  const unsigned in_lane = one.k * width / 64;
  return {i + width * (k / in_lane), k % in_lane};
}
// "GPR = 4 floor(i / (4 * 64/N)) + i mod 4, lane = N (floor(i / 4) mod (64/N)) + j".
Place cdna_sum(const MatrixInstruction& one, unsigned i, unsigned j) {
  const unsigned groups = 64 / one.n;
  return {one.n * (i / 4 % groups) + j, 4 * (i / (4 * groups)) + i % 4};
}
// "GPR = floor(i / 4), lane = 16 (i mod 4) + j".
Place cdna_double_sum(const MatrixInstruction&, unsigned i, unsigned j) {
  return {16 * (i % 4) + j, i / 4};
}
// RDNA 3: all of a row in one lane, and again sixteen lanes on.
Place rdna3_operand(const MatrixInstruction&, unsigned, unsigned i, unsigned k, unsigned copy) {
  return {i + 16 * copy, k};
}
Place rdna3_sum(const MatrixInstruction&, unsigned i, unsigned j) {
  return {16 * (i % 2) + j, i / 2};
}
// RDNA 4: half of k in the lower lanes, half in the upper ones.
Place rdna4_operand(const MatrixInstruction& one, unsigned, unsigned i, unsigned k, unsigned) {
  return {i + 16 * (k / (one.k / 2)), k % (one.k / 2)};
}
Place rdna4_sum(const MatrixInstruction&, unsigned i, unsigned j) {
  return {16 * (i / 8) + j, i % 8};
}

// The first that fits.
constexpr Layout kLayouts[] = {
    {"mfma_fp64", cdna_operand, 1, cdna_double_sum},
    {"mfma_", cdna_operand, 1, cdna_sum},
    {"wmma_gfx12_", rdna4_operand, 1, rdna4_sum},
    {"wmma_", rdna3_operand, 2, rdna3_sum},
};

const Layout* layout_of(const std::string& name) {
  for (const Layout& layout : kLayouts) {
    if (name.rfind(layout.entries, 0) == 0) return &layout;
  }
  return nullptr;
}

const IssueRow* row_named(const std::string& name, unsigned lanes) {
  for (const auto& family : tpp::hip::row_families()) {
    for (const IssueRow& row : family.rows) {
      if (family.lanes == lanes && name == row.entry) return &row;
    }
  }
  return nullptr;
}

// Registers of every lane, one register of all lanes after the other.
class Registers {
 public:
  Registers(const unsigned char* memory, unsigned lanes, unsigned bytes)
      : memory_(memory), lanes_(lanes), bytes_(bytes) {}

  uint64_t bits(unsigned lane, unsigned first, unsigned count) const {
    uint64_t value = 0;
    for (unsigned i = 0; i < count; ++i) {
      const unsigned byte = (first + i) / 8;
      const unsigned at = (byte / bytes_ * lanes_ + lane) * bytes_ + byte % bytes_;
      value |= uint64_t{(memory_[at] >> ((first + i) % 8)) & 1u} << i;
    }
    return value;
  }

 private:
  const unsigned char* memory_;
  unsigned lanes_;
  unsigned bytes_;
};

unsigned register_bytes(unsigned bits) { return bits > 32 ? bits / 8 : 4; }

// [i][k]; nullopt where copies of an element differ.
std::optional<Table> read(const IssueRow& row, const Layout& layout, const unsigned char* memory,
                          unsigned width) {
  const MatrixInstruction& one = row.shape;
  const unsigned bits = bits_of(one.operand);
  const Registers registers(memory, one.lanes, register_bytes(bits));
  Table table(width, std::vector<double>(one.k));
  for (unsigned i = 0; i < width; ++i) {
    for (unsigned k = 0; k < one.k; ++k) {
      const auto pattern = [&](unsigned copy) {
        const Place place = layout.operand(one, width, i, k, copy);
        return registers.bits(place.lane, place.element * bits, bits);
      };
      if (layout.copies == 2 && pattern(1) != pattern(0)) return std::nullopt;
      table[i][k] = decode_bits(one.operand, pattern(0));
    }
  }
  return table;
}

void store(unsigned char* to, const IssueRow& row, const Place& place, double value) {
  const unsigned bytes = register_bytes(bits_of(row.shape.accumulator));
  const uint64_t pattern = encode_bits(row.shape.accumulator, value);
  std::memcpy(to + (place.element * row.shape.lanes + place.lane) * bytes, &pattern, bytes);
}

// What one wave leaves of each chain: a0 * b.
std::optional<std::vector<unsigned char>> matrix_tile(const IssueRow& row,
                                                      const unsigned char* a_at,
                                                      const unsigned char* b_at) {
  const MatrixInstruction& one = row.shape;
  const Layout* layout = layout_of(row.entry);
  if (layout == nullptr) return std::nullopt;
  const auto a = read(row, *layout, a_at, one.m);
  const auto b = read(row, *layout, b_at, one.n);
  if (!a || !b) return std::nullopt;
  std::vector<unsigned char> tile(one.m * one.n * bits_of(one.accumulator) / 8);
  for (unsigned i = 0; i < one.m; ++i) {
    for (unsigned j = 0; j < one.n; ++j) {
      double sum = 0;
      for (unsigned k = 0; k < one.k; ++k) sum += (*a)[i][k] * (*b)[j][k];
      store(tile.data(), row, layout->sum(one, i, j), sum);
    }
  }
  return tile;
}

// Vector units: each lane's element by its own, in the same place.
std::optional<std::vector<unsigned char>> vector_tile(const IssueRow& row,
                                                      const unsigned char* a_at,
                                                      const unsigned char* b_at) {
  const unsigned bytes = bits_of(row.shape.operand) / 8;
  std::vector<unsigned char> tile(row.shape.m * bytes);
  for (unsigned i = 0; i < row.shape.m; ++i) {
    uint64_t a = 0;
    uint64_t b = 0;
    std::memcpy(&a, a_at + i * bytes, bytes);
    std::memcpy(&b, b_at + i * bytes, bytes);
    const uint64_t product =
        encode_bits(row.shape.accumulator,
                    decode_bits(row.shape.operand, a) * decode_bits(row.shape.operand, b));
    std::memcpy(&tile[i * bytes], &product, bytes);
  }
  return tile;
}

struct SetTiles {
  std::vector<unsigned char> of_b[2];
};

std::optional<SetTiles> tiles_of_set(const IssueRow& row, const unsigned char* at) {
  const MatrixInstruction& one = row.shape;
  const bool lanewise = one.product == tpp::gpu::Product::lanewise;
  const unsigned copies = lanewise ? 1 : layout_of(row.entry)->copies;
  const unsigned bits = bits_of(one.operand) * copies;
  const unsigned bytes_a = one.m * one.k * bits / 8;
  const unsigned bytes_b = lanewise ? bytes_a : one.n * one.k * bits / 8;
  SetTiles tiles;
  for (unsigned which = 0; which < 2; ++which) {
    const unsigned char* b_at = at + 2 * bytes_a + which * bytes_b;
    auto tile = lanewise ? vector_tile(row, at, b_at) : matrix_tile(row, at, b_at);
    if (!tile) return std::nullopt;
    tiles.of_b[which] = std::move(*tile);
  }
  return tiles;
}

uint64_t set_bytes(const IssueRow& row) {
  const MatrixInstruction& one = row.shape;
  const bool lanewise = one.product == tpp::gpu::Product::lanewise;
  const unsigned copies = lanewise ? 1 : layout_of(row.entry)->copies;
  const unsigned elements = lanewise ? 2 * one.m : (one.m + one.n) * one.k;
  return uint64_t{2} * elements * bits_of(one.operand) * copies / 8;
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

bool emulate(const std::string& name, unsigned lanes, const Launch& launch) {
  const IssueRow* row = row_named(name, lanes);
  if (row == nullptr || launch.threads != 8 * lanes) return false;
  if (launch.iterations == 0 || launch.sets == 0) return false;
  std::vector<SetTiles> sets;
  for (uint32_t i = 0; i < launch.sets; ++i) {
    auto tiles = tiles_of_set(*row, launch.operands + i * set_bytes(*row));
    if (!tiles) return false;
    sets.push_back(std::move(*tiles));
  }
  unsigned char* to = launch.accumulators;
  for (unsigned wave = 0; wave < launch.blocks * launch.threads / lanes; ++wave) {
    for (unsigned chain = 0; chain < kChains; ++chain) {
      const auto& tile = sets[wave % launch.sets].of_b[chain % 2];
      std::memcpy(to, tile.data(), tile.size());
      to += tile.size();
    }
  }
  return true;
}

}  // namespace fake_hip
