// Names of cores, and what firmware gives away about virtual machines.
#include "kernels/cpu/aarch64/identity.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "tests/unit/temporary_directory.h"

namespace tpp::cpu {
namespace {

namespace fs = std::filesystem;

// A folder of its own, with files as firmware leaves them.
class FirmwareFiles : public testing::Test {
 protected:
  void write(const std::string& path, const std::string& text) {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << text << '\n';
  }
  std::optional<bool> says_virtual() const {
    return firmware_says_virtual(root_ / "sys", root_ / "proc");
  }

 private:
  const test::TemporaryDirectory temporary_;
  const fs::path& root_ = temporary_.path();
};

TEST(AArch64Identity, TellsPartsOfDifferentMakersApart) {
  EXPECT_EQ(identify_midr(0x410fd4f1).name, "Neoverse-V2");
  EXPECT_EQ(identify_midr(0x410fd401).name, "Neoverse-V1");
  EXPECT_EQ(identify_midr(0x481fd010).vendor, "HiSilicon");
  EXPECT_EQ(identify_midr(0x481fd010).name, "Kunpeng 920");
  EXPECT_EQ(identify_midr(0xc00fac30).name, "AmpereOne");
}

TEST(AArch64Identity, NumbersAPartThatItDoesNotKnow) {
  const ProcessorIdentity identity = identify_midr(0x410fabc0);

  EXPECT_EQ(identity.vendor, "Arm");
  EXPECT_EQ(identity.name, "part 0xabc");
}

TEST(AArch64Identity, SaysNothingOfAMakerThatItDoesNotKnow) {
  const ProcessorIdentity identity = identify_midr(0x000fd4f0);

  EXPECT_EQ(identity.vendor, "");
  EXPECT_EQ(identity.name, "");
}

TEST_F(FirmwareFiles, SayNothingWhereThereAreNone) { EXPECT_EQ(says_virtual(), std::nullopt); }

TEST_F(FirmwareFiles, OfAHypervisorSayVirtual) {
  write("sys/class/dmi/id/sys_vendor", "QEMU");
  EXPECT_EQ(says_virtual(), true);
}

TEST_F(FirmwareFiles, OfADeviceTreeWithAHypervisorSayVirtual) {
  write("proc/device-tree/hypervisor/compatible", "linux,kvm");
  EXPECT_EQ(says_virtual(), true);
}

TEST_F(FirmwareFiles, OfACloudsBareMetalSayNothing) {
  write("sys/class/dmi/id/sys_vendor", "Amazon EC2");
  write("sys/class/dmi/id/product_name", "m7g.metal");
  EXPECT_EQ(says_virtual(), std::nullopt);
}

TEST_F(FirmwareFiles, OfACloudsVirtualMachineSayVirtual) {
  write("sys/class/dmi/id/sys_vendor", "Amazon EC2");
  write("sys/class/dmi/id/product_name", "m7g.16xlarge");
  EXPECT_EQ(says_virtual(), true);
}

}  // namespace
}  // namespace tpp::cpu
