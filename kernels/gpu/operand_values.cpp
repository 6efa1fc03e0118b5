#include "kernels/gpu/operand_values.h"

#include <algorithm>
#include <cmath>

namespace tpp::gpu {

double OperandValues::next() {
  if (zeros_) return 0;
  if (element_ == Element::bit) return static_cast<double>(generator_() >> 63);
  if (is_integer(element_)) {
    // Three standard deviations fill the range.
    const double largest = std::ldexp(1.0, static_cast<int>(bits_of(element_)) - 1) - 1;
    return std::clamp(normal_(generator_) * largest / 3, -largest, largest);
  }
  constexpr double kLeast = 1.0 / 64;  // 1.2 % are drawn again
  double value = 0;
  while (std::fabs(value) < kLeast) value = on_grid(normal_(generator_));
  return value;
}

double OperandValues::on_grid(double value) const {
  if (grid_.step == 0) return value;
  const double rounded = std::nearbyint(value / grid_.step) * grid_.step;
  return std::fabs(rounded) < grid_.limit ? rounded : 0;
}

Matrix OperandValues::matrix(unsigned rows, unsigned columns) {
  Matrix made{rows, columns, {}, {}};
  const std::size_t count = static_cast<std::size_t>(rows) * columns;
  for (std::size_t i = 0; i < count; ++i) {
    const uint64_t pattern = encode_bits(element_, next());
    made.patterns.push_back(pattern);
    made.values.push_back(decode_bits(element_, pattern));
  }
  return made;
}

Matrix opposite(const Matrix& a, Element element, OperandValues& values) {
  if (element == Element::bit) return values.matrix(a.rows, a.columns);
  Matrix made = a;
  for (std::size_t i = 0; i < made.values.size(); ++i) {
    made.values[i] = -a.values[i];
    made.patterns[i] = encode_bits(element, made.values[i]);
  }
  return made;
}

ReferenceValue reference(Product product, const Matrix& a, const Matrix& b, Cell cell) {
  ReferenceValue sum;
  const auto add = [&](double one, double other) {
    long double term = static_cast<long double>(one) * other;
    if (product == Product::xor_popc) term = one != other ? 1 : 0;
    sum.value += term;
    sum.magnitude += std::fabs(term);
  };
  if (product == Product::lanewise) {
    add(a.values[a.at(cell.row, 0)], b.values[b.at(cell.row, 0)]);
    return sum;
  }
  for (unsigned k = 0; k < a.columns; ++k) {
    add(a.values[a.at(cell.row, k)], b.values[b.at(k, cell.column)]);
  }
  return sum;
}

double relative_error(double value, const ReferenceValue& expected) {
  const long double difference = std::fabs(static_cast<long double>(value) - expected.value);
  if (difference == 0) return 0;
  const long double error = difference / expected.magnitude;
  return error < INFINITY ? static_cast<double>(error) : INFINITY;
}

}  // namespace tpp::gpu
