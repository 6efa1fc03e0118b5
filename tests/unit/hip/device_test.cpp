#include "kernels/hip/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <fstream>

#include "kernels/cpp_boundary.h"
#include "tests/unit/hip/fake_runtime.h"
#include "tests/unit/temporary_directory.h"

namespace tpp::hip {
namespace {

using testing::HasSubstr;

bool is_slice(const Device& device) { return (device.info.flags & TPP_DEVICE_SLICE) != 0; }

void write(const std::filesystem::path& folder, const std::string& name, const std::string& text) {
  std::filesystem::create_directories(folder);
  std::ofstream(folder / name) << text << '\n';
}

TEST(HipDevices, AreNamedByAddressTargetAndChip) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  write(sysfs.path() / "0000:ab:00.0", "vendor", "0x1002");
  write(sysfs.path() / "0000:ab:00.0", "device", "0x74a1");
  fake.devices[0].attributes = {{Attribute::multiprocessor_count, 304},
                                {Attribute::clock_rate, 2'100'000},
                                {Attribute::wall_clock_rate, 100'000}};
  const auto devices = find_devices(api, sysfs.path());
  ASSERT_EQ(devices.size(), 1u);
  const tpp_device_info& info = devices[0].info;
  EXPECT_STREQ(info.id, "0000:ab:00.0");
  EXPECT_STREQ(info.pci_id, "1002:74a1");
  EXPECT_STREQ(info.architecture, "gfx942");
  EXPECT_STREQ(info.uuid, "GPU-0123456789abcdef");
  EXPECT_STREQ(info.driver_version, "HIP 6.3");
  EXPECT_EQ(info.units, 304u);
  EXPECT_EQ(info.max_clock_hz, 2.1e9);
  EXPECT_EQ(devices[0].timer_hz, 1e8);
  EXPECT_FALSE(is_slice(devices[0]));
  ASSERT_NE(devices[0].code.image, nullptr);
  EXPECT_STREQ(devices[0].code.image->target, "gfx942");
}

// Of three names and two places, the one that is there says more than the last.
TEST(HipRuntime, SaysWhatIsWrongWithTheOneThatIsThere) {
  const test::TemporaryDirectory folder;
  write(folder.path(), "libamdhip64.so.6", "no library");
  try {
    load_runtime(folder.path().string());
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_UNAVAILABLE);
    EXPECT_THAT(failure.what(), HasSubstr("libamdhip64.so.6: "));
  }
}

// The runtime tells the second level, and MI300X has 256 MB behind it.
TEST(HipDevices, MayHaveALargerCacheThanTheRuntimeTells) {
  Device device;
  device.cache_bytes = 4 << 20;
  device.info.memory_bytes = uint64_t{192} << 30;
  EXPECT_EQ(device.last_level_bytes(), uint64_t{256} << 20);
  device.info.memory_bytes = uint64_t{512} << 20;
  EXPECT_EQ(device.last_level_bytes(), uint64_t{32} << 20);
  device.cache_bytes = 64 << 20;
  EXPECT_EQ(device.last_level_bytes(), uint64_t{64} << 20);
}

TEST(HipDevices, AreCountedInSingleUnitsWhereTheRuntimeCountsPairs) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.devices[0].architecture = "gfx1100";
  fake.devices[0].attributes = {{Attribute::multiprocessor_count, 48},
                                {Attribute::physical_multiprocessor_count, 96}};
  EXPECT_EQ(find_devices(api, sysfs.path())[0].info.units, 96u);
  // Something else than the single ones of those pairs is not believed.
  fake.devices[0].attributes[Attribute::physical_multiprocessor_count] = 4711;
  EXPECT_EQ(find_devices(api, sysfs.path())[0].info.units, 48u);
}

TEST(HipDevices, AreSlicesWhereSeveralHaveOneAddress) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.devices.resize(3);
  fake.devices[1].address = "0000:AB:00.1";  // some runtimes write the number as the function
  fake.devices[2].address = "0000:C1:00.0";
  const auto devices = find_devices(api, sysfs.path());
  EXPECT_STREQ(devices[0].info.id, "0000:ab:00.0/0");
  EXPECT_STREQ(devices[1].info.id, "0000:ab:00.0/1");
  EXPECT_STREQ(devices[1].info.package_id, "0000:ab:00.0");
  EXPECT_TRUE(is_slice(devices[0]) && is_slice(devices[1]));
  EXPECT_STREQ(devices[2].info.id, "0000:c1:00.0");
  EXPECT_FALSE(is_slice(devices[2]));
}

