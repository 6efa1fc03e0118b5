#include "kernels/cpu/gemm/product_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace tpp::cpu {
namespace {

// hi + lo is a sum, lo what rounding took from it: as precise as twice the significand.
struct CompensatedSum {
  double hi = 0;
  double lo = 0;
  double magnitude = 0;
};

// The exact sum and product of two doubles as a rounded value and its error, by Knuth and by
// Dekker. They need that the compiler fuses no multiply-add here (kernels/cpu/gemm/CMakeLists.txt).
double sum_error(double a, double b, double sum) {
  const double b_part = sum - a;
  return (a - (sum - b_part)) + (b - b_part);
}

std::pair<double, double> split(double a) {
  const double scaled_up = a * 134217729.0;  // 2^27 + 1
  const double high = scaled_up - (scaled_up - a);
  return {high, a - high};
}

double product_error(std::pair<double, double> a, std::pair<double, double> b, double product) {
  return ((a.first * b.first - product) + a.first * b.second + a.second * b.first) +
         a.second * b.second;
}

void add_product(CompensatedSum& sum, double a, double b) {
  const double product = a * b;
  const double total = sum.hi + product;
  sum.lo += sum_error(sum.hi, product, total) + product_error(split(a), split(b), product);
  sum.hi = total;
  sum.magnitude += std::fabs(product);
}

// |value - reference| / magnitude; a NaN counts as infinity.
double relative_error(double value, const CompensatedSum& reference) {
  const double difference = std::fabs((value - reference.hi) - reference.lo);
  if (difference == 0) return 0;
  const double error = difference / reference.magnitude;
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

// At least so many rows, and at least one of each core's block: a core that did nothing must show.
constexpr int kFewestRows = 4;
using SampledRows = std::vector<int>;

// Row numbers, one from each equal part of C.
SampledRows sample_rows(int rows, int cores, uint64_t seed) {
  const int parts = std::min(rows, std::max(kFewestRows, cores));
  SampledRows sampled;
  for (int i = 0; i < parts; ++i) {
    const int begin = rows * i / parts;
    const int size = std::max(1, rows * (i + 1) / parts - begin);
    sampled.push_back(begin + static_cast<int>(mix(seed, static_cast<uint64_t>(i)) %
                                               static_cast<uint64_t>(size)));
  }
  return sampled;
}

// One value of C wrong for as long as this lives.
class Damage {
 public:
  Damage(const Operands& operands, int row)
      : element_(operands.format().c), victim_(operands.c_at(row, 0)) {
    // The largest of the row, so that the damage is not lost in a value next to zero.
    for (int n = 1; n < operands.shape().columns; ++n) {
      std::byte* other = operands.c_at(row, n);
      if (std::fabs(decode(element_, other)) > std::fabs(decode(element_, victim_))) {
        victim_ = other;
      }
    }
    std::memcpy(original_, victim_, bytes_of(element_));
    const double value = decode(element_, victim_);
    const double halved = value == 0 ? 1 : value / 2;
    encode(element_, is_integer(element_) ? value - 1 : halved, victim_);
  }
  ~Damage() { std::memcpy(victim_, original_, bytes_of(element_)); }
  Damage(const Damage&) = delete;
  Damage& operator=(const Damage&) = delete;

 private:
  Element element_;
  std::byte* victim_;
  std::byte original_[8];
};

struct ColumnRange {
  int begin, end;
};

// The largest error of the sampled rows within a range of columns.
double worst_error(const Operands& operands, const SampledRows& rows, ColumnRange columns) {
  const GemmFormat& format = operands.format();
  const auto width = static_cast<std::size_t>(columns.end - columns.begin);
  std::vector<CompensatedSum> sums(rows.size() * width);
  std::vector<double> b_row(width);
  for (int k = 0; k < operands.shape().depth; ++k) {
    const std::byte* b = operands.b_at(k, columns.begin);
    for (std::size_t n = 0; n < width; ++n) {
      b_row[n] = decode(format.b, b + n * bytes_of(format.b));
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {
      const double a = decode(format.a, operands.a_at(rows[i], k));
      for (std::size_t n = 0; n < width; ++n) add_product(sums[i * width + n], a, b_row[n]);
    }
  }
  double worst = 0;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t n = 0; n < width; ++n) {
      const std::byte* c = operands.c_at(rows[i], columns.begin + static_cast<int>(n));
      worst = std::max(worst, relative_error(decode(format.c, c), sums[i * width + n]));
    }
  }
  return worst;
}

}  // namespace

Verification check_product(const Operands& operands, Team& team, uint64_t seed, bool corrupt) {
  const int columns = operands.shape().columns;
  const int cores = operands.cores();
  const SampledRows rows = sample_rows(operands.shape().rows_per_core * cores, cores, seed);
  std::optional<Damage> damage;
  if (corrupt) damage.emplace(operands, rows.front());
  std::vector<double> worst(static_cast<std::size_t>(cores), 0);
  team.run([&](int core) {
    const ColumnRange own = {columns * core / cores, columns * (core + 1) / cores};
    worst[static_cast<std::size_t>(core)] = worst_error(operands, rows, own);
  });
  return {.values = static_cast<uint32_t>(rows.size()) * static_cast<uint32_t>(columns),
          .max_error = *std::max_element(worst.begin(), worst.end()),
          .error_bound = gemm_error_bound(operands.format(), operands.shape().depth)};
}

double gemm_error_bound(const GemmFormat& format, int depth) {
  if (is_integer(format.c)) return 0;
  // n roundings of at most u each, however nested, keep |error| under n*u / (1 - n*u) times the sum
  // of |a*b| (Higham, Accuracy and Stability of Numerical Algorithms, 3.1): n = depth, one for each
  // product and each addition on the longest way from a product to the sum. bf16 has twice the u:
  // some units round their sums to odd, not to nearest (Arm's BFMMLA). Where the result is narrower
  // than the sums, it is rounded once more.
  struct UnitRoundoff {
    Element a, c;
    double sum, result;
  };
  constexpr UnitRoundoff kUnits[] = {
      {Element::f64, Element::f64, 0x1p-53, 0},        {Element::f32, Element::f32, 0x1p-24, 0},
      {Element::f16, Element::f32, 0x1p-24, 0},        {Element::bf16, Element::f32, 0x1p-23, 0},
      {Element::bf16, Element::bf16, 0x1p-23, 0x1p-8},
  };
  const auto* unit = std::find_if(std::begin(kUnits), std::end(kUnits), [&](const UnitRoundoff& k) {
    return k.a == format.a && k.c == format.c;
  });
  if (unit == std::end(kUnits)) {
    throw Failure(TPP_FAILED,
                  fmt::format("no error bound is known for {} products", format.subject));
  }
  const double n = depth * unit->sum;
  const double of_sum = n / (1 - n);
  return of_sum + unit->result * (1 + of_sum);
}

}  // namespace tpp::cpu
