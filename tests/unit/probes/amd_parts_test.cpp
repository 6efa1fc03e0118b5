// Of the AMD probe what is pure: addresses, packages, lists of clocks, the table of metrics, and
// which values can be.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstring>
#include <limits>

#include "probes/amd/amd_address.h"
#include "probes/amd/amd_packages.h"
#include "probes/amd/gpu_metrics.h"
#include "probes/amd/plausible.h"
#include "probes/amd/rocm_smi.h"

namespace tpp::amd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(AmdAddress, HoldsDomainBusDeviceAndPartition) {
  const auto address = parse_address(0x0000'0001'0000'c100);

  ASSERT_TRUE(address);
  EXPECT_EQ(address->pci, "0001:c1:00.0");
  EXPECT_EQ(address->partition, 0u);
  EXPECT_EQ(parse_address(0x7000'0518)->pci, "0000:05:03.0");
  EXPECT_EQ(parse_address(0x7000'0518)->partition, 7u);
  EXPECT_EQ(parse_address(0x0000'0503)->partition, 3u) << "where older drivers write it";
}

TEST(AmdAddress, IsNoneWhereItWasNeverWritten) {
  EXPECT_FALSE(parse_address(~std::uint64_t{0}));
  EXPECT_FALSE(parse_address(0));
  EXPECT_FALSE(parse_address(0x0001'0500));
}

Found found(const std::string& pci, unsigned partition = 0) {
  Found one;
  one.address = {pci, partition};
  one.device.pci_id = "1002:740c";
  one.device.labels = DeviceLabels{};
  one.device.state = DeviceState{};
  return one;
}

Found die(const std::string& pci, const std::string& serial) {
  Found one = found(pci);
  one.device.serial = serial;
  return one;
}

bool joined(const std::vector<Device>& devices) {
  for (const Device& device : devices) {
    if (device.board.value != devices[0].id.value) return false;
  }
  return true;
}

TEST(AmdPackages, JoinsTwoDiesOfOneBoardNumber) {
  EXPECT_TRUE(joined(arrange({die("0000:c1:00.0", "A1"), die("0000:c6:00.0", "A1")})));
  Found one = found("0000:c1:00.0");
  Found other = found("0000:c6:00.0");
  one.device.uuid = other.device.uuid = "GPU-1a2b3c4d5e6f7000";
  EXPECT_TRUE(joined(arrange({one, other}))) << "the number of the chip, where no board's is told";
}

TEST(AmdPackages, LeavesDiesAloneThatCannotBeToldApart) {
  const auto lone = [](std::vector<Found> dies) {
    for (const Device& device : arrange(std::move(dies))) {
      if (!device.board.empty()) return false;
    }
    return true;
  };
  EXPECT_TRUE(lone({die("0000:c1:00.0", "A1")})) << "the other die is missing";
  EXPECT_TRUE(lone({die("0000:c1:00.0", "A1"), die("0000:c6:00.0", "A2")}));
  EXPECT_TRUE(lone({found("0000:c1:00.0"), found("0000:c6:00.0")}));
  EXPECT_TRUE(
      lone({die("0000:c1:00.0", "A1"), die("0000:c6:00.0", "A1"), die("0000:c9:00.0", "A1")}))
      << "a number of something larger";
  auto other_kind = die("0000:c6:00.0", "A1");
  other_kind.device.pci_id = "1002:7408";
  EXPECT_TRUE(lone({die("0000:c1:00.0", "A1"), other_kind}));
  auto one = die("0000:c1:00.0", "A1");
  auto other = die("0000:c6:00.0", "A1");
  one.device.labels->link_group = "0x1";
  other.device.labels->link_group = "0x2";
  EXPECT_TRUE(lone({one, other})) << "dies of one package are linked";
}

TEST(AmdPackages, TakesTheDriversStandInForASerialNumberForNone) {
  Found one = die("0000:c1:00.0", "1A2B3C4D5E6F7000");
  one.device.uuid = "GPU-1a2b3c4d5e6f7000";
  Found other = die("0000:c6:00.0", "1a2b3c4d5e6f7000");
  other.device.uuid = "GPU-1a2b3c4d5e6f7001";

  const auto devices = arrange({one, other});

  EXPECT_TRUE(joined(devices)) << "its chip's number is the other's serial number";
  other.device.serial = "1a2b3c4d5e6f7001";
  EXPECT_FALSE(joined(arrange({one, other})));
}

TEST(AmdPackages, NumbersPartitionsByTheirOrderWhereTheyTellNoNumbers) {
  const auto devices = arrange({found("0000:05:00.0"), found("0000:05:00.0")});

  EXPECT_EQ(devices[0].id.value, "0000:05:00.0/0");
  EXPECT_EQ(devices[1].id.value, "0000:05:00.0/1");
  EXPECT_TRUE(devices[0].slice && devices[1].slice);
}

TEST(AmdPackages, CallsADividedAcceleratorThatIsListedOnceASlice) {
  Found whole = found("0000:05:00.0");
  whole.device.state->compute_partition = "DPX";

  const auto devices = arrange({whole});

  EXPECT_EQ(devices[0].id.value, "0000:05:00.0");
  EXPECT_TRUE(devices[0].slice);
}

rsmi::Frequencies list_of_release_5(std::vector<std::uint64_t> hertz, std::uint32_t current) {
  rsmi::Frequencies list;
  std::memset(&list, 0, sizeof list);
  list.of_5.count = static_cast<std::uint32_t>(hertz.size());
  list.of_5.current = current;
  std::copy(hertz.begin(), hertz.end(), list.of_5.hertz);
  return list;
}

rsmi::Frequencies list_of_release_6(std::vector<std::uint64_t> hertz, std::uint32_t current,
                                    bool sleeps) {
  rsmi::Frequencies list;
  std::memset(&list, 0, sizeof list);
  list.of_6.has_deep_sleep = sleeps;
  list.of_6.count = static_cast<std::uint32_t>(hertz.size());
  list.of_6.current = current;
  std::copy(hertz.begin(), hertz.end(), list.of_6.hertz);
  return list;
}

TEST(AmdClocks, AreReadInWhicheverFormTheyWereWritten) {
  for (std::size_t count : {1, 2, 3, 5, 8}) {
    std::vector<std::uint64_t> hertz;
    for (std::size_t i = 0; i < count; ++i) hertz.push_back(500'000'000 + i * 100'000'000);
    const auto last = static_cast<std::uint32_t>(count - 1);
    const double highest = static_cast<double>(hertz.back());
    for (const auto& list : {list_of_release_5(hertz, last), list_of_release_6(hertz, last, false),
                             list_of_release_6(hertz, last, true)}) {
      const auto clock = clock_of(list);
      ASSERT_TRUE(clock) << count;
      EXPECT_EQ(clock->max_hz, highest) << count;
      EXPECT_EQ(clock->now_hz, highest) << count;
    }
  }
}

TEST(AmdClocks, AreNotKnownWhereAListCannotBe) {
  // Clocks all the way through the list and beyond its end.
  struct {
    rsmi::Frequencies list =
        list_of_release_6(std::vector<std::uint64_t>(33, 500'000'000), 0, false);
    std::array<std::uint64_t, 4> beyond = {500'000'000, 500'000'000, 500'000'000, 500'000'000};
  } full;
  EXPECT_TRUE(clock_of(full.list));
  full.list.of_6.count = 34;
  EXPECT_FALSE(clock_of(full.list)) << "more than there is room for";
  EXPECT_FALSE(clock_of(list_of_release_6({500'000'000, 0}, 0, false)));
  EXPECT_FALSE(clock_of(list_of_release_5({500'000'000, ~std::uint64_t{0}}, 0)));
  EXPECT_FALSE(clock_of(list_of_release_6({}, 0, false)));
  EXPECT_EQ(clock_of(list_of_release_6({500'000'000, 2'100'000'000}, 9, false))->now_hz, 0)
      << "the present one is none of the list";
}

GpuMetrics metrics(std::uint8_t version, std::uint16_t bytes) {
  MetricsRoom room;
  GpuMetrics table = room.read();
  table.format_revision = 1;
  table.content_revision = version;
  table.structure_size = bytes;
  table.temperature_hotspot_c = 60;
  return table;
}

TEST(AmdMetrics, AreThoseOfAVersionThatIsKnown) {
  constexpr std::uint16_t kSizes[] = {80, 96, 104, 120, 288, 360, 1000, 2000, 2500};
  for (std::uint8_t version = 0; version < 9; ++version) {
    EXPECT_TRUE(readings_of(metrics(version, kSizes[version]))) << int{version};
    EXPECT_FALSE(readings_of(metrics(version, 79))) << int{version};
    EXPECT_FALSE(readings_of(metrics(version, 0xffff))) << int{version};
  }
  EXPECT_FALSE(readings_of(metrics(9, 3000)));
  auto of_a_processor = metrics(3, 120);
  of_a_processor.format_revision = 2;
  EXPECT_FALSE(readings_of(of_a_processor));
}

TEST(AmdMetrics, TellNothingOfWhatTheyDoNotHave) {
  for (const auto& [version, bytes] : {std::pair{3, 120}, std::pair{6, 1000}}) {
    const auto readings =
        readings_of(metrics(static_cast<std::uint8_t>(version), static_cast<std::uint16_t>(bytes)));
    ASSERT_TRUE(readings);
    EXPECT_EQ(readings->hotspot_c, 60);
    EXPECT_FALSE(readings->edge_c || readings->memory_c || readings->power_w ||
                 readings->utilization || readings->clock_hz || readings->memory_clock_hz ||
                 readings->residency);
    EXPECT_FALSE(readings->clock_limits);
  }
}

TEST(AmdMetrics, NameWhatHoldsTheClockDown) {
  auto table = metrics(3, 120);
  table.throttlers = 1ull << 0 | 1ull << 22 | 1ull << 36;
  EXPECT_THAT(readings_of(table)->clock_limits, Optional(ElementsAre("power_cap", "sw_thermal")));
  table.throttlers = 1ull << 44 | 1ull << 47 | 1ull << 56;
  EXPECT_THAT(readings_of(table)->clock_limits,
              Optional(ElementsAre("hw_thermal", "hw_slowdown", "power_brake")));
  table.throttlers = 1ull << 57;
  EXPECT_THAT(readings_of(table)->clock_limits, Optional(ElementsAre("other")));
  table.content_revision = 2;
  EXPECT_FALSE(readings_of(table)->clock_limits) << "version 1.2 has no such member";
  auto locked = metrics(4, 288);
  locked.gfxclk_lock_status = 0x2;
  EXPECT_THAT(readings_of(locked)->clock_limits, Optional(ElementsAre("applications_clocks")));
}

TEST(AmdMetrics, TakeTheLowestClockOfDies) {
  auto table = metrics(6, 1000);
  table.current_gfxclks_mhz[0] = 2100;
  table.current_gfxclks_mhz[1] = 1900;
  table.current_gfxclks_mhz[2] = 0;
  EXPECT_EQ(readings_of(table)->clock_hz, 1900e6);
}

TEST(AmdMetrics, ShowLimitsByHowLongTheyWereInForce) {
  const Residency before{.ticks = 1000, .prochot = 5, .power = 10, .heat = 0, .regulator_heat = 0};
  Residency after = before;
  after.ticks = 1100;
  EXPECT_THAT(limits_between(before, after), Optional(IsEmpty()));
  after.power = 60;
  EXPECT_THAT(limits_between(before, after), Optional(ElementsAre("power_cap")));
  after.heat = after.regulator_heat = 1;
  after.prochot = 6;
  EXPECT_THAT(limits_between(before, after),
              Optional(ElementsAre("power_cap", "sw_thermal", "hw_thermal", "hw_slowdown")));
  after.ticks = 900;
  EXPECT_FALSE(limits_between(before, after)) << "the counters began again";
}

TEST(AmdValues, AreNotKnownWhereTheyCannotBe) {
  const double no_number = std::nan("");
  EXPECT_EQ(power_w(560), 560);
  for (const double watts : {0.0, -1.0, 65535.0, 1.8e13, no_number}) {
    EXPECT_FALSE(power_w(watts)) << watts;
  }
  EXPECT_EQ(temperature_c(-40), -40);
  for (const double celsius : {0.0, -51.0, 151.0, 65535.0, no_number}) {
    EXPECT_FALSE(temperature_c(celsius)) << celsius;
  }
  EXPECT_EQ(clock_hz(2.1e9), 2.1e9);
  for (const double hertz : {0.0, 2100.0, 6.5e10, no_number}) EXPECT_FALSE(clock_hz(hertz));
  EXPECT_EQ(share(100), 1);
  EXPECT_FALSE(share(101));
  EXPECT_FALSE(number(0));
  EXPECT_FALSE(number(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_FALSE(memory_bytes(1));
  EXPECT_FALSE(memory_bytes(std::numeric_limits<std::uint64_t>::max()));
  EXPECT_FALSE(energy_of(0, 15.3f));
  EXPECT_FALSE(energy_of(1, std::nanf("")));
  EXPECT_FALSE(energy_of(1, 0));
}

TEST(AmdValues, AreNoLabelsWhereTheySayNothing) {
  EXPECT_EQ(label(" 692420000120 \n"), "692420000120");
  for (const char* text : {"", " ", "N/A", "None", "unknown", "0000000000", "0xffffffff", "a?b"}) {
    EXPECT_FALSE(label(text)) << text;
  }
  EXPECT_EQ(mode("NPS4\n"), "NPS4");
  for (const char* text : {"", "UNKNOWN", "NA", "NONE", "spx", "S?X", "A MODE OF NINE"}) {
    EXPECT_FALSE(mode(text)) << text;
  }
}

}  // namespace
}  // namespace tpp::amd
