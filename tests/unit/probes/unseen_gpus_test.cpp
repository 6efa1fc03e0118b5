#include "probes/unseen_gpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;

constexpr GpuMaker kNvidia{.vendor_id = "0x10de", .name = "an NVIDIA", .owner = "NVIDIA's"};
constexpr GpuMaker kAmd{.vendor_id = "0x1002", .name = "an AMD", .owner = "AMD's"};

std::vector<std::string> codes(const Inventory& inventory) {
  std::vector<std::string> result;
  for (const Finding& finding : inventory.findings) result.push_back(finding.code);
  return result;
}

// A node's bus, made of what the kernel shows of a GPU, its sound and a GPU that was given away.
class Bus : public testing::Test {
 protected:
  void add(const std::string& address, const char* vendor, const char* device_class,
           const char* driver) const {
    const std::filesystem::path folder = root_ / "sys/bus/pci/devices" / address;
    std::filesystem::create_directories(folder);
    std::ofstream(folder / "vendor") << vendor << '\n';
    std::ofstream(folder / "class") << device_class << '\n';
    std::filesystem::create_symlink(std::string("../../../bus/pci/drivers/") + driver,
                                    folder / "driver");
  }

  const test::TemporaryDirectory temporary_;
  const std::filesystem::path root_ = temporary_.path();
};

TEST_F(Bus, ShowsGpusThatTheLibraryDoesNotList) {
  add("0000:17:00.0", "0x10de", "0x030200", "nvidia");
  add("0000:18:00.0", "0x10de", "0x030200", "nouveau");
  add("0000:19:00.0", "0x10de", "0x030200", "vfio-pci");
  add("0000:17:00.1", "0x10de", "0x040300", "snd_hda_intel");
  add("0000:1a:00.0", "0x1002", "0x030000", "amdgpu");
  Inventory inventory;
  inventory.devices.resize(1);
  inventory.devices[0].id.value = "0000:17:00.0";

  add_unseen_gpus(kNvidia, NodeFiles(root_), inventory);

  ASSERT_THAT(codes(inventory), ElementsAre("device.unseen", "device.unseen"));
  EXPECT_EQ(inventory.findings[0].subject, "0000:18:00.0");
  EXPECT_EQ(inventory.findings[0].finding_class, FindingClass::health);
  EXPECT_EQ(inventory.findings[1].subject, "0000:19:00.0");
  EXPECT_EQ(inventory.findings[1].finding_class, FindingClass::condition);
}

TEST_F(Bus, ShowsAcceleratorsAndCountsPartsOfOneAsSeen) {
  add("0000:05:00.0", "0x1002", "0x120000", "amdgpu");
  add("0000:06:00.0", "0x1002", "0x120000", "amdgpu");
  Inventory inventory;
  inventory.devices.resize(1);
  inventory.devices[0].id.value = "0000:05:00.0/0";
  inventory.devices[0].package.value = "0000:05:00.0";

  add_unseen_gpus(kAmd, NodeFiles(root_), inventory);

  ASSERT_THAT(codes(inventory), ElementsAre("device.unseen"));
  EXPECT_EQ(inventory.findings[0].subject, "0000:06:00.0");
}

// Virtual functions (SR-IOV) are no GPUs of their own where the host lists whose they are.
TEST_F(Bus, DoesNotMissVirtualFunctionsOfAGpuThatIsListed) {
  for (const char* address : {"0000:17:00.0", "0000:17:00.4", "0000:18:00.0", "0000:18:00.4"}) {
    add(address, "0x10de", "0x030200", "nvidia");
  }
  const auto link = [&](const char* address, const char* whole) {
    std::filesystem::create_symlink(std::string("../") + whole,
                                    root_ / kPciDevices / address / "physfn");
  };
  link("0000:17:00.4", "0000:17:00.0");
  link("0000:18:00.4", "0000:18:00.0");
  Inventory inventory;
  inventory.devices.emplace_back().id.value = "0000:17:00.0";

  add_unseen_gpus(kNvidia, NodeFiles(root_), inventory);

  std::vector<std::string> subjects;
  for (const Finding& finding : inventory.findings) subjects.push_back(finding.subject);
  EXPECT_THAT(subjects, ElementsAre("0000:18:00.0", "0000:18:00.4"))
      << "what nobody lists is told with all that it has";
  EXPECT_EQ(physical_function(NodeFiles(root_), "0000:17:00.4"), "0000:17:00.0");
  EXPECT_EQ(physical_function(NodeFiles(root_), "0000:17:00.0"), std::nullopt);
}

TEST_F(Bus, ShowsAcceleratorsOfMakersWhoseLibraryNobodyAsks) {
  add("0000:17:00.0", "0x10de", "0x030200", "nvidia");
  add("0000:18:00.0", "0x1002", "0x120000", "amdgpu");
  add("0000:19:00.0", "0x8086", "0x038000", "i915");
  add("0000:1a:00.0", "0x1da3", "0x120000", "habanalabs");
  add("0000:1b:00.0", "0x1da3", "0x120000", "vfio-pci");
  add("0000:1c:00.0", "0x1a03", "0x030000", "ast");         // a console
  add("0000:1d:00.0", "0x1af4", "0x038000", "virtio-pci");  // a virtual machine's display
  add("0000:1e:00.0", "0x8086", "0x030000", "i915");        // for a screen, by its class
  add("0000:1f:00.0", "0x8086", "0x030000", "vfio-pci");
  Inventory inventory;

  add_accelerators_of_others(NodeFiles(root_), inventory);

  std::vector<std::string> subjects;
  for (const Finding& finding : inventory.findings) {
    EXPECT_EQ(finding.code, "device.unseen");
    subjects.push_back(finding.subject);
  }
  EXPECT_THAT(subjects,
              ElementsAre("0000:19:00.0", "0000:1a:00.0", "0000:1b:00.0", "0000:1f:00.0"));
  EXPECT_EQ(inventory.findings[1].finding_class, FindingClass::health);
  EXPECT_EQ(inventory.findings[2].finding_class, FindingClass::condition);
  EXPECT_EQ(inventory.findings[3].finding_class, FindingClass::condition);
}

TEST_F(Bus, KnowsAcceleratorsWhoseClassTellsNothing) {
  const auto add_device = [&](const char* address, const char* vendor, const char* device,
                              const char* device_class) {
    add(address, vendor, device_class, "a_driver");
    std::ofstream(root_ / kPciDevices / address / "device") << device << '\n';
  };
  add_device("0000:17:00.0", "0x1d0f", "0x7364", "0x088000");  // Trainium2
  add_device("0000:18:00.0", "0x1e60", "0x2864", "0x0b4000");  // Hailo-8
  add_device("0000:19:00.0", "0x8086", "0x225c", "0x0b4000");  // Xeon Phi
  add_device("0000:1a:00.0", "0x8086", "0x37c8", "0x0b4000");  // QuickAssist
  add_device("0000:1b:00.0", "0x8086", "0x2021", "0x088000");  // of a chipset
  Inventory inventory;

  add_accelerators_of_others(NodeFiles(root_), inventory);

  std::vector<std::string> subjects;
  for (const Finding& finding : inventory.findings) subjects.push_back(finding.subject);
  EXPECT_THAT(subjects, ElementsAre("0000:17:00.0", "0000:18:00.0", "0000:19:00.0"));
  EXPECT_TRUE(is_accelerator(NodeFiles(root_), "0000:17:00.0"));
  EXPECT_FALSE(is_accelerator(NodeFiles(root_), "0000:1b:00.0"));
}

}  // namespace
}  // namespace tpp
