#include "probes/amd/amd_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/support/error.h"
#include "probes/amd/amd_watch.h"
#include "probes/kept_answer.h"
#include "tests/unit/probes/fake_smi.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using test::codes;
using test::Fake;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class AmdProbe : public test::SmiTest {};

TEST_F(AmdProbe, ShowsIdentityLimitsAndState) {
  const Inventory inventory = probe(Fake::rocm_smi, "mi300x_spx");

  ASSERT_EQ(inventory.devices.size(), 8u);
  EXPECT_THAT(codes(inventory), IsEmpty());
  const Device& device = inventory.devices[0];
  EXPECT_EQ(device.id.value, "0000:05:00.0");
  EXPECT_EQ(device.pci_id, "1002:74a1");
  EXPECT_EQ(device.uuid, "GPU-9c1d2e3f40516270") << "as the runtime writes it";
  EXPECT_EQ(device.serial, "692344000000");
  EXPECT_EQ(device.driver_version, "6.10.5");
  EXPECT_EQ(device.max_clock_hz, 2100e6);
  EXPECT_EQ(device.memory_bytes, 196592ull << 20);
  EXPECT_FALSE(device.slice);
  EXPECT_EQ(device.board.value, "");
  EXPECT_EQ(device.labels->subsystem_id, "1002:74a1");
  EXPECT_EQ(device.labels->vbios_version, "113-M3000100-103");
  EXPECT_EQ(device.labels->link_group, "0x5a0cbd1b9a4e1c33");
  EXPECT_EQ(device.limits->power_limit_w, 750);
  EXPECT_EQ(device.limits->default_power_limit_w, 750);
  EXPECT_EQ(device.limits->overdrive_percent, 0);
  EXPECT_EQ(device.state->ecc_enabled, true);
  EXPECT_EQ(device.state->uncorrected_errors, 0u);
  EXPECT_EQ(device.state->retired_pages, 2);
  EXPECT_EQ(device.state->repair_pending, false);
  EXPECT_EQ(device.state->clock_hz, 132e6) << "the lowest of its dies";
  EXPECT_EQ(device.state->temperature_c, 42);
  EXPECT_EQ(device.state->power_w, 141);
  EXPECT_EQ(device.state->utilization, 0);
  EXPECT_EQ(device.state->processes, 0);
  EXPECT_EQ(device.state->partitioned, false);
  EXPECT_EQ(device.state->compute_partition, "SPX");
  EXPECT_EQ(device.state->memory_partition, "NPS1");
  EXPECT_EQ(device.state->performance_level, "auto");
}

TEST_F(AmdProbe, ShowsTheSameByAmdSmiWhereThatIsTheLibrary) {
  const Inventory inventory = probe(Fake::amd_smi, "mi300x_spx");

  ASSERT_EQ(inventory.devices.size(), 8u);
  const Device& device = inventory.devices[7];
  EXPECT_EQ(device.id.value, "0000:e5:00.0");
  EXPECT_EQ(device.pci_id, "1002:74a1");
  EXPECT_EQ(device.driver_version, "6.10.5");
  EXPECT_EQ(device.max_clock_hz, 2100e6);
  EXPECT_EQ(device.memory_bytes, 196592ull << 20);
  EXPECT_EQ(device.limits->power_limit_w, 750) << "told in W";
  EXPECT_EQ(device.limits->default_power_limit_w, 750) << "told in millionths of them";
  EXPECT_EQ(device.state->clock_hz, 132e6);
  EXPECT_EQ(device.state->temperature_c, 42);
  EXPECT_EQ(device.state->power_w, 141);
  EXPECT_EQ(device.state->compute_partition, "SPX");
  EXPECT_EQ(device.serial, std::nullopt);
}

TEST_F(AmdProbe, PutsTheTwoDiesOfAPackageOnOneBoard) {
  const Inventory inventory = probe(Fake::rocm_smi, "mi250x");

  ASSERT_EQ(inventory.devices.size(), 8u);
  for (std::size_t i = 0; i < 8; ++i) {
    const Device& die = inventory.devices[i];
    EXPECT_FALSE(die.slice);
    EXPECT_EQ(die.board.value, die.package.value);
    EXPECT_EQ(die.board.value, inventory.devices[i - i % 2].id.value);
  }
  EXPECT_EQ(inventory.devices[0].state->power_w, 91);
  EXPECT_EQ(inventory.devices[1].state->power_w, std::nullopt) << "0 W is no power";
  EXPECT_EQ(inventory.devices[1].limits->power_limit_w, std::nullopt);
  EXPECT_EQ(inventory.devices[0].name, "") << "a family's name is no product's";
}

