#include "agent/pass/virtual_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/chips/catalog_file.h"
#include "agent/pass/reconcile.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kWhole = "0000:4d:00.0";
constexpr const char* kFirst = "0000:4d:00.4";
constexpr const char* kSecond = "0000:4d:00.5";

// A host's bus with an A30, of which two virtual functions are switched on, and what is missed
// there. In a guest the kernel does not know whose they are.
Inventory bus_of(bool guest = false) {
  Inventory probed;
  probed.bus.emplace();
  for (const char* address : {kWhole, kFirst, kSecond}) {
    BusPlace& place = probed.bus->emplace_back();
    place.address = address;
    place.way = {{address, std::nullopt}};
    place.pci_id = "10de:20b7";
    if (address != kWhole && !guest) place.physical_function = kWhole;
    probed.findings.push_back(
        {"device.unseen", FindingClass::health, Severity::warning, address, "a GPU is on the bus"});
  }
  return probed;
}

SurveyedBackend backend_of(const std::vector<std::string>& ids) {
  SurveyedBackend backend;
  backend.module.name = "cuda";
  for (const std::string& id : ids) {
    record::DeviceSeen& seen = backend.listing.devices.emplace_back();
    seen.device.id.value = id;
    seen.device.pci_id = "10de:20b7";
    seen.datacenter = true;
  }
  return backend;
}

Inventory node_of(const Inventory& bus, const std::vector<std::string>& listed) {
  static const Catalog catalog = load_catalog(std::filesystem::path(TPP_CATALOG));
  return reconcile({bus}, {backend_of(listed)}, {.catalog = &catalog});
}

std::vector<std::string> ids(const Inventory& inventory) {
  std::vector<std::string> found;
  for (const Device& device : inventory.devices) found.push_back(device.id.value);
  return found;
}

std::vector<std::string> missed(const Inventory& inventory) {
  std::vector<std::string> found;
  for (const Finding& finding : inventory.findings) {
    if (finding.code == "device.unseen") found.push_back(finding.subject);
  }
  return found;
}

TEST(VirtualFunctions, AreNotMissedWhereTheirDeviceIsListed) {
  const Inventory node = node_of(bus_of(), {kWhole});

  EXPECT_THAT(ids(node), ElementsAre(kWhole));
  EXPECT_THAT(missed(node), IsEmpty());
  EXPECT_FALSE(node.devices[0].slice) << "that they are switched on divides nothing";
  EXPECT_EQ(node.bus->size(), 1u) << "a host has up to hundreds";
}

TEST(VirtualFunctions, AreNoBoardsBesideTheirDeviceWhichIsDividedThen) {
  const Inventory node = node_of(bus_of(), {kWhole, kFirst});

  EXPECT_THAT(ids(node), ElementsAre(kWhole));
  EXPECT_EQ(node.boards.size(), 1u);
  EXPECT_TRUE(node.devices[0].slice);
  EXPECT_THAT(node.devices[0].slice_reason, HasSubstr(kFirst));
  EXPECT_THAT(missed(node), IsEmpty());
}

TEST(VirtualFunctions, AreSlicesWhereNobodyListsTheirDevice) {
  const Inventory node = node_of(bus_of(), {kFirst});

  EXPECT_THAT(ids(node), ElementsAre(kFirst));
  EXPECT_TRUE(node.devices[0].slice);
  EXPECT_THAT(node.devices[0].slice_reason, HasSubstr(kWhole));
  EXPECT_THAT(missed(node), ElementsAre(kWhole, kSecond));
}

// A runtime may name the whole as the package of each: that lists no whole.
TEST(VirtualFunctions, StandForNoDeviceAsTheirPackage) {
  SurveyedBackend backend = backend_of({kFirst, kSecond});
  for (record::DeviceSeen& seen : backend.listing.devices) seen.package_id = kWhole;

  const Inventory node = reconcile({bus_of()}, {backend}, {});

  EXPECT_THAT(ids(node), ElementsAre(kFirst, kSecond));
  for (const Device& device : node.devices) EXPECT_TRUE(device.slice);
}

TEST(VirtualFunctions, AreDevicesOfAGuest) {
  const Inventory node = node_of(bus_of(true), {kFirst});

  EXPECT_THAT(ids(node), ElementsAre(kFirst));
  EXPECT_FALSE(node.devices[0].slice);
  EXPECT_THAT(missed(node), ElementsAre(kWhole, kSecond));
}

TEST(VirtualFunctions, StayWhereTheBusIsDrawn) {
  Inventory bus = bus_of();
  bus.topology.emplace();

  EXPECT_EQ(node_of(bus, {kWhole}).bus->size(), 3u);
}

// A recording may say anything: one device of each ring is left, and a part.
TEST(VirtualFunctions, OfEachOtherLeaveOne) {
  Inventory bus = bus_of();
  bus.bus->at(0).physical_function = kFirst;
  bus.bus->at(2).physical_function = kSecond;

  const Inventory node = node_of(bus, {kWhole, kFirst, kSecond});

  EXPECT_THAT(ids(node), ElementsAre(kFirst, kSecond));
  EXPECT_TRUE(node.devices[0].slice);
}

}  // namespace
}  // namespace tpp
