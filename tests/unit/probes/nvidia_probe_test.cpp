#include "probes/nvidia/nvidia_probe.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

#include "agent/support/error.h"
#include "probes/kept_answer.h"
#include "probes/nvidia/nvml_watch.h"
#include "probes/unseen_gpus.h"
#include "tests/unit/probes/fake_nvml.h"
#include "tests/unit/probes/node_files.h"
#include "tests/unit/probes/nvml_calls.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

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

// A node with GPUs of the bus beside a library that counts how often it was opened.
class NvidiaBus : public NvidiaProbe {
 protected:
  void add(const std::string& address, const char* status, const char* driver = "nvidia") const {
    const std::filesystem::path folder = std::filesystem::path(kPciDevices) / address;
    node_.write(folder / "vendor", "0x10de");
    node_.write(folder / "device", "0x2330");
    node_.write(folder / "class", "0x030200");
    node_.write(folder / "power/runtime_status", status);
    std::filesystem::create_symlink(std::string("../drivers/") + driver,
                                    node_.root() / folder / "driver");
  }
  Inventory read() {
    return probe_nvidia(node_.files(), [&]() -> std::optional<nvml::Library> {
      ++opened_;
      return nvml::Library{library(), fake_api()};
    });
  }

  const test::MadeNode node_{};
  int opened_ = 0;
};

TEST_F(NvidiaBus, OfSleepingGpusAloneIsListedWithoutTheLibrary) {
  use("h100", "fail=nvmlInit_v2:999");
  add("0000:00:09.0", "suspended");
  add("0000:00:0a.0", "suspended");

  const Inventory inventory = read();

  EXPECT_EQ(opened_, 0);
  EXPECT_THAT(codes(inventory), ElementsAre("device.asleep", "device.asleep"));
  ASSERT_EQ(inventory.devices.size(), 2u);
  EXPECT_EQ(inventory.devices[0].id.value, "0000:00:09.0");
  EXPECT_EQ(inventory.devices[0].pci_id, "10de:2330");
  EXPECT_EQ(inventory.devices[0].vendor, "NVIDIA");
}

