#include "agent/pass/reconcile.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

namespace tpp {
namespace {

SurveyedBackend backend(const std::string& name, std::vector<record::DeviceSeen> devices) {
  SurveyedBackend result;
  result.module.name = name;
  result.module.path = "/modules/" + name + ".so";
  result.listing.devices = std::move(devices);
  return result;
}

record::DeviceSeen seen(const std::string& id, DeviceKind kind = DeviceKind::gpu) {
  record::DeviceSeen result;
  result.device.id.value = id;
  result.device.kind = kind;
  return result;
}

Inventory probed_cpu() {
  Inventory inventory;
  inventory.node.machine = "x86_64";
  Device device;
  device.id.value = "cpu:0";
  device.kind = DeviceKind::cpu;
  device.name = "Some CPU";
  device.units = 8;
  device.seen_by = {"probe cpu"};
  inventory.devices.push_back(device);
  return inventory;
}

TEST(Reconcile, ClassifiesWhatOnlyAModuleCallsASocket) {
  const auto further = seen("cpu:7", DeviceKind::cpu);
  auto simulated = further;
  simulated.device.simulated = true;

  const Inventory told = reconcile({probed_cpu()}, {backend("odd", {further})});
  const Inventory played = reconcile({}, {backend("sim", {simulated})});

  EXPECT_TRUE(is_host_cpu(told.devices.at(0)));
  EXPECT_FALSE(is_host_cpu(told.devices.at(1)));
  EXPECT_EQ(told.findings.at(0).code, "evidence.identity_differs");
  EXPECT_TRUE(is_host_cpu(played.devices.at(0)));
}

TEST(Reconcile, MergesWhatProbeAndBackendSayOfOneDevice) {
  auto runtime = seen("cpu:0", DeviceKind::cpu);
  runtime.device.name = "another spelling";
  runtime.device.memory_bytes = 64;

  const Inventory inventory = reconcile({probed_cpu()}, {backend("cpu", {runtime})});

  ASSERT_EQ(inventory.devices.size(), 1u);
  EXPECT_EQ(inventory.devices[0].name, "Some CPU");
  EXPECT_EQ(inventory.devices[0].memory_bytes, 64u);
  EXPECT_EQ(inventory.devices[0].backend, "cpu");
  EXPECT_THAT(inventory.devices[0].seen_by, testing::ElementsAre("probe cpu", "backend cpu"));
  EXPECT_EQ(inventory.boards.at(0).grouping_reason, "one socket is one board");
}

TEST(Reconcile, PutsDevicesOfOneVendorIdentityOnOneBoard) {
  auto first = seen("0000:01:00.0");
  auto second = seen("0000:02:00.0");
  first.board_id = second.board_id = "serial-7";

  const Inventory inventory = reconcile({}, {backend("hip", {first, second})});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
  EXPECT_EQ(inventory.boards[0].grouped_by, Source::read);
}

TEST(Reconcile, PutsDevicesOnTheBoardThatAProbeNames) {
  Inventory probed;
  for (const char* id : {"0000:07:00.0", "0000:08:00.0"}) {
    Device device;
    device.id.value = id;
    device.board.value = "0000:07:00.0";
    probed.devices.push_back(device);
  }

  // The runtime leaves out the first of them, after which it would name the card.
  auto second = seen("0000:08:00.0");
  second.board_id = "0000:08:00.0";
  const Inventory inventory = reconcile({probed}, {backend("cuda", {second})});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].id.value, "0000:07:00.0");
  EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
  EXPECT_EQ(inventory.boards[0].grouped_by, Source::read);
}

TEST(Reconcile, PutsAnInstanceOnTheBoardOfTheGpuThatAProbeShows) {
  Inventory probed;
  Device whole;
  whole.id.value = "0000:17:00.0";
  probed.devices.push_back(whole);
  auto instance = seen("0000:17:00.0/MIG-1");
  instance.device.slice = true;
  instance.package_id = "0000:17:00.0";

  const Inventory inventory = reconcile({probed}, {backend("cuda", {instance})});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
  EXPECT_EQ(inventory.devices[0].package, inventory.devices[1].package);
  EXPECT_TRUE(inventory.devices[0].slice) << "or it would be counted beside its instances";
}

// Whether it is said to be a slice or not, and whatever package is told of it.
TEST(Reconcile, PutsAPartOnTheBoardOfTheDeviceThatItsIdNames) {
  for (const bool said : {true, false}) {
    auto instance = seen("0000:17:00.0/MIG-1");
    instance.device.slice = said;

    const Inventory inventory = reconcile({}, {backend("cuda", {seen("0000:17:00.0"), instance})});

    ASSERT_EQ(inventory.boards.size(), 1u);
    EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
    for (const Device& device : inventory.devices) EXPECT_TRUE(device.slice) << device.id.value;
  }
}

