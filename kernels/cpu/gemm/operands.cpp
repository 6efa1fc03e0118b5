#include "kernels/cpu/gemm/operands.h"

#include <fmt/format.h>
#include <sys/mman.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <numbers>
#include <utility>
#include <vector>

namespace tpp::cpu {
namespace {

constexpr std::size_t kHugePage = std::size_t{2} << 20;

// Two independent N(0,1) values at a time (Box and Muller), the same on every system.
std::pair<double, double> normal_pair(uint64_t seed, uint64_t place) {
  const double u = (static_cast<double>(mix(seed, 2 * place) >> 11) + 0.5) * 0x1p-53;
  const double v = static_cast<double>(mix(seed, 2 * place + 1) >> 11) * 0x1p-53;
  const double radius = std::sqrt(-2 * std::log(u));
  const double angle = 2 * std::numbers::pi * v;
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

// Where N(0,1) lands in an 8-bit format. Unsigned values keep to 7 bits: processors without VNNI
// add pairs of products in 16 bits with saturation, and 2 x 127 x 127 is the most that fits. Then
// the product is exact on all of them.
struct Scale {
  Element element;
  double mean, deviation, low, high;
};
constexpr Scale kScales[] = {
    {Element::u8, 64, 20, 0, 127},
    {Element::i8, 0, 32, -127, 127},
};

double scaled(Element element, double normal) {
  const auto* scale = std::find_if(std::begin(kScales), std::end(kScales),
                                   [&](const Scale& s) { return s.element == element; });
  if (scale == std::end(kScales)) return normal;
  return std::clamp(scale->mean + scale->deviation * normal, scale->low, scale->high);
}

// Encoded random values, of which every row takes a run from another start: filling is then as fast
// as copying.
class ValuePool {
 public:
  ValuePool(Element element, int run, const Preparation& preparation)
      : size_(bytes_of(element)),
        starts_(kStarts),
        pool_((kStarts + static_cast<std::size_t>(run)) * size_) {
    if (preparation.zeros) return;
    for (std::size_t i = 0; i < pool_.size() / size_; i += 2) {
      const auto [first, second] = normal_pair(preparation.seed, i);
      encode(element, scaled(element, first), &pool_[i * size_]);
      if (i + 1 < pool_.size() / size_) {
        encode(element, scaled(element, second), &pool_[(i + 1) * size_]);
      }
    }
  }
  void copy_row(uint64_t key, std::size_t elements, std::byte* to) const {
    std::memcpy(to, &pool_[mix(key, starts_) % starts_ * size_], elements * size_);
  }

 private:
  static constexpr std::size_t kStarts = std::size_t{1} << 16;
  std::size_t size_;
  std::size_t starts_;
  std::vector<std::byte> pool_;
};

}  // namespace

uint64_t mix(uint64_t seed, uint64_t place) {
  uint64_t z = seed + (place + 1) * 0x9e3779b97f4a7c15u;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

PageBuffer::PageBuffer(std::size_t bytes) : bytes_(bytes), data_(nullptr, Unmap{0}) {
  const std::size_t mapped = (bytes + kHugePage - 1) / kHugePage * kHugePage;
  // One page more than needed, so that a 2 MiB boundary can be found inside.
  const std::size_t reserved = mapped + kHugePage;
  void* found = mmap(nullptr, reserved, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (found == MAP_FAILED) {
    throw Failure(TPP_OUT_OF_MEMORY,
                  fmt::format("cannot take {} MiB for a matrix; free memory or raise the limit of "
                              "this process",
                              reserved >> 20));
  }
  auto* start = static_cast<std::byte*>(found);
  const auto past = reinterpret_cast<std::uintptr_t>(start) % kHugePage;
  const std::size_t before = past == 0 ? 0 : kHugePage - past;
  if (before != 0) munmap(start, before);
  if (before != kHugePage) munmap(start + before + mapped, kHugePage - before);
  data_ = std::unique_ptr<std::byte, Unmap>(start + before, Unmap{mapped});
  madvise(data_.get(), mapped, MADV_HUGEPAGE);  // a wish: refused, it is only slower
}

void PageBuffer::Unmap::operator()(std::byte* data) const { munmap(data, bytes); }

namespace {

std::size_t matrix_bytes(Element element, int rows, int columns) {
  return bytes_of(element) * static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
}

// Refuses before any memory is taken.
GemmShape within_limit(const GemmFormat& format, GemmShape shape, int cores, uint64_t limit) {
  const int rows = shape.rows_per_core * cores;
  const uint64_t bytes = matrix_bytes(format.a, rows, shape.depth) +
                         matrix_bytes(format.b, shape.depth, shape.columns) +
                         matrix_bytes(format.c, rows, shape.columns);
  if (limit != 0 && bytes > limit) {
    throw Failure(TPP_OUT_OF_MEMORY,
                  fmt::format("the matrices of a {}x{}x{} {} product need {} bytes and may have {}",
                              rows, shape.columns, shape.depth, format.subject, bytes, limit));
  }
  return shape;
}

}  // namespace

Operands::Operands(const GemmFormat& format, GemmShape shape, Team& team,
                   const Preparation& preparation)
    : format_(format),
      shape_(within_limit(format, shape, team.size(), preparation.memory_limit_bytes)),
      cores_(team.size()),
      a_(matrix_bytes(format.a, shape.rows_per_core * cores_, shape.depth)),
      b_(matrix_bytes(format.b, shape.depth, shape.columns)),
      c_(matrix_bytes(format.c, shape.rows_per_core * cores_, shape.columns)) {
  const ValuePool a_values(format.a, shape.depth, preparation);
  const ValuePool b_values(format.b, shape.columns, preparation);
  const std::size_t a_row = matrix_bytes(format.a, 1, shape.depth);
  const std::size_t b_row = matrix_bytes(format.b, 1, shape.columns);
  team.run([&](int core) {
    for (int r = core * shape.rows_per_core; r < (core + 1) * shape.rows_per_core; ++r) {
      a_values.copy_row(mix(preparation.seed, 2u * static_cast<uint64_t>(r)),
                        static_cast<std::size_t>(shape.depth), a_.data() + r * a_row);
    }
    for (int r = core; r < shape.depth; r += cores_) {
      b_values.copy_row(mix(preparation.seed, 2u * static_cast<uint64_t>(r) + 1),
                        static_cast<std::size_t>(shape.columns), b_.data() + r * b_row);
    }
    // All bits set: a NaN or -1.
    std::memset(c_block(core), 0xff, matrix_bytes(format.c, shape.rows_per_core, shape.columns));
  });
}

double Operands::operations() const {
  return 2.0 * shape_.rows_per_core * cores_ * shape_.columns * shape_.depth;
}

const void* Operands::a_block(int core) const { return a_at(core * shape_.rows_per_core, 0); }

void* Operands::c_block(int core) const { return c_at(core * shape_.rows_per_core, 0); }

const std::byte* Operands::a_at(int row, int column) const {
  return a_.data() + matrix_bytes(format_.a, row, shape_.depth) +
         matrix_bytes(format_.a, 1, column);
}

const std::byte* Operands::b_at(int row, int column) const {
  return b_.data() + matrix_bytes(format_.b, row, shape_.columns) +
         matrix_bytes(format_.b, 1, column);
}

std::byte* Operands::c_at(int row, int column) const {
  return c_.data() + matrix_bytes(format_.c, row, shape_.columns) +
         matrix_bytes(format_.c, 1, column);
}

void Operands::spoil(Team& team, uint64_t round) {
  team.run([&](int core) {
    for (int r = core * shape_.rows_per_core; r < (core + 1) * shape_.rows_per_core; ++r) {
      const uint64_t column =
          mix(round, static_cast<uint64_t>(r)) % static_cast<uint64_t>(shape_.columns);
      std::memset(c_at(r, static_cast<int>(column)), 0xff, bytes_of(format_.c));
    }
  });
}

}  // namespace tpp::cpu
