#include "probes/nvidia/nvidia_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "agent/support/dynamic_library.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const DynamicLibrary& library() {
  static const auto opened = DynamicLibrary::open(TPP_FAKE_NVML_LIBRARY, nullptr);
  return *opened;
}

nvml::Api fake_api() {
  std::string missing;
  return *nvml::Api::bind([](const char* name) { return library().symbol(name); }, missing);
}

// What the probe says of a recorded library, with a fault if one is asked for.
class NvidiaProbe : public testing::Test {
 protected:
  Inventory probe(const std::string& recorded, const std::string& fault = "") {
    const std::string file = std::string(TPP_FIXTURES) + "/nvml/" + recorded + ".yaml";
    ::setenv("TPP_FAKE_NVML", file.c_str(), 1);
    ::setenv("TPP_FAKE_NVML_FAULT", fault.c_str(), 1);
    return read_nvml(fake_api());
  }

  void TearDown() override {
    EXPECT_EQ(library().function<int (*)()>("fake_nvml_users")(), 0)
        << "the library is still held open";
  }
};

std::vector<std::string> codes(const Inventory& inventory) {
  std::vector<std::string> result;
  for (const Finding& finding : inventory.findings) result.push_back(finding.code);
  return result;
}

TEST_F(NvidiaProbe, ShowsIdentityAndLimits) {
  const Inventory inventory = probe("h100");

  ASSERT_EQ(inventory.devices.size(), 1u);
  const Device& device = inventory.devices[0];
  EXPECT_EQ(device.id.value, "0000:00:09.0");
  EXPECT_EQ(device.pci_id, "10de:2330");
  EXPECT_EQ(device.name, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(device.uuid, "GPU-00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(device.serial, "0000000000000");
  EXPECT_EQ(device.driver_version, "590.48.01");
  EXPECT_EQ(device.architecture, "sm_90");
  EXPECT_EQ(device.max_clock_hz, 1980e6);
  EXPECT_EQ(device.memory_bytes, 81559ull << 20);
  EXPECT_EQ(device.memory_bus_bits, 5120);
  EXPECT_EQ(device.memory_transfers_per_s, 5238e6);
  EXPECT_EQ(device.units, std::nullopt);
  EXPECT_EQ(device.board.value, "");
  EXPECT_FALSE(device.slice) << "a GPU that is passed through is whole";
  EXPECT_EQ(codes(inventory), std::vector<std::string>{});
}

TEST_F(NvidiaProbe, LeavesUnknownWhatTheLibraryDoesNotSupport) {
  const Device device = probe("rtx_4080_super").devices.at(0);

  EXPECT_EQ(device.serial, std::nullopt);
  EXPECT_EQ(device.max_clock_hz, std::nullopt);
  EXPECT_EQ(device.memory_transfers_per_s, std::nullopt);
  EXPECT_FALSE(device.slice);
}

TEST_F(NvidiaProbe, CallsAPartitionedGpuASlice) {
  const Device device = probe("h100_mig").devices.at(0);

  EXPECT_TRUE(device.slice);
  EXPECT_THAT(device.slice_reason, HasSubstr("MIG"));
}

TEST_F(NvidiaProbe, PutsTheGpusOfACardOnOneBoardAndTellsWhatAilsThem) {
  const Inventory inventory = probe("ailing_cards");

  ASSERT_EQ(inventory.devices.size(), 3u);
  EXPECT_EQ(inventory.devices[0].board.value, "0000:07:00.0");
  EXPECT_EQ(inventory.devices[1].board.value, "0000:07:00.0");
  EXPECT_EQ(inventory.devices[2].board.value, "10000:09:00.0");
  EXPECT_THAT(inventory.devices[2].slice_reason, HasSubstr("virtual GPU"));
  EXPECT_THAT(codes(inventory),
              ElementsAre("device.memory_failed", "device.reset_needed", "device.power_capped",
                          "device.reset_needed", "device.unreadable"));
  EXPECT_EQ(inventory.findings[0].subject, "0000:07:00.0");
  EXPECT_THAT(inventory.findings[2].message, HasSubstr("40 W, 62.5 W"));
  EXPECT_EQ(inventory.findings[4].finding_class, FindingClass::health);
}

TEST_F(NvidiaProbe, KeepsEveryOtherAnswerWhenOneCallFails) {
  for (const char* call :
       {"nvmlSystemGetDriverVersion", "nvmlDeviceGetName", "nvmlDeviceGetUUID",
        "nvmlDeviceGetSerial", "nvmlDeviceGetCudaComputeCapability", "nvmlDeviceGetMemoryInfo",
        "nvmlDeviceGetMemoryBusWidth", "nvmlDeviceGetMaxClockInfo", "nvmlDeviceGetMultiGpuBoard",
        "nvmlDeviceGetBoardId", "nvmlDeviceGetMigMode", "nvmlDeviceGetVirtualizationMode",
        "nvmlDeviceGetPowerManagementLimit", "nvmlDeviceGetPowerManagementDefaultLimit",
        "nvmlDeviceGetRemappedRows", "nvmlDeviceGetRetiredPagesPendingStatus"}) {
    const Inventory inventory = probe("h100", std::string("fail=") + call + ":999");

    ASSERT_EQ(inventory.devices.size(), 1u) << call;
    EXPECT_EQ(inventory.devices[0].pci_id, "10de:2330") << call;
    EXPECT_EQ(codes(inventory), std::vector<std::string>{}) << call;
  }
}

TEST_F(NvidiaProbe, NeedsNoneOfTheFunctionsThatOlderDriversLack) {
  ::setenv("TPP_FAKE_NVML", TPP_FIXTURES "/nvml/h100.yaml", 1);
  ::setenv("TPP_FAKE_NVML_FAULT", "", 1);
  std::string missing;
  const auto oldest = nvml::Api::bind(
      [](const char* name) -> void* {
        const std::string text = name;
        const bool old = text.find("_v") != std::string::npos || text == "nvmlShutdown" ||
                         text == "nvmlErrorString";
        return old ? library().symbol(name) : nullptr;
      },
      missing);

  ASSERT_TRUE(oldest) << missing;
  EXPECT_EQ(read_nvml(*oldest).devices.at(0).id.value, "0000:00:09.0");
}

TEST_F(NvidiaProbe, NamesTheFunctionsThatItCannotDoWithout) {
  std::string missing;

  EXPECT_FALSE(nvml::Api::bind([](const char*) -> void* { return nullptr; }, missing));
  EXPECT_THAT(missing, HasSubstr("nvmlInit_v2, nvmlShutdown"));
}

TEST_F(NvidiaProbe, TellsOfAGpuThatCannotBeAsked) {
  const Inventory lost = probe("h100", "fail=nvmlDeviceGetPciInfo_v3:15");

  EXPECT_THAT(codes(lost), ElementsAre("device.unreadable"));
  EXPECT_EQ(lost.findings[0].severity, Severity::error);
}

TEST_F(NvidiaProbe, CallsItNoFaultOfTheNodeWhereAccessIsDenied) {
  for (const char* fault :
       {"fail=nvmlInit_v2:4", "fail=nvmlDeviceGetHandleByIndex_v2:4",
        "fail=nvmlDeviceGetHandleByIndex_v2:17", "fail=nvmlDeviceGetPciInfo_v3:4"}) {
    const Inventory inventory = probe("h100", fault);

    ASSERT_THAT(codes(inventory), ElementsAre("device.unreadable")) << fault;
    EXPECT_EQ(inventory.findings[0].finding_class, FindingClass::condition) << fault;
  }
}

TEST_F(NvidiaProbe, IsSilentWithoutADriverAndSpeaksOfEveryOtherFault) {
  EXPECT_EQ(codes(probe("h100", "fail=nvmlInit_v2:9")), std::vector<std::string>{});
  EXPECT_EQ(codes(probe("h100", "fail=nvmlInit_v2:28")), std::vector<std::string>{});
  const auto message = [&](const char* fault) -> std::string {
    try {
      probe("h100", fault);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message("fail=nvmlInit_v2:18"), HasSubstr("restart the node"));
  EXPECT_THAT(message("fail=nvmlInit_v2:999"), HasSubstr("a fault that was asked for"));
  EXPECT_THAT(message("fail=nvmlDeviceGetCount_v2:999"), HasSubstr("cannot count"));
}

TEST_F(NvidiaProbe, TakesNothingOfGarbageForAFigure) {
  const Inventory inventory = probe("h100", "garbage");

  ASSERT_EQ(inventory.devices.size(), 1u);
  const Device& device = inventory.devices[0];
  EXPECT_EQ(device.name.find_first_not_of('?'), std::string::npos);
  EXPECT_EQ(device.max_clock_hz, std::nullopt);
  EXPECT_EQ(device.memory_bus_bits, std::nullopt);
  EXPECT_EQ(device.memory_bytes, std::nullopt);
  EXPECT_EQ(device.architecture, std::nullopt);
  EXPECT_EQ(device.board.value, "");
  EXPECT_EQ(codes(inventory), std::vector<std::string>{});
  EXPECT_THAT(codes(probe("h100", "garbage-address")), ElementsAre("device.unreadable"));
}

}  // namespace
}  // namespace tpp
