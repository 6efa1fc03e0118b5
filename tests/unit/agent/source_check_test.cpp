#include "agent/pass/source_check.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "agent/boards/outside_facts.h"

namespace tpp {
namespace {

constexpr const char* kT4 = "10de:1eb8";
constexpr const char* kH100 = "10de:2330";
constexpr const char* kAddress = "0000:01:00.0";

// What a probe of a maker's library says.
Inventory library(const std::string& pci_id,
                  const std::optional<std::string>& subsystem = std::nullopt) {
  Inventory probed;
  Device& device = probed.devices.emplace_back();
  device.id.value = kAddress;
  device.pci_id = pci_id;
  if (subsystem) device.labels.emplace().subsystem_id = subsystem;
  device.seen_by = {"probe nvidia"};
  return probed;
}

Inventory bus(const std::optional<std::string>& pci_id,
              const std::optional<std::string>& subsystem = std::nullopt) {
  Inventory probed;
  BusPlace place;
  place.address = kAddress;
  place.way = {{kAddress, std::nullopt}};
  place.pci_id = pci_id;
  place.subsystem_id = subsystem;
  probed.bus = {place};
  return probed;
}

SurveyedBackend backend(const std::string& pci_id, const std::string& part = "") {
  SurveyedBackend result;
  result.module.name = "cuda";
  record::DeviceSeen& seen = result.listing.devices.emplace_back();
  seen.device.id.value = kAddress + part;
  seen.package_id = kAddress;
  seen.device.pci_id = pci_id;
  return result;
}

std::vector<std::string> messages(const Inventory& inventory) {
  std::vector<std::string> result;
  for (const Finding& finding : inventory.findings) {
    if (finding.code == kSourcesDiffer) result.push_back(finding.message);
  }
  return result;
}

using Messages = std::vector<std::string>;

TEST(SourceCheck, FindsWhatALibraryAndAModuleTellDifferently) {
  EXPECT_EQ(messages(reconcile({library(kT4)}, {backend(kT4)})), Messages{});

  const auto told = reconcile({library(kT4)}, {backend(kH100)});

  EXPECT_EQ(messages(told), Messages{"PCI id: 10de:1eb8 by probe nvidia, 10de:2330 by backend "
                                     "cuda"});
  ASSERT_EQ(told.findings.size(), 1u);
  EXPECT_EQ(told.findings[0].finding_class, FindingClass::contradiction);
  EXPECT_EQ(told.findings[0].severity, Severity::error);
  EXPECT_EQ(told.findings[0].subject, kAddress);
}

TEST(SourceCheck, HoldsALibraryAgainstTheBusWhereNoModuleListsTheDevice) {
  EXPECT_EQ(messages(reconcile({library(kT4), bus(kH100)}, {})),
            Messages{"PCI id: 10de:1eb8 by probe nvidia, 10de:2330 by probe bus"});
  EXPECT_EQ(messages(reconcile({library(kT4), bus(kT4)}, {})), Messages{});
  EXPECT_EQ(messages(reconcile({library(kT4), bus(std::nullopt)}, {})), Messages{});
}

TEST(SourceCheck, HoldsAModuleAgainstTheBusWhereNoLibraryListsTheDevice) {
  EXPECT_EQ(messages(reconcile({bus(kH100)}, {backend(kT4)})),
            Messages{"PCI id: 10de:2330 by probe bus, 10de:1eb8 by backend cuda"});
}

TEST(SourceCheck, NamesAllThatToldOneIdOnce) {
  const auto twice = {backend(kH100), backend(kH100)};

  EXPECT_EQ(messages(reconcile({library(kT4), bus(kH100)}, twice)),
            Messages{"PCI id: 10de:1eb8 by probe nvidia, 10de:2330 by probe bus and backend cuda"});
}

TEST(SourceCheck, HoldsAPartAgainstThePlaceOfItsWhole) {
  EXPECT_EQ(messages(reconcile({bus(kH100)}, {backend(kT4, "/MIG-1")})),
            Messages{"PCI id: 10de:2330 by probe bus, 10de:1eb8 by backend cuda"});
}

// It tells products of one PCI id apart.
TEST(SourceCheck, HoldsSubsystemsAgainstEachOtherToo) {
  EXPECT_EQ(messages(reconcile({library(kH100, "10de:16c1"), bus(kH100, "10de:16c0")}, {})),
            Messages{"PCI subsystem: 10de:16c1 by probe nvidia, 10de:16c0 by probe bus"});
  EXPECT_EQ(messages(reconcile({library(kH100, "10de:16c1"), bus(kH100, "10de:16c1")}, {})),
            Messages{});
  EXPECT_EQ(messages(reconcile({library(kH100, "10de:16c1"), bus(kH100)}, {})), Messages{});
}

}  // namespace
}  // namespace tpp