// Two boards of half the units each would be made of one.
TEST(Reconcile, TakesDevicesForPartsWhoseIdsNameParts) {
  const Inventory inventory =
      reconcile({}, {backend("odd", {seen("0000:17:00.0/0"), seen("0000:17:00.0/1")})});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
  for (const Device& device : inventory.devices) {
    EXPECT_TRUE(device.slice) << device.id.value;
    EXPECT_EQ(device.package.value, "0000:17:00.0");
  }
}

TEST(Reconcile, LeavesAnInstanceTheUnitsThatTheProbeTellsWhereARuntimeTellsThoseOfItsGpu) {
  for (const auto& [runtime, own] : {std::pair(132, 16), std::pair(14, 14)}) {
    Inventory probed;
    Device& part = probed.devices.emplace_back();
    part.id.value = "0000:17:00.0/MIG-1";
    part.package.value = "0000:17:00.0";
    part.slice = true;
    part.units = 16;
    auto instance = seen("0000:17:00.0/MIG-1");
    instance.device.slice = true;
    instance.device.units = runtime;

    const Inventory inventory = reconcile({probed}, {backend("cuda", {instance})});

    EXPECT_EQ(inventory.devices.at(0).units, own);
  }
}

TEST(Reconcile, TakesTheUnitsOfARuntimeForADeviceThatIsNoInstance) {
  Inventory probed = probed_cpu();
  probed.devices.at(0).slice = true;
  auto runtime = seen("cpu:0", DeviceKind::cpu);
  runtime.device.units = 12;

  const Inventory inventory = reconcile({probed}, {backend("cpu", {runtime})});

  EXPECT_EQ(inventory.devices.at(0).units, 12);
}

TEST(Reconcile, PutsAnInstanceThatOnlyAProbeShowsOnTheBoardOfItsGpu) {
  Inventory probed;
  for (const char* id : {"0000:17:00.0", "0000:17:00.0/MIG-1"}) {
    Device device;
    device.id.value = id;
    device.slice = true;
    probed.devices.push_back(device);
  }
  probed.devices[1].package.value = "0000:17:00.0";

  const Inventory inventory = reconcile({probed}, {});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].id.value, "0000:17:00.0");
  EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
}

record::DeviceSeen die(const std::string& id) {
  auto result = seen(id);
  result.device.slice = true;
  result.device.slice_reason = "one die of a package";
  result.die = true;
  return result;
}

TEST(Reconcile, TakesDiesForWholeWhereAProbeKnowsAllOfTheirPackage) {
  Inventory probed;
  for (const char* id : {"0000:c1:00.0", "0000:c6:00.0"}) {
    Device device;
    device.id.value = id;
    device.board.value = device.package.value = "0000:c1:00.0";
    probed.devices.push_back(device);
  }

  const Inventory inventory =
      reconcile({probed}, {backend("hip", {die("0000:c1:00.0"), die("0000:c6:00.0")})});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].devices.size(), 2u);
  EXPECT_FALSE(inventory.devices[0].slice || inventory.devices[1].slice);
}

TEST(Reconcile, TakesADieForASliceWhereNobodyKnowsTheOthers) {
  Inventory probed;
  Device device;
  device.id.value = "0000:c1:00.0";
  probed.devices.push_back(device);

  EXPECT_TRUE(reconcile({probed}, {backend("hip", {die("0000:c1:00.0")})}).devices.at(0).slice);
  EXPECT_TRUE(reconcile({}, {backend("hip", {die("0000:c1:00.0")})}).devices.at(0).slice);
}

TEST(Reconcile, KeepsAPartitionASliceOnTheBoardThatAProbeNames) {
  Inventory probed;
  Device device;
  device.id.value = "0000:05:00.0/0";
  device.board.value = "0000:05:00.0";
  probed.devices.push_back(device);
  auto partition = die("0000:05:00.0/0");
  partition.die = false;

  EXPECT_TRUE(reconcile({probed}, {backend("hip", {partition})}).devices.at(0).slice);
}

TEST(Reconcile, CallsNoDeviceMissingThatABackendLists) {
  Inventory probed;
  for (const char* id : {"0000:05:00.0", "0000:06:00.0", "0000:07:00.0"}) {
    probed.findings.push_back({.code = "device.unseen", .subject = id, .message = ""});
  }
  auto partition = seen("0000:06:00.0/0");
  partition.package_id = "0000:06:00.0";

  const Inventory inventory =
      reconcile({probed}, {backend("hip", {seen("0000:05:00.0"), partition})});

  ASSERT_EQ(inventory.findings.size(), 1u);
  EXPECT_EQ(inventory.findings[0].subject, "0000:07:00.0");
}

