#include "agent/pass/sleeping_devices.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

std::vector<Inventory> probed(const char* vendor, const char* code) {
  Inventory inventory;
  inventory.devices.resize(1);
  inventory.devices[0].id.value = "0000:01:00.0";
  inventory.devices[0].vendor = vendor;
  inventory.findings.resize(1);
  inventory.findings[0].code = code;
  inventory.findings[0].subject = "0000:01:00.0";
  return {inventory};
}

TEST(SleepingDevices, KeepTheRuntimesOfTheirMakerAndUnknownOnesFromBeingAsked) {
  const auto nvidia = probed("NVIDIA", "device.asleep");

  EXPECT_EQ(would_wake("cuda", nvidia), "not asked: 0000:01:00.0 sleeps, and would be woken");
  EXPECT_TRUE(would_wake("opencl", nvidia));
  EXPECT_TRUE(would_wake("module_of_tomorrow", nvidia));
  EXPECT_FALSE(would_wake("hip", nvidia));
  EXPECT_FALSE(would_wake("cpu", nvidia));
  EXPECT_TRUE(would_wake("hip", probed("AMD", "device.asleep")));
}

TEST(SleepingDevices, OfWhichThereAreNoneKeepNothing) {
  EXPECT_FALSE(would_wake("cuda", probed("NVIDIA", "device.busy")));
  EXPECT_FALSE(would_wake("opencl", {}));
}

}  // namespace
}  // namespace tpp