TEST_F(AmdProbe, ListsPartitionsAsSlicesOfTheirPackage) {
  for (const Fake fake : {Fake::rocm_smi, Fake::amd_smi}) {
    const Inventory inventory = probe(fake, "mi300x_cpx");

    ASSERT_EQ(inventory.devices.size(), 8u);
    EXPECT_EQ(inventory.devices[3].id.value, "0000:05:00.0/3");
    for (const Device& part : inventory.devices) {
      EXPECT_TRUE(part.slice);
      EXPECT_EQ(part.package.value, "0000:05:00.0");
      EXPECT_THAT(part.slice_reason, HasSubstr("mode CPX"));
    }
  }
}

TEST_F(AmdProbe, TellsOfClocksThatAreHeldOrRaisedAndOfOtherProcesses) {
  for (const Fake fake : {Fake::rocm_smi, Fake::amd_smi}) {
    const Inventory inventory = probe(fake, "rx_7900_xtx");

    const Device& device = inventory.devices.at(0);
    EXPECT_EQ(device.max_clock_hz, 2482e6);
    EXPECT_EQ(device.state->clock_hz, 2371e6);
    EXPECT_EQ(device.state->utilization, 0.99);
    EXPECT_EQ(device.state->temperature_c, 84) << "the hottest place";
    EXPECT_EQ(device.serial, std::nullopt) << "a blank one";
    EXPECT_EQ(device.labels->link_group, std::nullopt) << "0 is no group";
    EXPECT_THAT(codes(inventory), ElementsAre("device.clock_limited", "device.busy",
                                              "device.power_capped", "device.overdriven"));
    EXPECT_THAT(inventory.findings[0].message, HasSubstr("performance level is manual"));
    EXPECT_THAT(inventory.findings[1].message, HasSubstr("2 other processes"));
    EXPECT_THAT(inventory.findings[3].message, HasSubstr("by 5 %"));
  }
}

constexpr const char* kRocmSmiCalls[] = {"rsmi_version_str_get",
                                         "rsmi_dev_name_get",
                                         "rsmi_dev_id_get",
                                         "rsmi_dev_subsystem_vendor_id_get",
                                         "rsmi_dev_subsystem_id_get",
                                         "rsmi_dev_unique_id_get",
                                         "rsmi_dev_serial_number_get",
                                         "rsmi_dev_vbios_version_get",
                                         "rsmi_dev_compute_partition_get",
                                         "rsmi_dev_memory_partition_get",
                                         "rsmi_dev_xgmi_hive_id_get",
                                         "rsmi_dev_memory_total_get",
                                         "rsmi_dev_power_cap_get",
                                         "rsmi_dev_power_cap_default_get",
                                         "rsmi_dev_gpu_clk_freq_get",
                                         "rsmi_dev_ecc_enabled_get",
                                         "rsmi_dev_ecc_count_get",
                                         "rsmi_dev_memory_reserved_pages_get",
                                         "rsmi_dev_perf_level_get",
                                         "rsmi_dev_overdrive_level_get",
                                         "rsmi_compute_process_info_get",
                                         "rsmi_dev_busy_percent_get",
                                         "rsmi_dev_memory_usage_get",
                                         "rsmi_dev_power_get",
                                         "rsmi_dev_temp_metric_get",
                                         "rsmi_dev_gpu_metrics_info_get"};
constexpr const char* kAmdSmiCalls[] = {
    "amdsmi_get_gpu_driver_info",      "amdsmi_get_gpu_id",
    "amdsmi_get_gpu_subsystem_id",     "amdsmi_get_gpu_compute_partition",
    "amdsmi_get_gpu_memory_partition", "amdsmi_get_xgmi_info",
    "amdsmi_get_gpu_memory_total",     "amdsmi_get_power_cap_info",
    "amdsmi_get_clock_info",           "amdsmi_get_gpu_ecc_enabled",
    "amdsmi_get_gpu_ecc_count",        "amdsmi_get_gpu_perf_level",
    "amdsmi_get_gpu_overdrive_level",  "amdsmi_get_gpu_process_list",
    "amdsmi_get_gpu_metrics_info"};