TEST_F(NvidiaBus, AsksTheLibraryForThoseThatAreAwakeAlone) {
  // Handles by index would be had of all, and wake all.
  use("h100", "fail=nvmlDeviceGetHandleByIndex_v2:999");
  add("0000:00:09.0", "active");
  add("0000:00:0a.0", "suspended");

  const Inventory inventory = read();

  EXPECT_EQ(opened_, 1);
  ASSERT_EQ(inventory.devices.size(), 2u);
  EXPECT_EQ(inventory.devices[0].name, "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(inventory.devices[1].id.value, "0000:00:0a.0");
  EXPECT_EQ(inventory.devices[1].name, "");
  EXPECT_THAT(codes(inventory), ElementsAre("device.asleep"));
}

TEST_F(NvidiaBus, AsksAsEverWhereNoneSleeps) {
  use("h100", "fail=nvmlDeviceGetHandleByPciBusId_v2:999");
  add("0000:00:09.0", "active");

  EXPECT_EQ(read().devices.at(0).serial, "0000000000000");
  EXPECT_EQ(opened_, 1);
}

TEST_F(NvidiaBus, TakesAGpuThatIsGivenAwayForNoSleeper) {
  use("h100");
  add("0000:00:09.0", "active");
  add("0000:00:0b.0", "suspended", "vfio-pci");

  const Inventory inventory = read();

  EXPECT_EQ(inventory.devices.size(), 1u);
  EXPECT_THAT(codes(inventory), ElementsAre("device.unseen"));
}

TEST_F(NvidiaBus, LeavesAGpuOfAnotherDriverToTheBus) {
  use("h100");
  add("0000:00:09.0", "suspended");
  add("0000:00:0c.0", "active", "nouveau");

  EXPECT_THAT(codes(read()), ElementsAre("device.asleep", "device.unseen"));
}

TEST_F(NvidiaProbe, LeavesUnknownWhatTheLibraryDoesNotSupport) {
  const Device device = probe("rtx_4080_super").devices.at(0);

  EXPECT_EQ(device.serial, std::nullopt);
  EXPECT_EQ(device.max_clock_hz, std::nullopt);
  EXPECT_EQ(device.memory_transfers_per_s, std::nullopt);
  EXPECT_FALSE(device.slice);
}

TEST_F(NvidiaProbe, ShowsHowTheBoardIsLabelledLimitedAndDoing) {
  const Device device = probe("h100").devices.at(0);

  ASSERT_TRUE(device.labels && device.limits && device.state);
  EXPECT_EQ(device.labels->board_id, "0x9");
  EXPECT_EQ(device.labels->multi_gpu_board, false);
  EXPECT_EQ(device.labels->board_part_number, "692-2G520-0200-000");
  EXPECT_EQ(device.labels->subsystem_id, "10de:16c1");
  EXPECT_EQ(device.labels->vbios_version, "96.00.A5.00.01");
  EXPECT_EQ(device.labels->inforom_version, "G520.0200.00.05");
  EXPECT_EQ(device.labels->gsp_firmware_version, "590.48.01");
  EXPECT_EQ(device.labels->module_id, 7);
  EXPECT_EQ(device.labels->chassis_serial, std::nullopt);
  EXPECT_EQ(device.limits->power_limit_w, 700);
  EXPECT_EQ(device.limits->application_clock_hz, std::nullopt) << "gone from newer drivers";
  const DeviceState& state = *device.state;
  EXPECT_EQ(state.ecc_enabled, true);
  EXPECT_EQ(state.uncorrected_errors, 0u);
  EXPECT_EQ(state.remapped_rows, 0);
  EXPECT_EQ(state.retired_pages, std::nullopt);
  EXPECT_EQ(state.clock_hz, 345e6);
  EXPECT_EQ(state.temperature_c, 41);
  EXPECT_EQ(state.power_w, 69.85);
  EXPECT_EQ(state.utilization, 0);
  EXPECT_THAT(state.clock_limits.value(), ElementsAre("idle"));
  EXPECT_EQ(state.processes, 0);
  EXPECT_EQ(state.sharing_processes, std::nullopt);
  EXPECT_EQ(state.partitioned, false);
  EXPECT_EQ(state.virtualization, Virtualization::pass_through);
  EXPECT_EQ(state.confidential_computing, std::nullopt);
  EXPECT_EQ(state.persistence, true);
  EXPECT_EQ(state.compute_mode, ComputeMode::shared);
}

TEST_F(NvidiaProbe, ShowsWhereInARackAGpuSitsAndWhoElseIsOnIt) {
  const Inventory inventory = probe("rack");

  const Device& device = inventory.devices.at(0);
  EXPECT_EQ(device.id.value, "0008:06:00.0");
  EXPECT_EQ(device.labels->chassis_serial, "1821025190042");
  EXPECT_EQ(device.labels->slot, 14);
  EXPECT_EQ(device.labels->tray, 6);
  EXPECT_EQ(device.labels->host, 1);
  EXPECT_EQ(device.state->retired_pages, 3);
  EXPECT_EQ(device.state->confidential_computing, true);
  EXPECT_EQ(device.state->compute_mode, ComputeMode::exclusive_process);
  EXPECT_TRUE(device.slice);
  EXPECT_THAT(device.slice_reason, HasSubstr("MPS"));
  EXPECT_THAT(codes(inventory), ElementsAre("device.busy", "device.clock_limited"));
  EXPECT_THAT(inventory.findings[0].message, HasSubstr("2 other processes compute on it"));
  EXPECT_THAT(inventory.findings[0].message, HasSubstr("lets no second one in"));
  EXPECT_THAT(inventory.findings[1].message, HasSubstr("1200 MHz, 1965 MHz"));
}

TEST_F(NvidiaProbe, CallsAPartitionedGpuASliceAndListsItsInstances) {
  const Inventory inventory = probe("h100_mig");

  ASSERT_EQ(inventory.devices.size(), 5u);
  const Device& whole = inventory.devices[0];
  EXPECT_TRUE(whole.slice);
  EXPECT_THAT(whole.slice_reason, HasSubstr("MIG"));
  const Device& part = inventory.devices[1];
  EXPECT_EQ(part.id.value, "0000:00:09.0/MIG-00000000-0000-0000-0000-000000000000");
  EXPECT_EQ(part.package.value, "0000:00:09.0");
  EXPECT_EQ(part.name, "NVIDIA H100 80GB HBM3 MIG 3g.40gb");
  EXPECT_EQ(part.units, 60);
  EXPECT_EQ(part.memory_bytes, 40448ull << 20);
  EXPECT_EQ(part.driver_version, "590.48.01");
  EXPECT_TRUE(part.slice);
  EXPECT_EQ(inventory.devices[4].units, 16);
}

TEST_F(NvidiaProbe, ListsAPartitionedGpuWithoutTheInstancesThatItCannotName) {
  EXPECT_EQ(probe("h100_mig", "fail=nvmlDeviceGetUUID:999").devices.size(), 1u);
  EXPECT_EQ(probe("h100_mig", "fail=nvmlDeviceGetMigDeviceHandleByIndex:999").devices.size(), 1u);
  EXPECT_EQ(probe("h100_mig", "garbage").devices.size(), 1u);
}

TEST_F(NvidiaProbe, TellsOfAnotherProcessOnTheGpu) {
  const Inventory inventory = probe("h100_loaded");

  ASSERT_THAT(codes(inventory), ElementsAre("device.busy"));
  EXPECT_EQ(inventory.findings[0].finding_class, FindingClass::condition);
  EXPECT_THAT(inventory.findings[0].message, HasSubstr("another process computes on it"));
  EXPECT_FALSE(inventory.devices[0].slice);
}

TEST_F(NvidiaProbe, PutsTheGpusOfACardOnOneBoardAndTellsWhatAilsThem) {
  const Inventory inventory = probe("ailing_cards");

  ASSERT_EQ(inventory.devices.size(), 3u);
  EXPECT_EQ(inventory.devices[0].labels->multi_gpu_board, true);
  EXPECT_EQ(inventory.devices[0].board.value, "0000:07:00.0");
  EXPECT_EQ(inventory.devices[1].board.value, "0000:07:00.0");
  EXPECT_EQ(inventory.devices[2].board.value, "10000:09:00.0");
  EXPECT_THAT(inventory.devices[2].slice_reason, HasSubstr("virtual GPU"));
  EXPECT_THAT(codes(inventory), ElementsAre("device.memory_failed", "device.reset_needed",
                                            "device.compute_prohibited", "device.power_capped",
                                            "device.reset_needed", "device.unreadable"));
  EXPECT_EQ(inventory.findings[0].subject, "0000:07:00.0");
  EXPECT_THAT(inventory.findings[3].message, HasSubstr("40 W, 62.5 W"));
  EXPECT_EQ(inventory.findings[5].finding_class, FindingClass::health);
}

TEST_F(NvidiaProbe, TakesTheOnlyGpuThatACardShowsForAPartOfIt) {
  const test::TemporaryDirectory folder;
  int nodes = 0;  // the fake reads a file once
  const std::string gpu = "  - {pci: {domain: 0, bus: 7, device: 0, id: 0x25b610de}, board_id: 5, ";
  const auto slices = [&](const std::string& devices) {
    const std::string file = folder.path() / fmt::format("node{}.yaml", ++nodes);
    std::ofstream(file) << "devices:\n" << devices;
    ::setenv("TPP_FAKE_NVML", file.c_str(), 1);
    ::setenv("TPP_FAKE_NVML_FAULT", "", 1);
    std::vector<std::string> reasons;
    for (const Device& device : read_nvml(fake_api()).devices) {
      EXPECT_EQ(device.slice, !device.slice_reason.empty());
      reasons.push_back(device.slice_reason);
    }
    return reasons;
  };
  const std::string card = gpu + "multi_gpu_board: 1}\n";

  EXPECT_THAT(slices(card), ElementsAre(HasSubstr("one GPU of a card with several")));
  EXPECT_THAT(slices(card + card), ElementsAre("", ""));
  EXPECT_THAT(slices(gpu + "multi_gpu_board: 0}\n"), ElementsAre(""));
}

TEST_F(NvidiaProbe, KeepsEveryOtherAnswerWhenOneCallFails) {
  for (const char* call : kNvmlCallsThatMayFail) {
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

TEST_F(NvidiaProbe, KnowsNoFunctionThatCouldChangeADevice) {
  std::string missing;
  static std::vector<std::string> asked;
  asked.clear();
  static_cast<void>(nvml::Api::bind(
      [](const char* name) -> void* {
        asked.emplace_back(name);
        return nullptr;
      },
      missing));

  EXPECT_GT(asked.size(), 40u);
  EXPECT_THAT(asked, testing::Each(testing::MatchesRegex(
                         "nvml(Init_v2|Shutdown|ErrorString|(Device|System|GpuInstance)Get.*|"
                         "DeviceIsMigDeviceHandle)")));
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
  EXPECT_THAT(lost.findings[0].message, HasSubstr("(probe nvidia, libnvidia-ml.so.1); look at"));
}

TEST_F(NvidiaProbe, NamesTheFileOfALibraryWhoseAnswersAreNone) {
  use("h100", "garbage-address");
  const Inventory inventory = probe_nvidia(NodeFiles("/nonexistent"), [] {
    return nvml::Library{library(), fake_api()};
  });

  ASSERT_THAT(codes(inventory), ElementsAre("device.unreadable"));
  EXPECT_THAT(inventory.findings[0].message,
              HasSubstr(fmt::format("(probe nvidia, {})", TPP_FAKE_NVML_LIBRARY)));
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
  EXPECT_EQ(device.limits->power_limit_w, std::nullopt);
  EXPECT_EQ(device.labels->module_id, std::nullopt);
  EXPECT_EQ(device.state->processes, std::nullopt);
  EXPECT_EQ(device.state->temperature_c, std::nullopt);
  EXPECT_EQ(device.state->partitioned, std::nullopt);
  EXPECT_EQ(device.state->compute_mode, std::nullopt);
  EXPECT_EQ(device.state->clock_limits, std::nullopt);
  EXPECT_EQ(codes(inventory), std::vector<std::string>{});
  EXPECT_THAT(codes(probe("h100", "garbage-address")), ElementsAre("device.unreadable"));
}

}  // namespace
}  // namespace tpp
