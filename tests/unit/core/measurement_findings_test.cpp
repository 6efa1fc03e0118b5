#include "agent/boards/measurement_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using test::measured;
using test::small_chip;
using testing::HasSubstr;

// small_chip() at 97 % of its 1590 MHz; each rate tells of its clock.
test::Scene scene_at(double share) {
  test::Scene scene = measured(small_chip());
  for (std::size_t i = 0; i < scene.measurements.size(); ++i) {
    scene.rate(i).clock_hz = share * 1590e6;
  }
  return scene;
}

std::vector<Finding> findings_of(const test::Scene& scene, const Thresholds& thresholds = {}) {
  Report report;
  report.inventory = scene.inventory;
  report.measurements = scene.measurements;
  report.performances = test::aggregate_scene(scene);
  report.chips = scene.catalog.chips;
  return measurement_findings(report, thresholds);
}

const Finding* find(const std::vector<Finding>& findings, const std::string& code) {
  for (const Finding& finding : findings) {
    if (finding.code == code) return &finding;
  }
  return nullptr;
}

TEST(MeasurementFindings, AreNoneOfADeviceAtItsClock) {
  EXPECT_TRUE(findings_of(scene_at(0.97)).empty());
  EXPECT_TRUE(findings_of(scene_at(0.75)).empty());
}

TEST(MeasurementFindings, TellOfAClockBelowItsShare) {
  test::Scene scene = scene_at(0.97);
  scene.rate(1).clock_hz = 0.74 * 1590e6;
  const std::vector<Finding> findings = findings_of(scene);

  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].code, "device.clock_low");
  EXPECT_EQ(findings[0].finding_class, FindingClass::condition);
  EXPECT_EQ(findings[0].subject, scene.device().id.value);
  EXPECT_THAT(findings[0].message, HasSubstr("below 75 % of its 1590 MHz in 1 of its measurements, "
                                             "at 1177 MHz in int8 by mma"));
}

TEST(MeasurementFindings, LeaveTheClockOfWhatCountsBytesAlone) {
  test::Scene scene = scene_at(0.97);
  scene.rate(1).clock_hz = 0.1 * 1590e6;
  scene.rate(1).quantity = Quantity::bytes;

  EXPECT_TRUE(findings_of(scene).empty());
}

TEST(MeasurementFindings, HoldAClockAgainstTheRowsToo) {
  test::Scene scene = scene_at(0.4);
  scene.device().max_clock_hz = 0.4 * 1590e6;

  EXPECT_NE(find(findings_of(scene), "device.clock_low"), nullptr);
  scene.chip().matrix_clock_hz.reset();
  EXPECT_EQ(find(findings_of(scene), "device.clock_low"), nullptr);
  scene.chip().boost_clock_hz = test::figure(1590e6);
  EXPECT_NE(find(findings_of(scene), "device.clock_low"), nullptr);
}

TEST(MeasurementFindings, TakeTheShareThatTheUserGave) {
  Thresholds thresholds;
  thresholds.set(Threshold::clock_share, 0.98);
  EXPECT_NE(find(findings_of(scene_at(0.97), thresholds), "device.clock_low"), nullptr);
  thresholds.set(Threshold::clock_share, 0.3);
  EXPECT_EQ(find(findings_of(scene_at(0.4), thresholds), "device.clock_low"), nullptr);
}

TEST(MeasurementFindings, LeaveTheClocksOfHostsAlone) {
  test::Scene scene = scene_at(0.4);
  scene.device().kind = DeviceKind::cpu;
  scene.device().id.value = "cpu:0";
  scene.device().pci_id.reset();
  for (Measurement& measurement : scene.measurements) measurement.id.device.value = "cpu:0";

  EXPECT_EQ(find(findings_of(scene), "device.clock_low"), nullptr);
}

TEST(MeasurementFindings, TellOfATimerThatDrifts) {
  for (const auto& [ratio, told] : {std::pair(1.004, false), std::pair(1.006, true),
                                    std::pair(0.994, true), std::pair(0.996, false)}) {
    test::Scene scene = scene_at(0.97);
    scene.rate(0).timer_ratio = ratio;
    const auto findings = findings_of(scene);
    const Finding* finding = find(findings, "evidence.timer_drift");
    ASSERT_EQ(finding != nullptr, told) << ratio;
    if (finding == nullptr) continue;
    EXPECT_EQ(finding->finding_class, FindingClass::health);
    EXPECT_THAT(finding->message, HasSubstr("fp16 by mma: "));
  }
}

TEST(MeasurementFindings, TellOfPathsThatProveLittle) {
  test::Scene scene = scene_at(0.97);
  scene.rate(0).generic = true;
  scene.rate(1).emulated = scene.rate(1).generic = true;
  const auto findings = findings_of(scene);

  const Finding* generic = find(findings, "evidence.generic_path");
  const Finding* emulated = find(findings, "evidence.emulated_path");
  ASSERT_NE(generic, nullptr);
  ASSERT_NE(emulated, nullptr);
  EXPECT_THAT(generic->message, testing::StartsWith("fp16 by mma: "));
  EXPECT_THAT(emulated->message, testing::StartsWith("int8 by mma: "));
}

}  // namespace
}  // namespace tpp