// Everything about the device but what the failed call would have told is as without the failure.
void expect_others_kept(const Device& device, const std::string& call) {
  const auto is = [&](const char* part) { return call.find(part) != std::string::npos; };
  EXPECT_EQ(device.id.value, "0000:05:00.0") << call;
  EXPECT_EQ(device.pci_id.has_value(), !is("dev_id_get") && !is("gpu_id")) << call;
  EXPECT_EQ(device.memory_bytes.has_value(), !is("memory_total")) << call;
  EXPECT_EQ(device.max_clock_hz.has_value(), !is("clk_freq") && !is("clock_info")) << call;
  EXPECT_EQ(device.limits->default_power_limit_w.has_value(), !is("cap_default") && !is("cap_info"))
      << call;
  EXPECT_EQ(device.state->compute_partition.has_value(), !is("compute_partition")) << call;
  EXPECT_EQ(device.state->ecc_enabled.has_value(), !is("ecc_enabled")) << call;
  EXPECT_EQ(device.state->performance_level.has_value(), !is("perf_level")) << call;
  EXPECT_EQ(device.state->processes.has_value(), !is("process")) << call;
}

TEST_F(AmdProbe, KeepsEveryOtherAnswerWhenOneCallFailsAndTellsOfIt) {
  const auto check = [](Fake fake, const std::string& call) {
    const Inventory inventory = probe(fake, "mi300x_spx", "fail=" + call + ":6");

    ASSERT_EQ(inventory.devices.size(), 8u) << call;
    expect_others_kept(inventory.devices[0], call);
    const bool of_all = call == "rsmi_version_str_get" || call == "amdsmi_get_gpu_driver_info";
    const bool of_one = call == "rsmi_compute_process_info_get";
    ASSERT_EQ(inventory.findings.size(), of_all ? 0u : of_one ? 1u : 8u) << call;
    if (of_all) return;
    EXPECT_EQ(inventory.findings[0].code, "device.answers_failed");
    EXPECT_EQ(inventory.findings[0].finding_class, FindingClass::condition);
    EXPECT_THAT(inventory.findings[0].message, HasSubstr(call + ": a fault that was asked for"));
  };
  for (const char* call : kRocmSmiCalls) check(Fake::rocm_smi, call);
  for (const char* call : kAmdSmiCalls) check(Fake::amd_smi, call);
}

TEST_F(AmdProbe, TakesWhatIsNotSupportedForAbsentAndForNothingElse) {
  for (const char* call : kRocmSmiCalls) {
    const Inventory inventory =
        probe(Fake::rocm_smi, "mi300x_spx", std::string("fail=") + call + ":2");
    expect_others_kept(inventory.devices.at(0), call);
    EXPECT_THAT(codes(inventory), IsEmpty()) << call;
  }
}

TEST_F(AmdProbe, TakesNothingOfNonsenseForAFigure) {
  for (const Fake fake : {Fake::rocm_smi, Fake::amd_smi}) {
    for (const char* nonsense : {"garbage", "zeros"}) {
      const Inventory inventory = probe(fake, "mi300x_spx", nonsense);

      ASSERT_EQ(inventory.devices.size(), 8u) << nonsense;
      const Device& device = inventory.devices[0];
      EXPECT_EQ(device.name, "");
      EXPECT_FALSE(device.pci_id || device.uuid || device.serial || device.driver_version ||
                   device.memory_bytes || device.max_clock_hz)
          << nonsense;
      EXPECT_FALSE(device.labels->vbios_version || device.labels->subsystem_id ||
                   device.labels->link_group)
          << nonsense;
      EXPECT_FALSE(device.limits->power_limit_w || device.limits->default_power_limit_w);
      const DeviceState& state = *device.state;
      EXPECT_FALSE(state.clock_hz || state.temperature_c || state.power_w ||
                   state.compute_partition || state.memory_partition)
          << nonsense;
      EXPECT_FALSE(state.clock_limits);
      EXPECT_FALSE(device.slice || !device.board.empty());
      EXPECT_THAT(codes(inventory), IsEmpty()) << nonsense;
    }
    const Device device = probe(fake, "mi300x_spx", "garbage").devices.at(0);
    EXPECT_FALSE(device.state->utilization || device.state->processes ||
                 device.state->ecc_enabled || device.state->uncorrected_errors ||
                 device.state->retired_pages || device.state->performance_level ||
                 device.limits->overdrive_percent);
  }
}

