#include "agent/regulation/figures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "agent/classify_request.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::HasSubstr;

struct Fault {
  const char* name;
  void (*set)(ClassifyWords&);
  const char* message;
};

class FaultyWords : public testing::TestWithParam<Fault> {};

TEST_P(FaultyWords, AreRefusedWithTheOptionAndWhatIsAccepted) {
  ClassifyWords words;
  GetParam().set(words);
  try {
    classify_request(words, "2026-09-01");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Each, FaultyWords,
    testing::Values(
        Fault{"nothing", [](ClassifyWords&) {}, "nothing to classify; expected figures"},
        Fault{"word", [](ClassifyWords& w) { w.tpp = "many"; }, "--tpp: 'many' is no number"},
        Fault{"unit", [](ClassifyWords& w) { w.tpp = "4800TPP"; }, "--tpp: '4800TPP' is no number"},
        Fault{"comma", [](ClassifyWords& w) { w.tpp = "4800,5"; }, "is no number"},
        Fault{"negative", [](ClassifyWords& w) { w.tpp = "-1"; },
              "--tpp: -1 is out of range; expected from 0.001 to 1e+08"},
        Fault{"nan", [](ClassifyWords& w) { w.tpp = "nan"; }, "--tpp"},
        Fault{"infinite", [](ClassifyWords& w) { w.tpp = "inf"; }, "--tpp"},
        Fault{"huge", [](ClassifyWords& w) { w.tpp = "1e300"; }, "--tpp: 1e+300 is out of range"},
        Fault{"overflow", [](ClassifyWords& w) { w.tpp = "1e999"; }, "--tpp"},
        Fault{"area_zero",
              [](ClassifyWords& w) {
                w.tpp = "5000";
                w.die_area = "0";
              },
              "--die-area: 0 is out of range; expected from 0.01 to 100000 (mm2)"},
        Fault{"area_alone", [](ClassifyWords& w) { w.die_area = "814"; },
              "no figure to classify by"},
        Fault{"planar_with_area",
              [](ClassifyWords& w) {
                w.tpp = "5000";
                w.die_area = "814";
                w.planar = true;
              },
              "--planar and --die-area contradict each other"},
        Fault{"bandwidth",
              [](ClassifyWords& w) {
                w.tpp = "5000";
                w.dram_bandwidth = "-3";
              },
              "--dram-bandwidth: -3 is out of range"},
        Fault{
            "transistors",
            [](ClassifyWords& w) {
              w.tpp = "5000";
              w.transistors = "80000000000";
            },
            "--transistors: 8e+10 is out of range; expected from 0 to 100000 (thousand millions)"},
        Fault{"datacenter",
              [](ClassifyWords& w) {
                w.tpp = "5000";
                w.datacenter = "maybe";
              },
              "--datacenter: 'maybe' is not known; expected yes or no"},
        Fault{"stack_without_area", [](ClassifyWords& w) { w.hbm_bandwidth = "819"; },
              "--hbm-bandwidth and --package-area belong together"},
        Fault{"area_without_stack", [](ClassifyWords& w) { w.package_area = "110"; },
              "belong together"},
        Fault{"stack_and_circuit",
              [](ClassifyWords& w) {
                w.hbm_bandwidth = "819";
                w.package_area = "110";
                w.tpp = "5000";
              },
              "--hbm-bandwidth and --tpp contradict each other"},
        Fault{"stack_without_hbm",
              [](ClassifyWords& w) {
                w.hbm_bandwidth = "819";
                w.package_area = "110";
                w.hbm = "no";
              },
              "--hbm no"},
        Fault{"two_sources",
              [](ClassifyWords& w) {
                w.tpp = "5000";
                w.chip = "H100";
              },
              "--tpp and --chip contradict each other"},
        Fault{"processors_of_no_report",
              [](ClassifyWords& w) {
                w.chip = "EPYC 9654";
                w.classify_cpu = true;
              },
              "--classify-cpu belongs to --report or --pass"},
        Fault{"chip_and_report",
              [](ClassifyWords& w) {
                w.chip = "H100";
                w.report = "r.json";
              },
              "--chip and --report contradict each other"},
        Fault{"stage_of_a_chip",
              [](ClassifyWords& w) {
                w.chip = "H100";
                w.stage = "die";
              },
              "--stage and --chip contradict each other"},
        Fault{"day",
              [](ClassifyWords& w) {
                w.tpp = "1";
                w.as_of = "2023-02-30";
              },
              "--as-of: '2023-02-30' is no day"},
        Fault{"day_form",
              [](ClassifyWords& w) {
                w.tpp = "1";
                w.as_of = "17.11.2023";
              },
              "expected one of the calendar, such as 2023-11-17"},
        Fault{"scope",
              [](ClassifyWords& w) {
                w.tpp = "1";
                w.scope = "both";
              },
              "--scope: 'both' is not known; expected text or enforced"},
        Fault{"headquarters_alone",
              [](ClassifyWords& w) {
                w.tpp = "1";
                w.headquarters = {"CN"};
              },
              "--headquarters belongs to --destination"},
        Fault{"origin_alone",
              [](ClassifyWords& w) {
                w.tpp = "1";
                w.exported_from = "US";
              },
              "--exported-from belongs to --destination"},
        Fault{"matrix_to_one",
              [](ClassifyWords& w) {
                w.matrix = true;
                w.destination = "CN";
              },
              "--matrix and --destination contradict each other"}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(Words, BecomeFiguresAndAQuestion) {
  ClassifyWords words;
  words.tpp = "4992";
  words.die_area = "826";
  words.datacenter = "yes";
  words.destination = "CN";
  words.headquarters = {"CN", "KY"};
  words.exported_from = "US";
  const ClassifyRequest request = classify_request(words, "2026-09-01");
  ASSERT_TRUE(request.figures);
  EXPECT_EQ(request.figures->tpp, 4992);
  EXPECT_EQ(request.figures->datacenter, true);
  EXPECT_FALSE(request.figures->hbm);
  EXPECT_EQ(request.question.as_of, "2026-09-01");
  ASSERT_TRUE(request.question.transaction);
  EXPECT_EQ(request.question.transaction->headquarters.size(), 2U);
  EXPECT_FALSE(request.question.transaction->headquarters_open);
  words.headquarters = {"SG"};
  EXPECT_TRUE(classify_request(words, "2026-09-01").question.transaction->headquarters_open);
}

TEST(Figures, KeepWhatIsUnknownUnknown) {
  Figures figures;
  figures.tpp = 3000;
  const BoardValues values = figure_values(figures);
  EXPECT_TRUE(values.datacenter);
  EXPECT_FALSE(values.datacenter_known);
  EXPECT_FALSE(values.hbm);
  EXPECT_FALSE(values.bases[0].figures.contains(RuleQuantity::pd));
  EXPECT_FALSE(values.bases[0].figures.contains(RuleQuantity::dram_bandwidth));
}

}  // namespace
}  // namespace tpp
