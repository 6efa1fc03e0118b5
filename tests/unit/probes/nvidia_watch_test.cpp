#include "probes/nvidia/nvml_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "agent/support/error.h"
#include "probes/kept_answer.h"
#include "tests/unit/probes/fake_nvml.h"
#include "tests/unit/probes/nvml_calls.h"

namespace tpp {
namespace {

using testing::ElementsAre;

TEST_F(NvidiaProbe, ReadsAGpuUnderLoad) {
  use("h100_loaded");
  const nvml::Api api = fake_api();
  const auto watch = watch_nvml(api, {"0000:00:09.0"});

  const TelemetrySample sample = watch->read();

  EXPECT_EQ(sample.clock_hz, 1980e6);
  EXPECT_EQ(sample.memory_clock_hz, 2619e6);
  EXPECT_EQ(sample.power_w, 588.39) << "of the instant, not of the last second";
  EXPECT_EQ(sample.energy_j, 123456.789);
  EXPECT_EQ(sample.temperature_c, 59);
  EXPECT_EQ(sample.memory_temperature_c, 55);
  EXPECT_EQ(sample.utilization, 1);
  EXPECT_THAT(sample.clock_limits.value(), ElementsAre("power_cap"));
  EXPECT_EQ(sample.processes, 1);
  EXPECT_EQ(sample.memory_used_bytes, 64ull << 30) << "without what the driver reserves";
}

TEST_F(NvidiaProbe, CountsClientsOfTheSharingServiceAmongTheProcesses) {
  use("rack");
  const nvml::Api api = fake_api();

  EXPECT_EQ(watch_nvml(api, {probe("rack").devices.at(0).id})->read().processes, 2);
}

TEST_F(NvidiaProbe, ReadsTheListOfProcessesSeldom) {
  use("h100_loaded");
  nvml::Api api = fake_api();
  static int asked = 0;
  asked = 0;
  api.processes = [](nvml::Device, unsigned* count, void*) {
    *count = static_cast<unsigned>(++asked);
    return nvml::kSuccess;
  };
  const auto watch = watch_nvml(api, {"0000:00:09.0"});

  const auto begin = std::chrono::steady_clock::now();
  const auto lasted = [&] { return std::chrono::steady_clock::now() - begin; };
  while (watch->read().processes == 1) ASSERT_LT(lasted(), std::chrono::seconds(20));

  EXPECT_GE(lasted(), kProcessListAge);
}

TEST_F(NvidiaProbe, TellsProcessesAndMemoryOfTheInstanceThatItWatches) {
  use("h100_mig");
  const nvml::Api api = fake_api();
  const std::string first = "0000:00:09.0/MIG-00000000-0000-0000-0000-000000000000";

  const TelemetrySample sample = watch_nvml(api, {first})->read();

  EXPECT_EQ(sample.processes, 3);
  EXPECT_EQ(sample.memory_used_bytes, 1u << 20);
  // Of an instance that is gone nothing is known, and of the whole GPU it is no business.
  EXPECT_EQ(watch_nvml(api, {"0000:00:09.0/MIG-9"})->read().processes, std::nullopt);
}

TEST_F(NvidiaProbe, WatchesTheWholeGpuOfAnInstance) {
  use("h100_mig");
  const nvml::Api api = fake_api();

  EXPECT_EQ(watch_nvml(api, {"0000:00:09.0/MIG-00000001-0000-0000-0000-000000000001"})
                ->read()
                .temperature_c,
            42);
  EXPECT_THROW(watch_nvml(api, {"0000:00:0a.0"}), Error);
}

TEST_F(NvidiaProbe, ReadsWhatItCanWhenACallFailsUnderLoad) {
  const nvml::Api api = fake_api();
  for (const char* call : {"nvmlDeviceGetClockInfo", "nvmlDeviceGetCurrentClocksEventReasons",
                           "nvmlDeviceGetTemperature", "nvmlDeviceGetPowerUsage",
                           "nvmlDeviceGetTotalEnergyConsumption", "nvmlDeviceGetUtilizationRates",
                           "nvmlDeviceGetFieldValues", "nvmlDeviceGetComputeRunningProcesses_v3",
                           "nvmlDeviceGetMemoryInfo_v2", "nvmlDeviceGetMemoryInfo"}) {
    use("h100_loaded", std::string("fail=") + call + ":999");
    const TelemetrySample sample = watch_nvml(api, {"0000:00:09.0"})->read();
    const std::string name = call;
    EXPECT_EQ(sample.clock_hz.has_value(), name != "nvmlDeviceGetClockInfo") << call;
    EXPECT_EQ(sample.temperature_c.has_value(), name != "nvmlDeviceGetTemperature") << call;
    EXPECT_EQ(sample.clock_limits.has_value(), name != "nvmlDeviceGetCurrentClocksEventReasons")
        << call;
    EXPECT_EQ(sample.power_w, name == "nvmlDeviceGetFieldValues" ? 629.45 : 588.39) << call;
    EXPECT_EQ(sample.processes.has_value(), name != "nvmlDeviceGetComputeRunningProcesses_v3");
    EXPECT_EQ(sample.memory_used_bytes.has_value(), name != "nvmlDeviceGetMemoryInfo_v2") << call;
  }
}

TEST_F(NvidiaProbe, TakesNothingOfGarbageForAReading) {
  use("h100_loaded", "garbage");
  const nvml::Api api = fake_api();

  const TelemetrySample sample = watch_nvml(api, {"0000:00:09.0"})->read();

  EXPECT_FALSE(sample.clock_hz || sample.memory_clock_hz || sample.power_w || sample.energy_j ||
               sample.temperature_c || sample.memory_temperature_c || sample.utilization);
  EXPECT_FALSE(sample.processes || sample.memory_used_bytes);
  EXPECT_EQ(sample.clock_limits, std::nullopt);
}

}  // namespace
}  // namespace tpp
