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
  EXPECT_EQ(thresholds.changed(), (std::vector<ThresholdValue>{{Threshold::cut_below, 0.99},
                                                               {Threshold::clock_share, 0.9}}));
  EXPECT_TRUE(thresholds_of({}).changed().empty());
}

TEST(ThresholdSettings, StandInTheFirstLineWithTheirDefaults) {
  EXPECT_EQ(threshold_banner(thresholds_of({"clock_share=0.9", "cut_below=0.99"})),
            "THRESHOLDS: cut_below=0.99 (default 0.98), clock_share=0.9 (default 0.75)");
  EXPECT_EQ(threshold_banner(thresholds_of({"clock_share=0.75"})), std::nullopt);
}

TEST(ThresholdSettings, AreRefusedWhereTheyAreLaxerAndAVerdictRestsOnThem) {
  for (const char* laxer :
       {"unlocked_above=1.03", "cut_below=0.97", "corroborates_within=0.04", "outcome_share=0.4",
        "identity_facts=1", "cut_below=-1", "unlocked_above=1e9"}) {
    EXPECT_THAT(refusal({laxer}), HasSubstr("can only be made stricter")) << laxer;
  }
}

TEST(ThresholdSettings, AreRefusedWhereADeviceIsIdentifiedByThem) {
  for (const char* fixed : {"units_within=0.01", "memory_within=0.1", "parts_within=0.005"}) {
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

Report judged_by(const std::vector<std::string>& settings) {
  const Thresholds thresholds = thresholds_of(settings);
  Report report;
  if (auto banner = threshold_banner(thresholds)) report.banners.push_back(*banner);
  if (!settings.empty()) report.thresholds = thresholds.changed();
  return report;
}

std::string stored_refusal(const std::vector<ThresholdValue>& values) {
  Report report;
  report.thresholds = values;
  try {
    thresholds_of(report, {});
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

TEST(StoredThresholds, OfTheReportAndTheCommandTheStricterCountsWhereAVerdictRestsOnIt) {
  const Report report = judged_by({"unlocked_above=1.01", "cut_below=0.985", "identity_facts=3"});

  const auto again =
      thresholds_of(report, thresholds_of({"unlocked_above=1.015", "cut_below=0.99"}));

  EXPECT_EQ(again.used[Threshold::unlocked_above], 1.01);
  EXPECT_EQ(again.used[Threshold::cut_below], 0.99);
  EXPECT_EQ(again.used[Threshold::identity_facts], 3);
  EXPECT_EQ(again.used[Threshold::corroborates_within], 0.03);
  EXPECT_FALSE(again.lost);
  EXPECT_THAT(again.banners,
              testing::ElementsAre("THRESHOLDS: unlocked_above=1.01 (default 1.02; the report's, "
                                   "stricter than the 1.015 given), cut_below=0.99 (default 0.98; "
                                   "stricter than the report's 0.985), identity_facts=3 (default "
                                   "2; the report's)"));
}

TEST(StoredThresholds, OfCircumstancesAreTheReportsOwnMatter) {
  const Report report = judged_by({"clock_share=0.9", "report_age=400", "busy_utilization=0.1"});

  const auto again =
      thresholds_of(report, thresholds_of({"clock_share=0.8", "busy_utilization=0.1"}));

  EXPECT_EQ(again.used[Threshold::clock_share], 0.8);
  EXPECT_EQ(again.used[Threshold::report_age], 31);
  EXPECT_THAT(again.banners,
              testing::ElementsAre("THRESHOLDS: clock_share=0.8 (default 0.75; 0.9 in the report), "
                                   "busy_utilization=0.1 (default 0.05), report_age=400 (default "
                                   "31; in the report only)"));
}

TEST(StoredThresholds, AreLostWhereTheFirstLineNamesOthersThanThereAreValuesOf) {
  EXPECT_TRUE(thresholds_of(judged_by({}), {}).banners.empty());
  EXPECT_FALSE(thresholds_of(judged_by({"identity_facts=3"}), {}).lost);
  Report old = judged_by({"identity_facts=3"});
  old.thresholds.reset();
  EXPECT_TRUE(thresholds_of(old, {}).lost);
  EXPECT_EQ(thresholds_of(old, {}).banners, old.banners);
  Report changed = judged_by({"identity_facts=3"});
  changed.thresholds->at(0).threshold = Threshold::clock_held_share;
  changed.thresholds->at(0).value = 0.5;
  EXPECT_TRUE(thresholds_of(changed, {}).lost);
}

TEST(StoredThresholds, ThatWereLostStandInOneBannerWithThoseGiven) {
  Report old = judged_by({"identity_facts=3"});
  old.thresholds.reset();
  old.banners.insert(old.banners.begin(), "SIMULATED: a scenario");

  EXPECT_THAT(
      thresholds_of(old, thresholds_of({"cut_below=0.99"})).banners,
      testing::ElementsAre("SIMULATED: a scenario",
                           "THRESHOLDS: cut_below=0.99 (default 0.98); named by the report, "
                           "which has no values of them: identity_facts=3 (default 2)"));
}

TEST(StoredThresholds, ThatWereLostAreGivenByNoOthersThanThoseNamed) {
  Report old = judged_by({"identity_facts=3", "clock_share=0.9"});
  old.thresholds.reset();

  for (const char* other : {"report_age=60", "memory_errors=1", "cut_below=0.99"}) {
    EXPECT_TRUE(thresholds_of(old, thresholds_of({other})).lost) << other;
  }
  EXPECT_FALSE(thresholds_of(old, thresholds_of({"identity_facts=3"})).lost);
  old.banners = {"THRESHOLDS: cut_below=0.99 (default 0.98)"};
  EXPECT_TRUE(thresholds_of(old, thresholds_of({"cut_below=0.985"})).lost);
  EXPECT_FALSE(thresholds_of(old, thresholds_of({"cut_below=0.995"})).lost);
  for (const char* unreadable : {"THRESHOLDS: ", "THRESHOLDS: cut_below", "THRESHOLDS: cut_below=x",
                                 "THRESHOLDS: of_later_version=3"}) {
    old.banners = {unreadable};
    EXPECT_TRUE(thresholds_of(old, thresholds_of({"cut_below=1"})).lost) << unreadable;
  }
}

TEST(StoredThresholds, ThatNoPassCanHaveWorkedWithAreRefused) {
  EXPECT_THAT(stored_refusal({{Threshold::identity_facts, 1}}),
              AllOf(HasSubstr("judged by identity_facts=1"), HasSubstr("only be made stricter")));
  EXPECT_THAT(stored_refusal({{Threshold::unlocked_above, 1.5}}), HasSubstr("stricter"));
  EXPECT_THAT(stored_refusal({{Threshold::clock_share, 2}}), HasSubstr("a number from 0 to 1"));
  EXPECT_THAT(stored_refusal({{Threshold::units_within, 0.01}}), HasSubstr("identified by it"));
  EXPECT_THAT(stored_refusal({{Threshold::clock_share, 1}, {Threshold::clock_share, 0.5}}),
              HasSubstr("clock_share twice"));
  EXPECT_EQ(stored_refusal({{Threshold::units_within, 0.02}, {Threshold::identity_facts, 3}}), "");
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
  EXPECT_EQ(strict, 5);
}

}  // namespace
}  // namespace tpp
