#include "agent/pass/unseen_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/chips/catalog_file.h"
#include "agent/pass/reconcile.h"
#include "agent/regulation/edition_file.h"
#include "agent/regulation/editions_in_force.h"

namespace tpp {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

constexpr const char* kAddress = "0000:03:00.0";

const Catalog& catalog() {
  static const Catalog shipped = load_catalog(std::filesystem::path(TPP_CATALOG));
  return shipped;
}

const std::vector<Edition>& editions() {
  static const std::vector<Edition> in_force =
      editions_in_force(load_editions(TPP_RULES), "2026-09-01");
  return in_force;
}

// What is said of a GPU that only the bus shows, as the surveyed node has it.
std::string told(const std::optional<std::string>& pci_id, const std::vector<Edition>& in_force) {
  Inventory probed;
  probed.findings.push_back(
      {"device.unseen", FindingClass::health, Severity::warning, kAddress, "a GPU is on the bus"});
  BusPlace& place = probed.bus.emplace().emplace_back();
  place.address = kAddress;
  place.way = {{kAddress, std::nullopt}};
  place.pci_id = pci_id;
  Inventory inventory = reconcile({probed}, {});
  tell_rows_of_unseen(catalog(), in_force, inventory);
  return inventory.findings.at(0).message;
}

TEST(UnseenRows, NamesTheRowThatThePciIdFitsWithItsClass) {
  EXPECT_THAT(told("10de:27b8", editions()),
              EndsWith("; its PCI id 10de:27b8 fits nvidia-l4: 3A090.a by its row"));
  EXPECT_THAT(told("10de:27b8", {}), EndsWith("; its PCI id 10de:27b8 fits nvidia-l4"));
}

// A row that is below makes nothing below that nobody saw.
TEST(UnseenRows, CallsNothingBelowByARowAlone) {
  EXPECT_THAT(told("10de:1eb8", editions()),
              HasSubstr("nvidia-tesla-t4: below by its row alone, which nothing bears out"));
}

TEST(UnseenRows, NamesAllRowsOfAPciIdThatSeveralHave) {
  EXPECT_THAT(told("1002:740c", editions()),
              HasSubstr("fits amd-instinct-mi250: 3A090.a by its row, or amd-instinct-mi250x: "
                        "3A090.a by its row"));
}

TEST(UnseenRows, SaysThatNoRowFitsOrThatThePciIdIsNotTold) {
  EXPECT_THAT(told("10de:ffff", editions()),
              EndsWith("10de:ffff fits no row of the catalogue: what it is under the rules is not "
                       "known"));
  EXPECT_THAT(told(std::nullopt, editions()),
              EndsWith("its PCI id is not told, and with it what it is under the rules"));
}

// A node's bus with one display controller, of whatever class, and devices that runtimes list.
Inventory with_display(const std::optional<std::string>& pci_id,
                       const std::vector<SurveyedBackend>& backends) {
  Inventory probed;
  BusPlace& place = probed.bus.emplace().emplace_back();
  place.address = kAddress;
  place.way = {{kAddress, std::nullopt}};
  place.pci_id = pci_id;
  Inventory inventory = reconcile({probed}, backends, {.catalog = &catalog()});
  tell_rows_of_unseen(catalog(), editions(), inventory);
  return inventory;
}

TEST(UnseenRows, MissesADisplayControllerWhosePciIdARowHas) {
  const Inventory inventory = with_display("8086:56A0", {});

  ASSERT_EQ(inventory.findings.size(), 1u);
  EXPECT_EQ(inventory.findings[0].code, "device.unseen");
  EXPECT_EQ(inventory.findings[0].finding_class, FindingClass::health);
  EXPECT_EQ(inventory.findings[0].subject, kAddress);
  EXPECT_THAT(inventory.findings[0].message, HasSubstr("fits intel-arc-a770: "));
  EXPECT_EQ(inventory.bus->at(0).address, kAddress) << "classify --report tells it again";
}

TEST(UnseenRows, MissesNoDisplayControllerThatIsListedOrThatNoRowHas) {
  SurveyedBackend opencl;
  opencl.module.name = "opencl";
  opencl.listing.devices.emplace_back().device.id.value = kAddress;

  EXPECT_TRUE(with_display("8086:56a0", {opencl}).findings.empty());
  for (const std::optional<std::string>& pci_id :
       {std::optional<std::string>("1a03:2000"), std::optional<std::string>()}) {
    const Inventory inventory = with_display(pci_id, {});
    EXPECT_TRUE(inventory.findings.empty());
    EXPECT_TRUE(!inventory.bus || inventory.bus->empty());
  }
}

TEST(UnseenRows, MissesOnceWhatAProbeMissesAlready) {
  Inventory probed = with_display("8086:56a0", {});
  probed.findings.at(0).message = "of the probe";

  const Inventory inventory = reconcile({probed}, {}, {.catalog = &catalog()});

  ASSERT_EQ(inventory.findings.size(), 1u);
  EXPECT_EQ(inventory.findings[0].message, "of the probe");
}

TEST(UnseenRows, LeavesOtherFindingsAsTheyAre) {
  Inventory inventory;
  inventory.findings.push_back(
      {"device.asleep", FindingClass::condition, Severity::info, kAddress, "asleep"});

  tell_rows_of_unseen(catalog(), editions(), inventory);

  EXPECT_EQ(inventory.findings[0].message, "asleep");
}

}  // namespace
}  // namespace tpp
