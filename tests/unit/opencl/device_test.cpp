#include "kernels/opencl/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "kernels/opencl/rows.h"
#include "tests/unit/opencl/fake_loader.h"
#include "tests/unit/temporary_directory.h"

namespace tpp::opencl {
namespace {

using test::FakeLoader;
using testing::HasSubstr;

// As /sys/devices/system/cpu with so many sockets of one processor each.
class Sockets {
 public:
  explicit Sockets(int count) {
    for (int i = 0; i < count; ++i) {
      const auto folder = directory_.path() / ("cpu" + std::to_string(i)) / "topology";
      std::filesystem::create_directories(folder);
      std::ofstream(folder / "physical_package_id") << i << '\n';
    }
  }
  const std::filesystem::path& path() const { return directory_.path(); }

 private:
  tpp::test::TemporaryDirectory directory_;
};

std::vector<std::string> ids(const std::vector<Device>& devices) {
  std::vector<std::string> all;
  for (const Device& device : devices) all.emplace_back(device.info.id);
  return all;
}

std::vector<std::string> listed(const std::string& settings, int sockets = 1) {
  const FakeLoader loader(settings);
  return ids(find_devices(loader.api(), Sockets(sockets).path()));
}

TEST(OpenClDevices, AreKnownByTheirPciAddressHoweverTheDriverTellsIt) {
  EXPECT_THAT(listed("pci=khr"), testing::ElementsAre("0000:ab:00.0"));
  EXPECT_THAT(listed("pci=amd"), testing::ElementsAre("0000:ab:00.0"));
  EXPECT_THAT(listed("pci=nv"), testing::ElementsAre("0000:ab:01.2"));
  EXPECT_THAT(listed("pci=none count=2"), testing::ElementsAre("opencl:0", "opencl:1"));
}

TEST(OpenClDevices, OfAmdAreNoFunctionsButPartitionsOfOne) {
  for (const char* how : {"pci=amd", "pci=khr vendor=4098"}) {
    EXPECT_THAT(listed(std::string(how) + " functions=1 count=2"),
                testing::ElementsAre("0000:ab:00.0/opencl:0", "0000:ab:00.0/opencl:1"));
  }
  EXPECT_THAT(listed("pci=khr vendor=32902 functions=1 count=2"),
              testing::ElementsAre("0000:ab:00.0", "0000:ab:00.1"));
}

TEST(OpenClDevices, OfAmdAreInTheDomainWhereTheKernelShowsOneOfTheirs) {
  const tpp::test::TemporaryDirectory bus;
  const auto add = [&](const char* address, const char* vendor) {
    std::filesystem::create_directories(bus.path() / address);
    std::ofstream(bus.path() / address / "vendor") << vendor << '\n';
    std::ofstream(bus.path() / address / "device") << "0x74a1\n";
  };
  const FakeLoader loader("pci=amd");
  const auto found = [&] { return ids(find_devices(loader.api(), Sockets(1).path(), bus.path())); };
  add("0000:ab:00.0", "0x1022");
  EXPECT_THAT(found(), testing::ElementsAre("0000:ab:00.0")) << "a bridge is none of theirs";
  add("0002:ab:00.0", "0x1002");
  EXPECT_THAT(found(), testing::ElementsAre("0002:ab:00.0"));
  add("0003:ab:00.0", "0x1002");
  EXPECT_THAT(found(), testing::ElementsAre("opencl:0")) << "nobody knows which of the two it is";
}

TEST(OpenClDevices, AreListedOnceWhereTwoDriversShowThem) {
  EXPECT_THAT(listed("platforms=2 count=2"), testing::ElementsAre("0000:ab:00.0", "0000:ac:00.0"));
  EXPECT_EQ(listed("platforms=2 count=2 same=1").size(), 2u) << "parts of one device";
}

TEST(OpenClDevices, AreSlicesWhereTheyShareAnAddressOrAreInstances) {
  EXPECT_THAT(listed("count=2 same=1"),
              testing::ElementsAre("0000:ab:00.0/opencl:0", "0000:ab:00.0/opencl:1"));
  const FakeLoader loader("name=Fake_MIG_1g.10gb");
  const auto devices = find_devices(loader.api(), Sockets(1).path());
  ASSERT_EQ(devices.size(), 1u);
  EXPECT_NE(devices[0].info.flags & TPP_DEVICE_SLICE, 0u);
  EXPECT_STREQ(devices[0].info.package_id, "0000:ab:00.0");
}

TEST(OpenClDevices, OfTheProcessorAreItsOneSocketAndLeftOutWhereThereAreSeveral) {
  EXPECT_THAT(listed("type=cpu"), testing::ElementsAre("cpu:0"));
  EXPECT_THAT(listed("type=cpu platforms=2"), testing::ElementsAre("cpu:0"));
  const FakeLoader loader("type=cpu");
  const Sockets two(2);
  const auto failure =
      test::failure_of([&] { static_cast<void>(find_devices(loader.api(), two.path())); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_UNAVAILABLE);
}

TEST(OpenClDevices, SayThatABackendOfTheirOwnKindIsBetter) {
  const FakeLoader loader("type=accelerator");
  const auto devices = find_devices(loader.api(), Sockets(1).path());
  ASSERT_EQ(devices.size(), 1u);
  const tpp_device_info& info = devices[0].info;
  EXPECT_EQ(info.flags, static_cast<uint32_t>(TPP_DEVICE_PORTABLE));
  EXPECT_STREQ(info.kind, "accelerator");
  EXPECT_STREQ(info.name, "Fake accelerator");
  EXPECT_STREQ(info.architecture, "OpenCL 3.0");
  EXPECT_EQ(info.units, 4u);
  EXPECT_EQ(info.max_clock_hz, 1.5e9);
}

TEST(OpenClDevices, AreUnavailableWithoutADriver) {
  const Sockets one(1);
  for (const char* settings : {"platforms=0", "count=0"}) {
    const FakeLoader loader(settings);
    const auto failure =
        test::failure_of([&] { static_cast<void>(find_devices(loader.api(), one.path())); });
    ASSERT_TRUE(failure.has_value()) << settings;
    EXPECT_EQ(failure->status(), TPP_UNAVAILABLE) << settings;
  }
}

// Benchmark -> why it is not there; "" where it is.
std::map<std::string, std::string> rows(const std::string& settings) {
  const FakeLoader loader(settings);
  auto devices = find_devices(loader.api(), Sockets(1).path());
  std::map<std::string, std::string> all;
  for (const boundary::Benchmark& row : benchmarks_of(loader.api(), devices.at(0))) {
    EXPECT_EQ(row.variants.empty(), !row.reason.empty()) << row.kernel << row.subject;
    EXPECT_EQ(row.flags, static_cast<uint32_t>(row.kernel == "dram" ? TPP_BENCHMARK_BYTES
                                                                    : TPP_BENCHMARK_GENERIC));
    all[row.kernel + "/" + row.subject] = row.reason;
  }
  return all;
}

TEST(OpenClRows, AreWhatTheDriverOffers) {
  auto few = rows("extensions=cl_khr_fp64x");
  EXPECT_THAT(few["fma/fp64"], HasSubstr("cl_khr_fp64"));
  EXPECT_THAT(few["fma/fp16"], HasSubstr("cl_khr_fp16"));
  EXPECT_THAT(few["gemm/int8"], HasSubstr("cl_khr_integer_dot_product"));
  EXPECT_EQ(few["fma/fp32"], "");
  EXPECT_EQ(few["gemm/fp32"], "");
  EXPECT_EQ(few["dram/copy"], "");
  auto more = rows("extensions=cl_khr_fp16,cl_khr_integer_dot_product,cl_khr_fp64");
  EXPECT_EQ(more["fma/fp64"] + more["gemm/fp16"] + more["gemm/int8"], "");
}

// Where the operands stay the same, a compiler may take the product out of a loop of multiplies and
// adds, and half of what is counted would not be done.
TEST(OpenClRows, HaveNoLoopOfMultiplyAddsWhereTheHardwareDoesNotFuse) {
  auto unfused = rows("fma=0");
  EXPECT_THAT(unfused["fma/fp32"], HasSubstr("no fused multiply-add"));
  EXPECT_EQ(unfused["gemm/fp32"], "");
}

TEST(OpenClRows, HaveNoProductsWhereGroupsAreTooSmall) {
  auto small = rows("group=128");
  EXPECT_THAT(small["gemm/fp32"], HasSubstr("groups of 128"));
  EXPECT_EQ(small["fma/fp32"], "");
}

}  // namespace
}  // namespace tpp::opencl
