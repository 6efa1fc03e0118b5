#include "exporters/prometheus/metric_families.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST(MetricFamilies, StandInTheOrderOfTheTableHoweverTheyWereAdded) {
  MetricFamilies families;
  families.add(Metric::board_tpp, 2, {"b", "achieved"});
  families.add(Metric::report_banners, 1);
  families.add(Metric::board_tpp, 1, {"a", "achieved"});

  const auto filled = families.take();

  ASSERT_THAT(filled, SizeIs(2));
  EXPECT_EQ(filled[0].name, "tpp_report_banners");
  EXPECT_EQ(filled[1].name, "tpp_board_tpp");
  ASSERT_THAT(filled[1].metric, SizeIs(2));
  EXPECT_EQ(filled[1].metric[0].gauge.value, 2) << "samples stay in the order of their coming";
}

TEST(MetricFamilies, LeaveOutWhatIsNoNumber) {
  MetricFamilies families;
  families.add(Metric::report_duration, std::numeric_limits<double>::quiet_NaN());
  families.add(Metric::board_tpp, std::numeric_limits<double>::infinity(), {"a", "achieved"});

  EXPECT_THAT(families.take(), IsEmpty());
}

// Prometheus refuses the whole text for one sample that comes twice.
TEST(MetricFamilies, HaveNoSampleTwice) {
  MetricFamilies families;
  families.add(Metric::board_tpp, 1, {"a", "achieved"});
  families.add(Metric::board_tpp, 2, {"a", "achieved"});
  families.add(Metric::board_tpp, 3, {"a", "declared"});

  const auto filled = families.take();

  ASSERT_THAT(filled, SizeIs(1));
  ASSERT_THAT(filled[0].metric, SizeIs(2));
  EXPECT_EQ(filled[0].metric[0].gauge.value, 1);
  EXPECT_EQ(filled[0].metric[1].gauge.value, 3);
}

TEST(MetricFamilies, LeaveOutALabelWithoutAValue) {
  MetricFamilies families;
  families.add(Metric::build_info, 1, {"0.1.0", ""});

  const auto filled = families.take();

  ASSERT_THAT(filled, SizeIs(1));
  EXPECT_THAT(filled[0].metric.at(0).label,
              ElementsAre(prometheus::ClientMetric::Label{"version", "0.1.0"}));
}

TEST(MetricFamilies, CleanTheValuesOfLabels) {
  MetricFamilies families;
  families.add(Metric::build_info, 1, {"\xFF\n", ""});

  EXPECT_EQ(families.take().at(0).metric.at(0).label.at(0).value, "\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(MetricFamilies, KeepTheValueOfACounterApart) {
  MetricFamilies families;
  families.add(Metric::passes, 7, {"completed"});

  const auto filled = families.take();

  EXPECT_EQ(filled.at(0).type, prometheus::MetricType::Counter);
  EXPECT_EQ(filled.at(0).metric.at(0).counter.value, 7);
}

}  // namespace
}  // namespace tpp
