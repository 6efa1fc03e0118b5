#include "kernels/cpu/device.h"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/cpuinfo.h"
#include "kernels/cpu/workload.h"
#include "tests/unit/temporary_directory.h"

namespace tpp::cpu {
namespace {

namespace fs = std::filesystem;

// A made-up /sys/devices/system/cpu.
class Sysfs : public ::testing::Test {
 protected:
  void file(const std::string& path, const std::string& content) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path) << content << '\n';
  }

  void cpu(int number, int package, const std::string& siblings, const std::string& l3) const {
    const std::string folder = "cpu" + std::to_string(number) + "/";
    file(folder + "topology/physical_package_id", std::to_string(package));
    file(folder + "topology/core_cpus_list", siblings);
    file(folder + "cache/index0/level", "1");
    file(folder + "cache/index0/type", "Data");
    file(folder + "cache/index0/size", "32K");
    file(folder + "cache/index0/shared_cpu_list", siblings);
    file(folder + "cache/index1/level", "3");
    file(folder + "cache/index1/type", "Unified");
    file(folder + "cache/index1/size", "32768K");
    file(folder + "cache/index1/shared_cpu_list", l3);
  }

  // Two sockets of two cores with two threads each; cpu4 and up are the second threads. Each core
  // of socket 1 has a last-level cache of its own.
  void two_sockets() const {
    file("online", "0-7");
    cpu(0, 0, "0,4", "0-1,4-5");
    cpu(1, 0, "1,5", "0-1,4-5");
    cpu(4, 0, "0,4", "0-1,4-5");
    cpu(5, 0, "1,5", "0-1,4-5");
    cpu(2, 1, "2,6", "2,6");
    cpu(3, 1, "3,7", "3,7");
    cpu(6, 1, "2,6", "2,6");
    cpu(7, 1, "3,7", "3,7");
  }

  const test::TemporaryDirectory temporary_;
  const fs::path& root_ = temporary_.path();
};

TEST_F(Sysfs, GivesOneCpuOfEachCoreOfEachSocket) {
  two_sockets();
  const auto sockets = read_sockets(root_, {0, 1, 2, 3, 4, 5, 6, 7});
  ASSERT_EQ(sockets.size(), 2u);
  EXPECT_EQ(sockets[0].cpus, (std::vector<int>{0, 1}));
  EXPECT_EQ(sockets[0].cores_online, 2u);
  EXPECT_EQ(sockets[1].package, 1);
  EXPECT_EQ(sockets[1].cpus, (std::vector<int>{2, 3}));
}

TEST_F(Sysfs, AddsUpEveryInstanceOfTheLastLevelCacheOnce) {
  two_sockets();
  const auto sockets = read_sockets(root_, {0, 1, 2, 3});
  EXPECT_EQ(sockets[0].cache_bytes, 32u << 20);
  EXPECT_EQ(sockets[1].cache_bytes, 64u << 20);
}

TEST_F(Sysfs, UsesTheSecondThreadWhereTheFirstIsNotAllowed) {
  two_sockets();
  const auto sockets = read_sockets(root_, {1, 4});
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(sockets[0].cpus, (std::vector<int>{1, 4}));
}

TEST_F(Sysfs, CountsCoresThatMayNotBeUsed) {
  two_sockets();
  const auto sockets = read_sockets(root_, {0});
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(sockets[0].cpus.size(), 1u);
  EXPECT_EQ(sockets[0].cores_online, 2u);
}

TEST_F(Sysfs, TakesOnePackageOfSingleCoresWhereNothingIsSaid) {
  file("online", "0-2");
  const auto sockets = read_sockets(root_, {0, 1, 2});
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(sockets[0].package, 0);
  EXPECT_EQ(sockets[0].cpus.size(), 3u);
  EXPECT_EQ(sockets[0].cache_bytes, 0u);
  EXPECT_EQ(sockets[0].max_clock_hz, 0);
}

TEST_F(Sysfs, ReadsAPackageNumberOfMinusOneAsTheFirst) {
  file("online", "0");
  cpu(0, -1, "0", "0");
  const auto sockets = read_sockets(root_, {0});
  ASSERT_EQ(sockets.size(), 1u);
  EXPECT_EQ(sockets[0].package, 0);
}

TEST_F(Sysfs, TakesTheHighestClockOfAnyCore) {
  two_sockets();
  file("cpu0/cpufreq/cpuinfo_max_freq", "3500000");
  file("cpu1/cpufreq/cpuinfo_max_freq", "3700000");
  const auto sockets = read_sockets(root_, {0, 1});
  EXPECT_EQ(sockets[0].max_clock_hz, 3.7e9);
}

TEST_F(Sysfs, FindsNothingWhereNoCpuIsAllowed) {
  two_sockets();
  EXPECT_TRUE(read_sockets(root_, {}).empty());
}

TEST(Cpuinfo, FindsTheFieldOfTheProcessorAskedFor) {
  const std::string text =
      "processor\t: 0\nmodel name\t: One\n\nprocessor\t: 10\nmodel name\t: Ten: 3 GHz\n";
  EXPECT_EQ(cpuinfo_field_in(text, 10, "model name"), "Ten: 3 GHz");
  EXPECT_EQ(cpuinfo_field_in(text, 0, "model name"), "One");
  EXPECT_EQ(cpuinfo_field_in(text, 1, "model name"), "");
  EXPECT_EQ(cpuinfo_field_in(text, 0, "vendor_id"), "");
}

TEST(Isa, OptionTakesFeaturesAwayAndAddsNone) {
  const FeatureSet all = find_devices("").front().features;
  for (const IsaLevel& level : isa_levels()) {
    if ((level.introduces & detect_features()) == FeatureSet{}) continue;
    const Device device = find_devices(std::string(level.name)).front();
    EXPECT_EQ(device.features, all & level.allowed) << level.name;
    EXPECT_EQ(device.isa_option, level.name);
  }
}

TEST(Isa, UnknownValueIsAnsweredWithThoseThatExist) {
  try {
    find_devices("avx1024");
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_INVALID);
    EXPECT_NE(std::string(failure.what()).find("portable"), std::string::npos) << failure.what();
    EXPECT_NE(std::string(failure.what()).find("avx1024"), std::string::npos) << failure.what();
  }
}

}  // namespace
}  // namespace tpp::cpu
