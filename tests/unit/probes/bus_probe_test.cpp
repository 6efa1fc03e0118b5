#include "probes/bus/bus_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::Optional;

// A node's bus as the kernel shows it: folders within those of the bridges, links to them, slots.
class BusProbe : public testing::Test {
 protected:
  void write(const fs::path& path, const std::string& text) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << '\n';
  }

  // `way` from the root to the device: "pci0000:00/0000:00:01.0/0000:07:00.0".
  void add(const std::string& way, const std::string& device_class = "0x030200") const {
    const fs::path folder = fs::path("sys/devices") / way;
    const std::string address = folder.filename().string();
    write(folder / "class", device_class);
    write(folder / "vendor", "0x10de");
    write(folder / "device", "0x2330");
    write(folder / "subsystem_vendor", "0x10de");
    write(folder / "subsystem_device", "0x16c1");
    write(folder / "numa_node", "1");
    write(folder / "local_cpulist", "8-15,24-31");
    fs::create_directories(root_ / "sys/bus/pci/devices");
    fs::create_symlink("../../../devices/" + way, root_ / "sys/bus/pci/devices" / address);
  }

  std::vector<BusPlace> places() const {
    return probe_bus(NodeFiles(root_)).bus.value_or(std::vector<BusPlace>());
  }

  const test::TemporaryDirectory temporary_;
  const fs::path root_ = temporary_.path();
};

std::vector<std::string> words(const BusPlace& place) {
  std::vector<std::string> result;
  for (const BusStep& step : place.way) {
    result.push_back(step.address + (step.slot ? "#" + *step.slot : ""));
  }
  return result;
}

TEST_F(BusProbe, ShowsTheWayToAnAcceleratorAndWhatSitsInASlot) {
  add("pci0000:00/0000:00:01.0/0000:05:00.0/0000:06:08.0/0000:07:00.0");
  write("sys/bus/pci/slots/3/address", "0000:05:00");
  write("sys/bus/pci/slots/4/address", "0000:99:00");

  const auto found = places();

  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].address, "0000:07:00.0");
  EXPECT_THAT(words(found[0]),
              ElementsAre("0000:07:00.0", "0000:06:08.0", "0000:05:00.0#3", "0000:00:01.0"));
  EXPECT_THAT(found[0].pci_id, Optional(std::string("10de:2330")));
  EXPECT_THAT(found[0].subsystem_id, Optional(std::string("10de:16c1")));
}

TEST_F(BusProbe, TellsWhoseVirtualFunctionADeviceIs) {
  add("pci0000:00/0000:00:01.0/0000:07:00.0");
  add("pci0000:00/0000:00:01.0/0000:07:00.4");
  fs::create_symlink("../0000:07:00.0",
                     root_ / "sys/devices/pci0000:00/0000:00:01.0/0000:07:00.4/physfn");

  const auto found = places();

  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].physical_function, std::nullopt);
  EXPECT_THAT(found[1].physical_function, Optional(std::string("0000:07:00.0")));
}

TEST_F(BusProbe, ShowsADeviceThatSitsInASlotItself) {
  add("pci0000:00/0000:00:01.0/0000:07:00.0");
  write("sys/bus/pci/slots/3/address", "0000:07:00");

  EXPECT_THAT(words(places().at(0)), ElementsAre("0000:07:00.0#3", "0000:00:01.0"));
}

TEST_F(BusProbe, ShowsTheSocketThatADeviceHangsAt) {
  add("pci0000:00/0000:00:01.0/0000:07:00.0");
  write("sys/devices/system/cpu/cpu8/topology/physical_package_id", "1");

  EXPECT_THAT(places().at(0).socket, Optional(DeviceId{"cpu:1"}));
}

TEST_F(BusProbe, KnowsNoSocketOfADeviceThatIsNearNoMemoryNode) {
  add("pci0000:00/0000:00:01.0/0000:07:00.0");
  write("sys/devices/pci0000:00/0000:00:01.0/0000:07:00.0/numa_node", "-1");
  write("sys/devices/system/cpu/cpu8/topology/physical_package_id", "1");

  EXPECT_EQ(places().at(0).socket, std::nullopt);
}

TEST_F(BusProbe, TakesDomainsOfMoreThanFourDigitsAndNothingThatIsNoAddress) {
  add("pci10000:e0/10000:e0:06.0/nonsense:e1:00.0/10000:e1:00.0");

  EXPECT_THAT(words(places().at(0)), ElementsAre("10000:e1:00.0", "10000:e0:06.0"));
}

TEST_F(BusProbe, TakesNoIdThatIsNotWrittenAsTheKernelWritesThem) {
  add("pci0000:00/0000:07:00.0");
  const fs::path folder = "sys/devices/pci0000:00/0000:07:00.0";
  write(folder / "device", "0x23 0");
  write(folder / "subsystem_vendor", "0x0000");  // it has none

  EXPECT_EQ(places().at(0).pci_id, std::nullopt);
  EXPECT_EQ(places().at(0).subsystem_id, std::nullopt);
}

TEST_F(BusProbe, LeavesOutWhatIsNoAccelerator) {
  add("pci0000:00/0000:00:01.0/0000:07:00.0", "0x020000");

  EXPECT_TRUE(places().empty());
  EXPECT_FALSE(probe_bus(NodeFiles(root_)).bus.has_value());
}

// A folder without a link, as in a recording that lost them.
TEST_F(BusProbe, ShowsADeviceWithoutAWayByItself) {
  write("sys/bus/pci/devices/0000:07:00.0/class", "0x120000");

  EXPECT_THAT(words(places().at(0)), ElementsAre("0000:07:00.0"));
  EXPECT_EQ(places().at(0).subsystem_id, std::nullopt);
}

}  // namespace
}  // namespace tpp
