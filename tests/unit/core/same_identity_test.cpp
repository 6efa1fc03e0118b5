#include "agent/boards/same_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/boards/outside_facts.h"
#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kUuid = "GPU-5a1c0f0e-0000-0000-0000-000000000001";
constexpr const char* kSerial = "1320000000001";

Device& add(const std::string& id, const std::string& board, Inventory& inventory) {
  Device& device = inventory.devices.emplace_back();
  device.id.value = id;
  device.package.value = id;
  device.board.value = board;
  return device;
}

void add_board(const std::string& id, bool parted, Inventory& inventory) {
  Board& board = inventory.boards.emplace_back();
  board.id.value = id;
  if (parted) board.uncertain = "parted against its serial number";
}

// On a board each, unless said otherwise.
Inventory pair(const std::string& second = "b") {
  Inventory inventory;
  add("0000:01:00.0", "a", inventory);
  add("0000:02:00.0", second, inventory);
  return inventory;
}

TEST(SameIdentity, IsFoundOfAUuidThatTwoDevicesTell) {
  Inventory inventory = pair();
  inventory.devices[0].uuid = kUuid;
  inventory.devices[1].uuid = "gpu-5A1C0F0E-0000-0000-0000-000000000001";

  const auto findings = same_identity_findings(inventory);

  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_EQ(findings[0].code, "device.same_identity");
  EXPECT_EQ(findings[0].finding_class, FindingClass::contradiction);
  EXPECT_EQ(findings[0].severity, Severity::error);
  EXPECT_THAT(findings[0].message, AllOf(HasSubstr("the UUID GPU-5a1c0f0e"),
                                         HasSubstr("told by 0000:01:00.0 and by 0000:02:00.0")));
  EXPECT_THAT(same_identities(inventory, {"a"}), SizeIs(1));
  EXPECT_THAT(same_identities(inventory, {"b"}), SizeIs(1));
  EXPECT_THAT(same_identities(inventory, {"c"}), IsEmpty());
}

TEST(SameIdentity, IsFoundOfAUuidOnOneBoardToo) {
  Inventory inventory = pair("a");
  for (Device& device : inventory.devices) device.uuid = kUuid;

  EXPECT_THAT(same_identity_findings(inventory), SizeIs(1));
}

TEST(SameIdentity, IsFoundOfASerialNumberThatTwoBoardsTell) {
  Inventory inventory = pair();
  for (Device& device : inventory.devices) device.serial = kSerial;

  const auto findings = same_identity_findings(inventory);

  ASSERT_THAT(findings, SizeIs(1));
  EXPECT_THAT(findings[0].message, HasSubstr("the board serial number 1320000000001 is told by"));
}

TEST(SameIdentity, IsNoneWhereDevicesShareItByRight) {
  Inventory card = pair("a");  // two devices of one card
  for (Device& device : card.devices) device.serial = kSerial;
  Inventory parts = pair("a");  // of one package
  for (Device& device : parts.devices) device.uuid = kUuid;
  parts.devices[1].package = parts.devices[0].package;
  Inventory unwritten = pair();
  for (Device& device : unwritten.devices) {
    device.serial = "0000000000000";
    device.uuid = "GPU-00000000-0000-0000-0000-000000000000";
  }
  Inventory silent = pair();
  Inventory split = pair();  // told otherwise
  for (Device& device : split.devices) device.serial = kSerial;
  split.findings.push_back(
      {"board.split", FindingClass::contradiction, Severity::error, split.devices[0].id.value, ""});
  for (const char* id : {"a", "b"}) {
    add_board(id, true, split);
  }

  for (const Inventory& inventory : {card, parts, unwritten, silent, split}) {
    EXPECT_THAT(same_identity_findings(inventory), IsEmpty());
  }
}

// A mapping that parts one board against its serial number frees no other that tells the same.
TEST(SameIdentity, IsFoundOfABoardThatIsNotParted) {
  Inventory inventory = pair();
  add("0000:03:00.0", "c", inventory);
  for (Device& device : inventory.devices) device.serial = kSerial;
  for (const char* id : {"a", "b"}) {
    add_board(id, true, inventory);
  }
  add_board("c", false, inventory);
  inventory.findings.push_back({"board.split", FindingClass::contradiction, Severity::error,
                                inventory.devices[0].id.value, ""});

  EXPECT_THAT(same_identity_findings(inventory), SizeIs(1));
  EXPECT_THAT(same_identities(inventory, {"c"}), SizeIs(1));
}

// Twins of one board that is below by its row.
TEST(SameIdentity, LeavesNoBoardBelow) {
  test::Scene scene = test::inventory_of(test::small_chip());
  Device other = scene.device();
  other.id.value = "0000:99:00.0";
  other.package.value = other.id.value;
  other.board.value = "other";
  scene.inventory.devices.push_back(other);
  const auto kind = [&] {
    Report report;
    report.inventory = scene.inventory;
    std::vector<BoardPerformance> boards = test::aggregate_scene(scene);
    for (BoardPerformance& board : boards) {
      add_outside_facts(report, board);
      board.facts.untrusted.clear();  // no code is told of in a report without libraries
    }
    return classify(boards, scene.inventory, test::october_2023(), scene.options)
        .verdicts.at(0)
        .kind;
  };
  scene.device(0).uuid = "GPU-1111-2222";
  scene.device(scene.inventory.devices.size() - 1).uuid = "GPU-1111-3333";
  ASSERT_EQ(kind(), ClassificationKind::below);

  scene.device(scene.inventory.devices.size() - 1).uuid = "GPU-1111-2222";

  EXPECT_EQ(kind(), ClassificationKind::undetermined);
}

}  // namespace
}  // namespace tpp