TEST_F(AmdProbe, TellsOfADeviceThatCannotBeAsked) {
  const auto check = [](Fake fake, const std::string& fault, FindingClass expected) {
    const Inventory inventory = probe(fake, "rx_7900_xtx", fault);
    EXPECT_THAT(inventory.devices, IsEmpty());
    ASSERT_THAT(codes(inventory), ElementsAre("device.unreadable")) << fault;
    EXPECT_EQ(inventory.findings[0].finding_class, expected) << fault;
    EXPECT_THAT(inventory.findings[0].message, HasSubstr("(probe amd, AMD's management library)"));
  };
  check(Fake::rocm_smi, "fail=rsmi_dev_pci_id_get:6", FindingClass::health);
  check(Fake::rocm_smi, "fail=rsmi_dev_pci_id_get:4", FindingClass::condition);
  check(Fake::rocm_smi, "garbage-address", FindingClass::health);
  check(Fake::amd_smi, "fail=amdsmi_get_gpu_bdf_id:6", FindingClass::health);
  check(Fake::amd_smi, "fail=amdsmi_get_gpu_bdf_id:10", FindingClass::condition);
}

TEST_F(AmdProbe, IsSilentWithoutADriverAndSpeaksOfEveryOtherFault) {
  EXPECT_THAT(codes(probe(Fake::rocm_smi, "mi250x", "fail=rsmi_init:8")), IsEmpty());
  EXPECT_THAT(codes(probe(Fake::amd_smi, "mi250x", "fail=amdsmi_init:34")), IsEmpty());
  const auto message = [](Fake fake, const char* fault) -> std::string {
    try {
      probe(fake, "mi250x", fault);
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_THAT(message(Fake::rocm_smi, "fail=rsmi_init:5"), HasSubstr("cannot be started"));
  EXPECT_THAT(message(Fake::rocm_smi, "fail=rsmi_num_monitor_devices:6"),
              HasSubstr("cannot count"));
  EXPECT_THAT(message(Fake::amd_smi, "fail=amdsmi_init:5"), HasSubstr("cannot be started"));
  EXPECT_THAT(message(Fake::amd_smi, "fail=amdsmi_get_socket_handles:6"), HasSubstr("sockets"));
  EXPECT_THAT(message(Fake::amd_smi, "fail=amdsmi_get_processor_handles:6"), HasSubstr("devices"));
}

TEST_F(AmdProbe, NeedsNoneOfTheFunctionsThatOtherReleasesLack) {
  use("rx_7900_xtx");
  std::string missing;
  const auto bare = amd::rsmi::Api::bind(
      [](const char* name) -> void* {
        const std::string text = name;
        const bool needed = text == "rsmi_init" || text == "rsmi_shut_down" ||
                            text == "rsmi_num_monitor_devices" || text == "rsmi_dev_pci_id_get" ||
                            text == "rsmi_status_string";
        return needed ? test::fake_library(Fake::rocm_smi).symbol(name) : nullptr;
      },
      missing);

  ASSERT_TRUE(bare) << missing;
  const auto smi = amd::start_rocm_smi(*bare);
  EXPECT_EQ(read_amd(*smi, NodeFiles("/nonexistent")).devices.at(0).id.value, "0000:03:00.0");
}

TEST_F(AmdProbe, KnowsNoFunctionThatCouldChangeADevice) {
  std::string missing;
  static std::vector<std::string> asked;
  asked.clear();
  const auto note = [](const char* name) -> void* {
    asked.emplace_back(name);
    return nullptr;
  };
  static_cast<void>(amd::rsmi::Api::bind(note, missing));
  static_cast<void>(amd::amdsmi::Api::bind(note, missing));

  EXPECT_GT(asked.size(), 40u);
  EXPECT_THAT(asked, testing::Each(testing::MatchesRegex(
                         "rsmi_(init|shut_down|num_monitor_devices|status_string|.*_get)|"
                         "amdsmi_(init|shut_down|status_code_to_string|get_.*)")));
}

TEST_F(AmdProbe, NamesTheFunctionsThatItCannotDoWithout) {
  const auto none = [](const char*) -> void* { return nullptr; };
  std::string missing;

  EXPECT_FALSE(amd::rsmi::Api::bind(none, missing));
  EXPECT_THAT(missing, HasSubstr("rsmi_init, rsmi_shut_down"));
  EXPECT_FALSE(amd::amdsmi::Api::bind(none, missing));
  EXPECT_THAT(missing, HasSubstr("amdsmi_init, amdsmi_shut_down"));
}

// What the kernel's files of a device show beside a library.
class AmdFiles : public test::SmiTest {
 protected:
  void write(const std::string& address, const char* name, const std::string& text) const {
    const auto file = root_ / "sys/bus/pci/devices" / address / name;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file) << text << '\n';
  }
  Inventory read(Fake fake) const { return read_amd(*test::start(fake), NodeFiles(root_)); }

  const test::TemporaryDirectory temporary_;
  const std::filesystem::path root_ = temporary_.path();
};

TEST_F(AmdFiles, FillWhatALibraryDoesNotTell) {
  use("mi250x");
  for (const char* address : {"0000:c1:00.0", "0000:c6:00.0"}) {
    write(address, "serial_number", "692420000120");
    write(address, "vbios_version", "113-D65209-073");
    write(address, "subsystem_vendor", "0x1002");
    write(address, "subsystem_device", "0x0b0c");
  }
  write("0000:c1:00.0", "unique_id", "1a2b3c4d5e6f7000");

  const Inventory inventory = read(Fake::amd_smi);

  EXPECT_EQ(inventory.devices.at(0).uuid, "GPU-1a2b3c4d5e6f7000");
  EXPECT_EQ(inventory.devices[0].labels->vbios_version, "113-D65209-073");
  EXPECT_EQ(inventory.devices[0].labels->subsystem_id, "1002:0b0c");
  EXPECT_EQ(inventory.devices[1].board.value, "0000:c1:00.0");
  EXPECT_EQ(inventory.devices[2].board.value, "") << "dies that tell no number are left alone";
}

TEST_F(AmdFiles, KeepADeviceAsleep) {
  use("rx_7900_xtx");
  write("0000:03:00.0", "power/runtime_status", "suspended");

  const Inventory inventory = read(Fake::rocm_smi);

  EXPECT_THAT(codes(inventory), ElementsAre("device.asleep"));
  const Device& device = inventory.devices.at(0);
  EXPECT_EQ(device.pci_id, "1002:744c");
  EXPECT_EQ(device.uuid, "GPU-7f3d0a1b2c4e5f60");
  EXPECT_FALSE(device.limits);
  EXPECT_FALSE(device.state->clock_hz || device.state->temperature_c || device.state->processes);
}

// AMD's libraries are opened only where something is awake, or nothing is on the bus.
class AmdBus : public AmdFiles {
 protected:
  void add(const char* address, const char* status) const {
    write(address, "vendor", "0x1002");
    write(address, "device", "0x744c");
    write(address, "class", "0x030000");
    write(address, "power/runtime_status", status);
  }
  Inventory probe() {
    return probe_amd(NodeFiles(root_), [&] {
      ++opened_;
      return test::start(Fake::rocm_smi);
    });
  }

  int opened_ = 0;
};

TEST_F(AmdBus, OfSleepingGpusAloneIsListedWithoutTheLibrary) {
  use("rx_7900_xtx");
  add("0000:03:00.0", "suspended");

  const Inventory inventory = probe();

  EXPECT_EQ(opened_, 0);
  EXPECT_THAT(codes(inventory), ElementsAre("device.asleep"));
  ASSERT_EQ(inventory.devices.size(), 1u);
  EXPECT_EQ(inventory.devices[0].id.value, "0000:03:00.0");
  EXPECT_EQ(inventory.devices[0].pci_id, "1002:744c");
  EXPECT_EQ(inventory.devices[0].vendor, "AMD");
}

TEST_F(AmdBus, WithAGpuAwakeOrWithoutAnyIsAskedOfTheLibrary) {
  use("rx_7900_xtx");
  EXPECT_EQ(probe().devices.size(), 1u);
  add("0000:03:00.0", "suspended");
  add("0000:04:00.0", "active");

  const Inventory inventory = probe();

  EXPECT_EQ(opened_, 2);
  EXPECT_EQ(inventory.devices.at(0).uuid, "GPU-7f3d0a1b2c4e5f60");
  EXPECT_THAT(codes(inventory), ElementsAre("device.asleep", "device.unseen"));
}

TEST_F(AmdProbe, ReadsADeviceUnderLoad) {
  for (const Fake fake : {Fake::rocm_smi, Fake::amd_smi}) {
    use("rx_7900_xtx");
    const auto watch = watch_smi(test::start(fake), {"0000:03:00.0"});

    const TelemetrySample sample = watch->read();

    EXPECT_EQ(sample.clock_hz, 2371e6);
    EXPECT_EQ(sample.memory_clock_hz, 1249e6);
    EXPECT_EQ(sample.power_w, 301);
    EXPECT_EQ(sample.energy_j, std::nullopt) << "a counter that does not count";
    EXPECT_EQ(sample.temperature_c, 84);
    EXPECT_EQ(sample.memory_temperature_c, 82);
    EXPECT_EQ(sample.utilization, 0.99);
    EXPECT_EQ(sample.processes, 2);
    EXPECT_EQ(sample.memory_used_bytes, 20ull << 30);
  }
}

TEST_F(AmdProbe, ReadsTheListOfProcessesAgainWhereItIsOld) {
  use("rx_7900_xtx", "fail=rsmi_compute_process_info_get:6:2");
  const auto watch = watch_smi(test::start(Fake::rocm_smi), {"0000:03:00.0"});

  const auto begin = std::chrono::steady_clock::now();
  const auto lasted = [&] { return std::chrono::steady_clock::now() - begin; };
  EXPECT_EQ(watch->read().processes, 2);
  while (watch->read().processes) ASSERT_LT(lasted(), std::chrono::seconds(20));

  EXPECT_GE(lasted(), kProcessListAge);
}

TEST_F(AmdProbe, WatchesTheAcceleratorOfAPartition) {
  use("mi300x_cpx");

  const auto watch = watch_smi(test::start(Fake::rocm_smi), {"0000:05:00.0/5"});

  const TelemetrySample sample = watch->read();
  EXPECT_EQ(sample.power_w, 141);
  EXPECT_NEAR(*sample.energy_j, 9200000000 * 15.3e-6, 1);
  EXPECT_EQ(sample.clock_hz, std::nullopt) << "it may be another partition's";
  EXPECT_THROW(watch_smi(test::start(Fake::rocm_smi), {"0000:06:00.0"}), Error);
}

TEST_F(AmdProbe, WatchesOnWhereAReadingFailsInTheMiddle) {
  use("mi300x_cpx", "fail=rsmi_dev_energy_count_get:6:3");
  const auto watch = watch_smi(test::start(Fake::rocm_smi), {"0000:05:00.0/5"});
  for (const bool told : {true, true, false, false}) {
    const TelemetrySample sample = watch->read();
    EXPECT_EQ(sample.energy_j.has_value(), told);
    EXPECT_TRUE(sample.power_w);
  }
}

TEST_F(AmdProbe, TakesNothingOfNonsenseForAReading) {
  for (const char* nonsense : {"garbage", "zeros"}) {
    use("rx_7900_xtx", nonsense);
    const TelemetrySample sample = watch_smi(test::start(Fake::rocm_smi), {"0000:03:00.0"})->read();
    EXPECT_FALSE(sample.clock_hz || sample.memory_clock_hz || sample.power_w || sample.energy_j ||
                 sample.temperature_c || sample.memory_temperature_c);
    EXPECT_FALSE(sample.clock_limits);
  }
}

}  // namespace
}  // namespace tpp
