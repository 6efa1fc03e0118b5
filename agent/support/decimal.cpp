#include "agent/support/decimal.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <string>

#include "agent/support/text.h"

namespace tpp {
namespace {

// Products of two mantissas of 15 digits have 30.
__extension__ using Wide = unsigned __int128;

struct Decimal {
  std::uint64_t mantissa = 0;  // without zeros at its end
  int exponent = 0;
};

Decimal decimal_of(double value) {
  const std::string text = fmt::format("{:.14e}", value);  // "1.84960000000000e+03"
  const auto e = text.find('e');
  Decimal decimal;
  for (const char c : text.substr(0, e)) {
    if (c != '.') decimal.mantissa = decimal.mantissa * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const std::string exponent = text.substr(text[e + 1] == '+' ? e + 2 : e + 1);
  decimal.exponent = static_cast<int>(parse_int(exponent).value_or(0)) - 14;
  while (decimal.mantissa != 0 && decimal.mantissa % 10 == 0) {
    decimal.mantissa /= 10;
    ++decimal.exponent;
  }
  return decimal;
}

bool product_is(const Decimal& one, const Decimal& other, const Decimal& product) {
  Wide mantissa = static_cast<Wide>(one.mantissa) * other.mantissa;
  int exponent = one.exponent + other.exponent;
  while (mantissa != 0 && mantissa % 10 == 0) {
    mantissa /= 10;
    ++exponent;
  }
  return mantissa == product.mantissa && exponent == product.exponent;
}

}  // namespace

double without_noise(double value) {
  return parse_double(fmt::format("{:.14e}", value)).value_or(value);
}

double decimal_quotient(double numerator, double denominator) {
  const double quotient = numerator / denominator;
  if (!std::isfinite(quotient) || !(numerator > 0) || !(denominator > 0)) return quotient;
  const double decimal = without_noise(quotient);
  if (without_noise(numerator) != numerator || without_noise(denominator) != denominator) {
    return quotient;
  }
  const bool exact =
      product_is(decimal_of(decimal), decimal_of(denominator), decimal_of(numerator));
  return exact ? decimal : quotient;
}

}  // namespace tpp
