#include "exporters/number_text.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

TEST(FigureText, HasFourDigitsOrAllBeforeThePoint) {
  EXPECT_EQ(figure_text(15831.2), "15831");
  EXPECT_EQ(figure_text(1041.6), "1042");
  EXPECT_EQ(figure_text(999.96), "1000");
  EXPECT_EQ(figure_text(684), "684.0");
  EXPECT_EQ(figure_text(57.144), "57.14");
  EXPECT_EQ(figure_text(5.92), "5.920");
  EXPECT_EQ(figure_text(-4.009), "-4.009");
}

TEST(FigureTextBeside, NeverReachesAThresholdThatTheFigureDoesNotReach) {
  EXPECT_EQ(figure_text_beside(4799.968, 4800), "4799.97");
  EXPECT_EQ(figure_text_beside(4800.04, 4800), "4800.04");
  EXPECT_EQ(figure_text_beside(4800, 4800), "4800");
  EXPECT_EQ(figure_text_beside(15831.2, 4800), "15831");
  EXPECT_EQ(figure_text_beside(5.9199999, 5.92), "5.9199999");
  // One unit in the last place under 4800.
  EXPECT_EQ(figure_text_beside(4799.999999999999, 4800), "4799.999999999999");
}

TEST(PercentText, NeverShowsADifferenceAsNone) {
  EXPECT_EQ(percent_text(0), "0.00 %");
  EXPECT_EQ(percent_text(0.00000667), "<0.01 %");
  EXPECT_EQ(percent_text(0.0042), "0.42 %");
  EXPECT_EQ(percent_text(0.071), "7.1 %");
  EXPECT_EQ(percent_text(2.3), "230 %");
  EXPECT_EQ(percent_text(0.998), "99.8 %");
}

TEST(DeviationText, IsTheLargerSideOfTheInterval) {
  EXPECT_EQ(deviation_text({98, 101}, 100), "2.0 %");
  EXPECT_EQ(deviation_text({99, 103}, 100), "3.0 %");
  EXPECT_EQ(deviation_text({0, 0}, 0), "-");
}

TEST(RateText, StaysInTeraSoThatAColumnCanBeCompared) {
  EXPECT_EQ(rate_text(1.934e15), "1934 T");
  EXPECT_EQ(rate_text(9.681e14), "968 T");
  EXPECT_EQ(rate_text(1.15e12), "1.15 T");
  EXPECT_EQ(rate_text(2.87e11), "287 G");
  EXPECT_EQ(rate_text(std::nullopt), "-");
}

TEST(Unknown, IsADashInEveryUnit) {
  EXPECT_EQ(megahertz_text(std::nullopt), "-");
  EXPECT_EQ(bandwidth_text(std::nullopt), "-");
  EXPECT_EQ(memory_text(std::nullopt), "-");
}

TEST(UnitTexts, CarryTheirUnits) {
  EXPECT_EQ(megahertz_text(1830e6), "1830");
  EXPECT_EQ(bandwidth_text(3.35e12), "3.35 TB/s");
  EXPECT_EQ(memory_text(std::uint64_t{81559} << 20), "79.6 GiB");
  EXPECT_EQ(memory_text(std::uint64_t{1} << 40), "1024 GiB");
  EXPECT_EQ(duration_text(0.42), "0.42 s");
  EXPECT_EQ(duration_text(8.4375), "8.4 s");
  EXPECT_EQ(duration_text(59.96), "1 min 0 s");
  EXPECT_EQ(duration_text(185), "3 min 5 s");
  EXPECT_EQ(duration_text(7260), "2 h 1 min");
}

}  // namespace
}  // namespace tpp
