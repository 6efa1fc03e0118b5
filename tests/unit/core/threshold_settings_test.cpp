#include "agent/threshold_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal(const std::vector<std::string>& settings) {
  try {
    thresholds_of(settings);
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

TEST(ThresholdSettings, ChangeWhatTheyNameAndNothingElse) {
  const Thresholds thresholds = thresholds_of({"clock_share=0.9", "cut_below=0.99"});

  EXPECT_EQ(thresholds[Threshold::clock_share], 0.9);
  EXPECT_EQ(thresholds[Threshold::cut_below], 0.99);
  EXPECT_EQ(thresholds.changed(), (std::vector{Threshold::cut_below, Threshold::clock_share}));
  EXPECT_TRUE(thresholds_of({}).changed().empty());
}

TEST(ThresholdSettings, StandInTheFirstLineWithTheirDefaults) {
  EXPECT_EQ(threshold_banner(thresholds_of({"clock_share=0.9", "cut_below=0.99"})),
            "THRESHOLDS: cut_below=0.99 (default 0.98), clock_share=0.9 (default 0.75)");
  EXPECT_EQ(threshold_banner(thresholds_of({"clock_share=0.75"})), std::nullopt);
}

TEST(ThresholdSettings, AreRefusedWhereTheyAreLaxerAndAVerdictRestsOnThem) {
  for (const char* laxer : {"unlocked_above=1.03", "cut_below=0.97", "corroborates_within=0.04",
                            "identity_facts=1", "cut_below=-1", "unlocked_above=1e9"}) {
    EXPECT_THAT(refusal({laxer}), HasSubstr("can only be made stricter")) << laxer;
  }
}

TEST(ThresholdSettings, AreRefusedWhereADeviceIsIdentifiedByThem) {
  for (const char* fixed : {"units_within=0.01", "memory_within=0.1"}) {
    EXPECT_THAT(refusal({fixed}), HasSubstr("devices are identified by it")) << fixed;
  }
}

TEST(ThresholdSettings, AreRefusedWhereAPartOfOneIsNothing) {
  for (const char* part : {"identity_facts=2.5", "memory_errors=0.5"}) {
    EXPECT_THAT(refusal({part}), HasSubstr("expected a whole number from")) << part;
  }
  EXPECT_EQ(thresholds_of({"identity_facts=3"})[Threshold::identity_facts], 3);
  EXPECT_EQ(thresholds_of({"memory_errors=7"})[Threshold::memory_errors], 7);
}

TEST(ThresholdSettings, AreRefusedWhereTheyCannotBe) {
  for (const char* wrong : {"clock_share=nan", "clock_share=", "clock_share=2", "clock_share=-0.1",
                            "clock_share=0.5x", "clock_share=inf"}) {
    EXPECT_THAT(refusal({wrong}), HasSubstr("expected a number from 0 to 1")) << wrong;
  }
  EXPECT_THAT(refusal({"clock_shares=1"}),
              AllOf(HasSubstr("cut_below, "), HasSubstr("did you mean clock_share?")));
  EXPECT_THAT(refusal({"clock_share"}), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(refusal({"=1"}), HasSubstr("expected NAME=VALUE"));
  EXPECT_THAT(refusal({"clock_share=1", "clock_share=0.9"}), HasSubstr("given twice"));
}

TEST(Thresholds, HaveTheirDefaultAtTheLaxEndOfTheirRangeWhereAVerdictRestsOnThem) {
  int strict = 0;
  for (const ThresholdInfo& row : thresholds()) {
    EXPECT_TRUE(row.least <= row.standard && row.standard <= row.most) << row.name;
    EXPECT_EQ(row.adjustable == Adjustable::no, row.least == row.most) << row.name;
    if (row.adjustable != Adjustable::stricter) continue;
    ++strict;
    EXPECT_NE(row.standard == row.least, row.standard == row.most) << row.name;
  }
  EXPECT_EQ(strict, 4);
}

}  // namespace
}  // namespace tpp