TEST(HipDevices, AreSlicesWhereTheDriverSaysThatTheAcceleratorIsDivided) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  write(sysfs.path() / "0000:ab:00.0", "current_compute_partition", "CPX");
  const auto divided = find_devices(api, sysfs.path());
  EXPECT_TRUE(is_slice(divided[0]));
  EXPECT_STREQ(divided[0].info.id, "0000:ab:00.0/0");
  EXPECT_THAT(divided[0].info.slice_reason, HasSubstr("CPX"));
  write(sysfs.path() / "0000:ab:00.0", "current_compute_partition", "SPX");
  EXPECT_FALSE(is_slice(find_devices(api, sysfs.path())[0]));
}

TEST(HipDevices, OfCdna2AreSlicesUnlessTheyAreKnownToBeWholePackages) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.devices[0].architecture = "gfx90a:sramecc+:xnack-";
  EXPECT_TRUE(is_slice(find_devices(api, sysfs.path())[0]));
  write(sysfs.path() / "0000:ab:00.0", "vendor", "0x1002");
  write(sysfs.path() / "0000:ab:00.0", "device", "0x7408");  // MI250X
  const auto die = find_devices(api, sysfs.path());
  EXPECT_TRUE(is_slice(die[0]));
  EXPECT_STREQ(die[0].info.id, "0000:ab:00.0");
  write(sysfs.path() / "0000:ab:00.0", "device", "0x740f");  // MI210
  EXPECT_FALSE(is_slice(find_devices(api, sysfs.path())[0]));
}

TEST(HipDevices, OfUnknownOrUntoldTargetsRunNothing) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.devices.resize(2);
  fake.devices[0].architecture = "gfx1030";
  fake.devices[1].architecture = "\x11\x11";
  fake.devices[1].address = "0000:C1:00.0";
  const auto devices = find_devices(api, sysfs.path());
  EXPECT_EQ(devices[0].code.image, nullptr);
  EXPECT_STREQ(devices[0].info.architecture, "gfx1030");
  EXPECT_EQ(devices[1].code.image, nullptr);
  EXPECT_STREQ(devices[1].info.architecture, "");
}

TEST(HipDevices, HaveNoChipNumberWhereTheRuntimeGivesOtherText) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.devices[0].uuid = "XX";
  EXPECT_STREQ(find_devices(api, sysfs.path())[0].info.uuid, "");
}

TEST(HipDevices, OfARuntimeThatIsTooOldAreRefusedWithAdvice) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.version = 40'500'000;
  try {
    find_devices(api, sysfs.path());
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_FAILED);
    EXPECT_THAT(failure.what(), HasSubstr("HIP 4.5; expected HIP 5.0"));
  }
}

TEST(HipDevices, ThatAreNotThereAreNoFailure) {
  const test::TemporaryDirectory sysfs;
  const HipApi api = fake_api();
  fake.init = Error::no_device;
  try {
    find_devices(api, sysfs.path());
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_UNAVAILABLE);
  }
}

TEST(WhyNoDevice, TellsAMissingDriverFromAForbiddenOne) {
  const test::TemporaryDirectory directory;
  const std::string kfd = directory.path() / "kfd";
  EXPECT_THAT(why_no_device(kfd), HasSubstr("not loaded"));
  std::ofstream(kfd) << "";
  EXPECT_THAT(why_no_device(kfd), HasSubstr("ROCR_VISIBLE_DEVICES"));
  // Directories of which one may not read are read by root all the same.
  if (::geteuid() == 0) return;
  ::chmod(kfd.c_str(), 0);
  EXPECT_THAT(why_no_device(kfd), HasSubstr("group"));
}

}  // namespace
}  // namespace tpp::hip
