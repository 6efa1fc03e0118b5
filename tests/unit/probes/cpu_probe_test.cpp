#include "probes/cpu/cpu_probe.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "agent/support/error.h"
#include "probes/probe.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

Inventory probe_node(const std::string& node) {
  return probe_cpu(NodeFiles(std::filesystem::path(TPP_FIXTURES) / "nodes" / node));
}

TEST(CpuProbe, CallsTheCoresOfAVirtualMachineASlice) {
  const Inventory inventory = probe_node("virtual-xeon-2-cores");

  ASSERT_EQ(inventory.devices.size(), 1u);
  const Device& device = inventory.devices[0];
  EXPECT_EQ(device.id.value, "cpu:0");
  EXPECT_EQ(device.name, "Intel(R) Xeon(R) Processor");
  EXPECT_EQ(device.vendor, "GenuineIntel");
  EXPECT_EQ(device.units, 2);
  EXPECT_TRUE(device.slice);
  EXPECT_THAT(device.slice_reason, testing::HasSubstr("virtual machine"));
  EXPECT_EQ(device.last_level_cache_bytes, 272629760u);
  EXPECT_EQ(inventory.node.topology,
            "1 socket, 2 cores, 2 hardware threads, 1 NUMA node, 260 MiB last-level cache");
}

TEST(CpuProbe, NeverTakesTheVirtualTimeStampRateForAClock) {
  const Inventory inventory = probe_node("virtual-xeon-2-cores");

  EXPECT_EQ(inventory.devices.at(0).max_clock_hz, std::nullopt);
}

TEST(CpuProbe, ShowsEachSocketWithItsOwnMemoryAndCaches) {
  const Inventory inventory = probe_node("dual-socket");

  ASSERT_EQ(inventory.devices.size(), 2u);
  const Device& second = inventory.devices[1];
  EXPECT_EQ(second.id.value, "cpu:1");
  EXPECT_EQ(second.units, 4);
  EXPECT_EQ(second.memory_bytes, 137438953472u);
  EXPECT_EQ(second.last_level_cache_bytes, 2u * 33554432u);
  EXPECT_EQ(second.max_clock_hz, 3707812e3);
  EXPECT_FALSE(second.slice);
  EXPECT_EQ(inventory.node.hypervisor, std::nullopt);
}

TEST(CpuProbe, TellsTheVersionsOfAcceleratorsDriversInTheKernel) {
  namespace fs = std::filesystem;
  const test::TemporaryDirectory node;
  fs::copy(fs::path(TPP_FIXTURES) / "nodes/dual-socket", node.path(), fs::copy_options::recursive);
  const auto write = [&](const char* file, const char* text) {
    fs::create_directories((node.path() / file).parent_path());
    std::ofstream(node.path() / file) << text << "\n";
  };
  write("sys/module/amdgpu/initstate", "live");
  write("sys/module/i915/parameters", "nothing of a driver that is loaded");
  write("proc/driver/nvidia/version", "NVRM version: 590.48.01\nGCC version: 12");
  const Inventory without_sys = probe_cpu(NodeFiles(node.path()));
  write("sys/module/nvidia/version", "590.48.01");
  write("sys/module/nvidia/srcversion", "0A1B");
  const Inventory with_sys = probe_cpu(NodeFiles(node.path()));

  const auto& drivers = with_sys.node.kernel_drivers;
  ASSERT_EQ(drivers.size(), 2u);
  EXPECT_EQ(drivers[0].name, "nvidia");
  EXPECT_EQ(drivers[0].version, "590.48.01");
  EXPECT_EQ(drivers[0].source_version, "0A1B");
  EXPECT_EQ(drivers[1].name, "amdgpu");
  EXPECT_EQ(drivers[1].version, with_sys.node.kernel);
  ASSERT_EQ(without_sys.node.kernel_drivers.size(), 2u);
  EXPECT_EQ(without_sys.node.kernel_drivers[1].version, "NVRM version: 590.48.01");
  EXPECT_TRUE(probe_node("dual-socket").node.kernel_drivers.empty());
}

TEST(CpuProbe, CallsASocketWithHiddenCoresASlice) {
  const Inventory inventory = probe_node("half-hidden");

  ASSERT_EQ(inventory.devices.size(), 2u);
  EXPECT_TRUE(inventory.devices[0].slice);
  EXPECT_EQ(inventory.devices[0].slice_reason, "2 of 4 cores are allowed to this process");
  EXPECT_EQ(inventory.devices[0].whole_units, 4);
}

TEST(CpuProbe, SaysBothThatItIsVirtualAndThatCoresAreHidden) {
  namespace fs = std::filesystem;
  const test::TemporaryDirectory node;
  fs::copy(fs::path(TPP_FIXTURES) / "nodes/half-hidden", node.path(), fs::copy_options::recursive);
  std::ofstream(node.path() / "proc/cpuinfo") << "flags : hypervisor\n";

  const Inventory inventory = probe_cpu(NodeFiles(node.path()));

  ASSERT_EQ(inventory.devices.size(), 2u);
  EXPECT_THAT(inventory.devices[0].slice_reason,
              testing::StartsWith("a virtual machine with 4 cores of a socket"));
  EXPECT_THAT(inventory.devices[0].slice_reason,
              testing::EndsWith("; 2 of 4 cores are allowed to this process"));
}

TEST(CpuProbe, SaysWhichTopologyItCannotRead) {
  EXPECT_THAT([] { probe_node("no-such-node"); },
              testing::ThrowsMessage<Error>(testing::HasSubstr("no-such-node")));
}

TEST(Probe, IsFoundByNameOnly) {
  EXPECT_NE(find_probe("cpu"), nullptr);
  EXPECT_EQ(find_probe("gpu-of-tomorrow"), nullptr);
}

}  // namespace
}  // namespace tpp
