#include "agent/support/decimal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace tpp {
namespace {

TEST(Decimal, LosesNoiseAndNothingElse) {
  EXPECT_EQ(without_noise(15830.400000000001), 15830.4);
  EXPECT_EQ(without_noise(0.1 + 0.2), 0.3);
  for (const double value : {0.0, 4800.0, 5.92, 1e-300, 123456.789012345, 4.8e15}) {
    EXPECT_EQ(without_noise(value), value);
  }
}

TEST(Decimal, QuotientIsExactWhereTheDecimalIs) {
  EXPECT_EQ(decimal_quotient(1849.6, 578), 3.2);
  EXPECT_EQ(decimal_quotient(4689.824, 792.2), 5.92);
  EXPECT_EQ(decimal_quotient(1e300, 1e-5), 1e305);
  EXPECT_EQ(decimal_quotient(1, 3), 1.0 / 3);
}

TEST(Decimal, QuotientOfOtherDoublesIsTheirs) {
  const double over = std::nextafter(200.0, 300.0);
  EXPECT_EQ(decimal_quotient(over, 100), over / 100);
  EXPECT_EQ(decimal_quotient(0, 5), 0);
  EXPECT_EQ(decimal_quotient(-3, 2), -1.5);
  EXPECT_TRUE(std::isinf(decimal_quotient(1e308, 1e-300)));
  EXPECT_TRUE(std::isnan(decimal_quotient(std::numeric_limits<double>::quiet_NaN(), 1)));
}

}  // namespace
}  // namespace tpp
