#include "agent/support/text.h"

#include <gtest/gtest.h>

#include <clocale>

namespace tpp {
namespace {

TEST(Text, ReadsANumberOnlyIfNothingIsLeftOver) {
  EXPECT_EQ(parse_double("1234.5"), 1234.5);
  EXPECT_EQ(parse_double("1234,5"), std::nullopt);
  EXPECT_EQ(parse_double(""), std::nullopt);
  EXPECT_EQ(parse_int("12 "), std::nullopt);
}

TEST(Text, ReadsNumbersTheSameUnderACommaDecimalLocale) {
  const char* before = std::setlocale(LC_ALL, nullptr);
  const std::string keep = before != nullptr ? before : "C";
  // Where the locale is not installed the C locale stays, and the test still holds.
  std::setlocale(LC_ALL, "de_DE.UTF-8");

  const auto value = parse_double("1.5");
  const std::string text = si(1.5e12);

  std::setlocale(LC_ALL, keep.c_str());
  EXPECT_EQ(value, 1.5);
  EXPECT_EQ(text, "1.50 T");
}

TEST(Text, ReadsDurationsWithTheirUnits) {
  EXPECT_EQ(parse_duration_s("90"), 90);
  EXPECT_EQ(parse_duration_s("1.5m"), 90);
  EXPECT_EQ(parse_duration_s("2h"), 7200);
}

TEST(Text, RefusesDurationsThatAreNone) {
  for (const char* text : {"", "s", "-1s", "0", "nan", "inf", "5d", "1e400"}) {
    EXPECT_EQ(parse_duration_s(text), std::nullopt) << text;
  }
}

TEST(Text, SuggestsTheClosestWordOnlyIfItIsNear) {
  const std::vector<std::string> known = {"fp16", "bf16", "int8"};
  EXPECT_EQ(closest("fp61", known), "fp16");
  EXPECT_EQ(closest("completely-different", known), "");
}

TEST(Text, WritesThreeSignificantDigitsWithAPrefix) {
  EXPECT_EQ(si(0), "0.00");
  EXPECT_EQ(si(999.4), "999");
  EXPECT_EQ(si(999.6), "1.00 k");
  EXPECT_EQ(si(9.895e14), "990 T");
}

TEST(ParseUtc, ReadsADayAndATimeAsThisProgramWritesThem) {
  EXPECT_EQ(parse_utc_s("1970-01-01"), 0);
  EXPECT_EQ(parse_utc_s("2026-10-05T08:30:00Z"), 1791189000);
  EXPECT_EQ(parse_utc_s("2024-02-29T23:59:59Z"), 1709251199);
  EXPECT_EQ(parse_utc_s("1969-12-31T23:59:59Z"), -1);
  EXPECT_TRUE(parse_utc_s(utc_now()));
}

TEST(ParseUtc, RefusesWhatIsNone) {
  for (const char* text :
       {"", "2026", "2026-02-30", "2026-10-05T08:30:00", "2026-10-05 08:30:00Z",
        "2026-10-05T24:30:00Z", "2026-10-05T08:60:00Z", "2026-10-05T08:30:61Z",
        "2026-10-05T-8:30:00Z", "2026-10-05T08:30:00z", "2026-10-05T08:30:00Z "}) {
    EXPECT_FALSE(parse_utc_s(text)) << text;
  }
}

}  // namespace
}  // namespace tpp