TEST(Reconcile, TakesTheClockThatTheRuntimeSpeaksOf) {
  Inventory probed;
  Device device;
  device.id.value = "0000:17:00.0";
  device.max_clock_hz = 3105e6;
  probed.devices.push_back(device);
  auto runtime = seen("0000:17:00.0");
  runtime.device.max_clock_hz = 2520e6;

  EXPECT_EQ(reconcile({probed}, {backend("cuda", {runtime})}).devices.at(0).max_clock_hz, 2520e6);
  EXPECT_EQ(reconcile({probed}, {backend("cuda", {})}).devices.at(0).max_clock_hz, 3105e6);
}

record::DeviceSeen seen_portably(const std::string& id) {
  record::DeviceSeen result = seen(id);
  result.portable = true;
  result.device.units = 512;
  result.device.max_clock_hz = 1e9;
  result.device.memory_bytes = 1000;
  return result;
}

TEST(Reconcile, LeavesADeviceToItsOwnBackendWhateverTheNames) {
  auto own = seen("0000:17:00.0");
  own.device.units = 64;
  own.device.memory_bytes = 2000;
  auto portable = seen_portably("0000:17:00.0");
  portable.device.slice = true;

  const Inventory inventory =
      reconcile({}, {backend("a_portable", {portable}), backend("vendor", {own})});

  ASSERT_EQ(inventory.devices.size(), 1u);
  EXPECT_EQ(inventory.boards.size(), 1u);
  const Device& device = inventory.devices[0];
  EXPECT_EQ(device.backend, "vendor");
  EXPECT_EQ(device.units, 64);
  EXPECT_EQ(device.memory_bytes, 2000u);
  EXPECT_FALSE(device.slice);
  EXPECT_THAT(device.seen_by, testing::ElementsAre("backend vendor", "backend a_portable"));
}

TEST(Reconcile, MeasuresByAPortableBackendWhatNoOtherLists) {
  Inventory probed;
  Device known;
  known.id.value = "0000:17:00.0";
  known.units = 32;
  probed.devices.push_back(known);

  const Inventory inventory = reconcile(
      {probed}, {backend("first", {seen_portably("0000:17:00.0")}),
                 backend("second", {seen_portably("0000:17:00.0"), seen_portably("opencl:1")})});

  ASSERT_EQ(inventory.devices.size(), 2u);
  EXPECT_EQ(inventory.devices[0].backend, "first");
  EXPECT_EQ(inventory.devices[0].units, 32) << "a driver's own idea of a unit is not the maker's";
  EXPECT_EQ(inventory.devices[0].memory_bytes, std::nullopt);
  EXPECT_EQ(inventory.devices[1].backend, "second");
  EXPECT_EQ(inventory.devices[1].units, std::nullopt);
}

TEST(Reconcile, AddsNoPartThatAPortableBackendListsBesideThoseOfTheDevicesOwn) {
  auto instance = seen("0000:17:00.0/MIG-1");
  instance.package_id = "0000:17:00.0";
  auto part = seen_portably("0000:17:00.0/opencl:0");
  part.package_id = "0000:17:00.0";

  for (const auto& portable : {part, seen_portably("0000:17:00.0")}) {
    const Inventory inventory =
        reconcile({}, {backend("opencl", {portable}), backend("vendor", {instance})});
    ASSERT_EQ(inventory.devices.size(), 1u);
    EXPECT_EQ(inventory.devices[0].backend, "vendor");
  }
  const Inventory whole =
      reconcile({}, {backend("opencl", {part}), backend("vendor", {seen("0000:17:00.0")})});
  EXPECT_EQ(whole.devices.size(), 1u);
}

TEST(LeaveToOthers, KeepsTheBenchmarksOfTheBackendThatMeasuresADevice) {
  std::vector<SurveyedBackend> backends = {
      backend("opencl", {seen_portably("0000:17:00.0"), seen_portably("0000:18:00.0")}),
      backend("vendor", {seen("0000:17:00.0")})};
  for (SurveyedBackend& one : backends) {
    for (const record::DeviceSeen& device : one.listing.devices) {
      record::Planned planned;
      planned.benchmark.device = device.device.id;
      one.listing.benchmarks.push_back(planned);
    }
  }

  leave_to_others(reconcile({}, backends), backends);

  ASSERT_EQ(backends[0].listing.benchmarks.size(), 1u);
  EXPECT_EQ(backends[0].listing.benchmarks[0].benchmark.device.value, "0000:18:00.0");
  EXPECT_EQ(backends[1].listing.benchmarks.size(), 1u);
}

TEST(Reconcile, KeepsTwoCardsOfOneModelApart) {
  const Inventory inventory =
      reconcile({}, {backend("cuda", {seen("0000:01:00.0"), seen("0000:02:00.0")})});

  EXPECT_EQ(inventory.boards.size(), 2u);
}

BusPlace place(const std::string& address, const std::string& slot) {
  BusPlace place;
  place.address = address;
  place.way = {{address, slot}};
  return place;
}

