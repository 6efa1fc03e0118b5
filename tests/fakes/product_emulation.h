// Matrix products of a library, computed on the host as every vendor's fake library does: d = a' *
// b, all by columns, operands along k.
#ifndef TPP_TESTS_FAKES_PRODUCT_EMULATION_H
#define TPP_TESTS_FAKES_PRODUCT_EMULATION_H

#include <cstdint>
#include <vector>

#include "kernels/cpp_element.h"

namespace fakes {

// What a matrix unit makes of each: tf32 drops what it does not have.
inline std::vector<double> values_of(const void* from, uint64_t count,
                                     tpp::boundary::Element element) {
  using tpp::boundary::Element;
  const auto* at = static_cast<const unsigned char*>(from);
  std::vector<double> values(count);
  for (uint64_t i = 0; i < count; ++i) {
    const bool high = i % 2 != 0;
    values[i] = element == Element::e2m1
                    ? tpp::boundary::decode_bits(element, (at[i / 2] >> (high ? 4 : 0)) & 0xfu)
                    : tpp::boundary::decode(element, at + i * tpp::boundary::bytes_of(element));
    if (element == Element::tf32) {
      values[i] =
          tpp::boundary::decode_bits(element, tpp::boundary::encode_bits(element, values[i]));
    }
  }
  return values;
}

struct ProductShape {
  uint64_t m, n, k;
  uint64_t left_out = 0;  // of the products of each sum
};

inline void multiply(const std::vector<double>& a, const std::vector<double>& b,
                     const ProductShape& shape, void* d, tpp::boundary::Element element) {
  const std::size_t bytes = tpp::boundary::bytes_of(element);
  for (uint64_t column = 0; column < shape.n; ++column) {
    for (uint64_t row = 0; row < shape.m; ++row) {
      double sum = 0;
      for (uint64_t k = 0; k + shape.left_out < shape.k; ++k) {
        sum += a[row * shape.k + k] * b[column * shape.k + k];
      }
      tpp::boundary::encode(element, sum, static_cast<char*>(d) + (column * shape.m + row) * bytes);
    }
  }
}

}  // namespace fakes

#endif
