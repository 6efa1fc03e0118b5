#include "probes/device_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Device idle_device() {
  Device device;
  device.id.value = "0000:17:00.0";
  device.state.emplace();
  device.limits.emplace();
  return device;
}

std::vector<std::string> codes(const std::vector<Finding>& findings) {
  std::vector<std::string> result;
  for (const Finding& finding : findings) result.push_back(finding.code);
  return result;
}

TEST(DeviceFindings, TellOfADeviceThatIsBusyWithoutAProcessThatIsListed) {
  Device device = idle_device();
  device.state->utilization = 0.05;
  EXPECT_THAT(device_findings(device), IsEmpty());

  device.state->utilization = 0.97;
  const auto findings = device_findings(device);
  ASSERT_THAT(codes(findings), ElementsAre("device.busy"));
  EXPECT_THAT(findings[0].message, HasSubstr("97 % busy before any load of ours"));

  device.state->processes = 1;  // told of once
  EXPECT_THAT(codes(device_findings(device)), ElementsAre("device.busy"));
}

TEST(DeviceFindings, TellOfErrorsOfItsMemory) {
  Device device = idle_device();
  device.state->uncorrected_errors = 0;
  EXPECT_THAT(device_findings(device), IsEmpty());

  device.state->uncorrected_errors = 3;
  const auto findings = device_findings(device);
  ASSERT_THAT(codes(findings), ElementsAre("device.memory_errors"));
  EXPECT_EQ(findings[0].finding_class, FindingClass::health);
  EXPECT_THAT(findings[0].message, HasSubstr("had 3 errors"));
}

TEST(DeviceFindings, TakeTheNumbersThatTheUserGave) {
  Device device = idle_device();
  device.limits->power_limit_w = 650;
  device.limits->default_power_limit_w = 700;
  device.limits->application_clock_hz = 1900e6;
  device.limits->default_application_clock_hz = 1980e6;
  device.state->utilization = 0.2;
  device.state->uncorrected_errors = 3;
  EXPECT_THAT(codes(device_findings(device)),
              ElementsAre("device.memory_errors", "device.busy", "device.power_capped",
                          "device.clock_limited"));

  Thresholds thresholds;
  thresholds.set(Threshold::power_limit_share, 0.9);
  thresholds.set(Threshold::application_clock_share, 0.9);
  thresholds.set(Threshold::busy_utilization, 0.25);
  thresholds.set(Threshold::memory_errors, 3);
  EXPECT_THAT(device_findings(device, thresholds), IsEmpty());
}

TEST(DeviceFindings, AreThoseOfTheUsersNumbersWhenJudgedAgain) {
  Inventory inventory;
  inventory.devices = {idle_device(), idle_device()};
  inventory.devices[0].state->uncorrected_errors = 3;
  inventory.devices[1].id.value = "0000:18:00.0";
  inventory.devices[1].state->utilization = 0.04;
  inventory.findings = device_findings(inventory.devices[0]);
  inventory.findings.push_back({.code = "device.unseen", .subject = "0000:19:00.0", .message = ""});

  Thresholds thresholds;
  thresholds.set(Threshold::memory_errors, 3);
  thresholds.set(Threshold::busy_utilization, 0.01);
  judge_again(thresholds, inventory);

  EXPECT_THAT(codes(inventory.findings), ElementsAre("device.unseen", "device.busy"));
}

TEST(PartitionFindings, AreOneForEachDeviceThatIsDivided) {
  std::vector<Device> devices(5, idle_device());
  devices[1].id.value = "0000:18:00.0";
  devices[1].state->partitioned = true;
  devices[2].id.value = "0000:18:00.0/MIG-1";
  devices[3].id.value = "0000:19:00.0/0";
  devices[3].state->compute_partition = "CPX";
  devices[4].id.value = "0000:19:00.0/1";

  const auto findings = partition_findings(devices);

  ASSERT_THAT(codes(findings), ElementsAre("device.partitioned", "device.partitioned"));
  EXPECT_EQ(findings[0].subject, "0000:18:00.0");
  EXPECT_EQ(findings[1].subject, "0000:19:00.0");
  EXPECT_THAT(findings[1].message, HasSubstr("into parts (CPX)"));
}

}  // namespace
}  // namespace tpp