TEST(Reconcile, KeepsThePlacesOfItsDevicesAProbesWordFirst) {
  Inventory bus;
  bus.bus = {place("0000:07:00.0", "read"), place("0000:99:00.0", "of none"),
             place("0000:09:00.0", "of a package")};
  auto first = seen("0000:07:00.0");
  first.place = place("0000:07:00.0", "told");
  auto second = seen("0000:08:00.0");
  second.place = place("0000:08:00.0", "told");
  auto part = seen("0000:09:00.0/0");
  part.package_id = "0000:09:00.0";

  const Inventory inventory = reconcile({bus}, {backend("hip", {first, second, part})});

  std::vector<std::string> slots;
  for (const BusPlace& one : inventory.bus.value()) slots.push_back(*one.way.front().slot);
  EXPECT_THAT(slots, testing::UnorderedElementsAre("read", "of a package", "told"));
  EXPECT_EQ(find_place(inventory, inventory.devices.at(2))->address, "0000:09:00.0");
}

TEST(Reconcile, GroupsByTheEvidenceThatItIsGiven) {
  const BoardMap map = {"map.yaml", {{"both", {{"0000:01:00.0", "1:1"}, {"0000:02:00.0", "1:2"}}}}};
  auto first = seen("0000:01:00.0");
  first.datacenter = true;

  const Inventory inventory =
      reconcile({}, {backend("cuda", {first, seen("0000:02:00.0")})}, {.map = &map});

  ASSERT_EQ(inventory.boards.size(), 1u);
  EXPECT_EQ(inventory.boards[0].grouped_by, Source::entered);
  EXPECT_EQ(inventory.boards[0].datacenter, true);
}

TEST(Reconcile, ReportsABackendThatFailedAndKeepsTheOthers) {
  SurveyedBackend broken = backend("cuda", {});
  broken.listing.failure = "was killed by SIGSEGV (crash)";

  const Inventory inventory = reconcile({probed_cpu()}, {broken, backend("cpu", {})});

  ASSERT_EQ(inventory.findings.size(), 1u);
  EXPECT_EQ(inventory.findings[0].code, "backend.failed");
  EXPECT_EQ(inventory.findings[0].finding_class, FindingClass::health);
  EXPECT_EQ(inventory.devices.size(), 1u);
}

TEST(Reconcile, NamesAModuleOnceThatWasAskedAgainForWhatItsRuntimeHides) {
  SurveyedBackend again = backend("cuda", {seen("0000:17:00.0/MIG-2")});
  again.module.environment = {"CUDA_VISIBLE_DEVICES=MIG-2"};
  SurveyedBackend hung = backend("cuda", {});
  hung.module.environment = {"CUDA_VISIBLE_DEVICES=MIG-3"};
  hung.listing.failure = "hung";

  const Inventory inventory =
      reconcile({}, {backend("cuda", {seen("0000:17:00.0/MIG-1")}), again, hung});

  ASSERT_EQ(inventory.modules.size(), 1u);
  EXPECT_EQ(inventory.modules[0].state, ModuleState::ready);
  ASSERT_EQ(inventory.devices.size(), 2u);
  EXPECT_EQ(inventory.devices[1].backend, "cuda");
  ASSERT_EQ(inventory.findings.size(), 1u);
  EXPECT_THAT(inventory.findings[0].message, testing::HasSubstr("CUDA_VISIBLE_DEVICES=MIG-3"));
}

TEST(Reconcile, KeepsWhatBecameOfEachModule) {
  SurveyedBackend broken = backend("cuda", {});
  broken.listing.failure = "hung";
  SurveyedBackend idle = backend("hip", {});
  idle.listing.unavailable = "no driver";

  const Inventory inventory = reconcile({probed_cpu()}, {broken, idle, backend("cpu", {})});

  ASSERT_EQ(inventory.modules.size(), 3u);
  EXPECT_EQ(inventory.modules[0].state, ModuleState::failed);
  EXPECT_EQ(inventory.modules[0].reason, "hung");
  EXPECT_EQ(inventory.modules[1].state, ModuleState::unavailable);
  EXPECT_EQ(inventory.modules[1].reason, "no driver");
  EXPECT_EQ(inventory.modules[2].state, ModuleState::ready);
}

TEST(Reconcile, CallsADeviceASliceIfAnybodySaysSo) {
  auto runtime = seen("cpu:0", DeviceKind::cpu);
  runtime.device.slice = true;
  runtime.device.slice_reason = "cgroup";

  const Inventory inventory = reconcile({probed_cpu()}, {backend("cpu", {runtime})});

  EXPECT_TRUE(inventory.devices[0].slice);
  EXPECT_EQ(inventory.devices[0].slice_reason, "cgroup");
}

}  // namespace
}  // namespace tpp
