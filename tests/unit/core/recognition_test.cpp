#include "agent/history/recognition.h"

#include <gtest/gtest.h>

#include "tests/unit/core/boards.h"

namespace tpp {
namespace {

using Same = std::vector<Recognised>;

BoardIdentity board(const std::string& address, const std::string& serial = "",
                    const std::string& uuid = "") {
  BoardIdentity identity;
  identity.hostname = "node-1";
  identity.addresses = {address};
  identity.pci_ids = {"10de:2330"};
  if (!serial.empty()) identity.serials = identity.numbers = {serial};
  if (!uuid.empty()) identity.uuids = {uuid};
  return identity;
}

TEST(Recognition, GoesBySerialNumberWhereverTheBoardIs) {
  const Recognition found = recognise({board("0000:17:00.0", "A"), board("0000:65:00.0", "B")},
                                      {board("0000:17:00.0", "B"), board("0000:65:00.0", "A")});
  EXPECT_EQ(found.same, (Same{{1, 0, RecognisedBy::serial}, {0, 1, RecognisedBy::serial}}));
  EXPECT_TRUE(found.replaced.empty());
}

TEST(Recognition, GoesByUuidWhereASerialNumberIsNotToldOrIsAnother) {
  const Recognition untold =
      recognise({board("0000:17:00.0", "A", "GPU-1")}, {board("0000:65:00.0", "", "GPU-1")});
  EXPECT_EQ(untold.same, (Same{{0, 0, RecognisedBy::uuid}}));
  const Recognition rewritten =
      recognise({board("0000:17:00.0", "A", "GPU-1")}, {board("0000:17:00.0", "B", "GPU-1")});
  EXPECT_EQ(rewritten.same, (Same{{0, 0, RecognisedBy::uuid}}));
}

TEST(Recognition, TrustsASerialNumberOverAUuid) {
  const Recognition found =
      recognise({board("0000:17:00.0", "A", "GPU-1"), board("0000:65:00.0", "B", "GPU-2")},
                {board("0000:17:00.0", "B", "GPU-1")});
  EXPECT_EQ(found.same, (Same{{1, 0, RecognisedBy::serial}}));
}

TEST(Recognition, GoesBySlotAndPartWhereNothingElseIsTold) {
  EXPECT_EQ(recognise({board("0000:17:00.0")}, {board("0000:17:00.0")}).same,
            (Same{{0, 0, RecognisedBy::slot}}));
  BoardIdentity other_part = board("0000:17:00.0");
  other_part.pci_ids = {"10de:2329"};
  const Recognition found = recognise({board("0000:17:00.0")}, {other_part});
  EXPECT_TRUE(found.same.empty());
  EXPECT_EQ(found.replaced.size(), 1u);
}

// A PCI id that is not told any more makes no other board, where the names are alike.
TEST(Recognition, GoesBySlotAndNameWhereAPciIdIsNotTold) {
  BoardIdentity before = board("0000:17:00.0");
  before.names = {"NVIDIA H100"};
  BoardIdentity after = before;
  after.pci_ids.clear();
  EXPECT_EQ(recognise({before}, {after}).same, (Same{{0, 0, RecognisedBy::slot}}));
  after.names = {"NVIDIA T4"};
  EXPECT_EQ(recognise({before}, {after}).replaced.size(), 1u);
}

TEST(Recognition, OfOneSerialNumberUnderAnotherMakersNameGoesBySlot) {
  BoardIdentity before = board("0000:17:00.0", "A");
  BoardIdentity after = before;
  after.serials = {"AMD A"};
  EXPECT_EQ(recognise({before}, {after}).same, (Same{{0, 0, RecognisedBy::slot}}));
}

TEST(Recognition, TakesNoUuidOfZerosForOne) {
  test::Scene scene = test::measured(test::large_chip());
  scene.device().uuid = "GPU-00000000-0000-0000-0000-000000000000";
  EXPECT_TRUE(identity_of(scene.inventory, scene.board()).uuids.empty());
  scene.device().uuid = "GPU-00000000-0000-0000-0000-000000000001";
  EXPECT_EQ(identity_of(scene.inventory, scene.board()).uuids.size(), 1u);
}

TEST(Recognition, OfAnotherSerialNumberInTheSlotIsAReplacement) {
  const Recognition found = recognise({board("0000:17:00.0", "A")}, {board("0000:17:00.0", "B")});
  EXPECT_TRUE(found.same.empty());
  ASSERT_EQ(found.replaced.size(), 1u);
  EXPECT_TRUE(found.gone.empty());
  EXPECT_TRUE(found.appeared.empty());
}

TEST(Recognition, KeepsASocketWhoseAddressShifted) {
  BoardIdentity before = board("0000:17:00.0");
  BoardIdentity after = board("0000:18:00.0");
  before.module = after.module = "3";
  EXPECT_EQ(recognise({before}, {after}).same, (Same{{0, 0, RecognisedBy::slot}}));
  EXPECT_TRUE(same_slot(before, after));
}

TEST(Recognition, TakesASocketNumberThatTwoBoardsHaveForNone) {
  BoardIdentity one = board("0000:17:00.0");
  BoardIdentity other = board("0000:18:00.0");
  one.module = other.module = "0";
  const Recognition found = recognise({one, other}, {other, one});
  EXPECT_EQ(found.same, (Same{{1, 0, RecognisedBy::slot}, {0, 1, RecognisedBy::slot}}));
}

TEST(Recognition, TakesASerialNumberThatTwoBoardsHaveForNone) {
  const std::vector<BoardIdentity> before = {board("0000:17:00.0", "N/A"),
                                             board("0000:65:00.0", "N/A")};
  const std::vector<BoardIdentity> after = {before[1], before[0]};
  EXPECT_EQ(recognise(before, after).same,
            (Same{{1, 0, RecognisedBy::slot}, {0, 1, RecognisedBy::slot}}));
}

TEST(Recognition, LeavesSlotsOfAnotherNodeAlone) {
  BoardIdentity elsewhere = board("0000:17:00.0");
  elsewhere.hostname = "node-2";
  const Recognition found = recognise({board("0000:17:00.0")}, {elsewhere});
  EXPECT_TRUE(found.same.empty());
  EXPECT_EQ(found.gone.size(), 1u);
  EXPECT_EQ(found.appeared.size(), 1u);
}

TEST(Recognition, NeverTakesASimulatedBoardForARealOne) {
  BoardIdentity simulated = board("0000:17:00.0", "A", "GPU-1");
  simulated.simulated = true;
  const Recognition found = recognise({board("0000:17:00.0", "A", "GPU-1")}, {simulated});
  EXPECT_TRUE(found.same.empty());
  EXPECT_TRUE(found.replaced.empty());
}

TEST(BoardIdentity, HasNoSerialNumberWhereNobodyWroteOne) {
  test::Scene scene = test::inventory_of(test::small_chip());
  for (const char* unwritten : {"0",
                                "0000000000000",
                                "XXXX",
                                "unknown",
                                "[Not Supported]",
                                "None",
                                "[N/A]",
                                "Not Available",
                                "ERR!",
                                "Default string",
                                "To be filled by O.E.M.",
                                "System Serial Number",
                                "123456789",
                                "0123456789",
                                "1234567890",
                                "1234",
                                "1234-5678",
                                "0123456789ABCDEF",
                                "123456789ABC",
                                "SN0000000000",
                                "SN 123456789",
                                "00000001"}) {
    scene.device().serial = unwritten;
    EXPECT_TRUE(identity_of(scene.inventory, scene.board()).serials.empty()) << unwritten;
  }
  for (const char* written : {"0323419", "12345679", "2345", "SN1234", "012346789",
                              "0123456789ABCDFF", "SN00001234", "1a2b3c4d5e6f7001"}) {
    scene.device().serial = written;
    EXPECT_EQ(identity_of(scene.inventory, scene.board()).serials.size(), 1u) << written;
  }
}

TEST(BoardIdentity, HasNoUuidWhereAWordStandsForNone) {
  test::Scene scene = test::inventory_of(test::small_chip());
  for (const char* none :
       {"unknown", "GPU-unknown", "[Not Supported]", "GPU-[N/A]", "None", "Not Available", "ERR!",
        "Default string", "To be filled by O.E.M.", "System Serial Number", "MIG-123456789",
        "GPU-0123456789", "GPU-01234567-89ab-cdef-0123-456789abcdef", "Not-Available",
        "GPU-00000000-0000-0000-0000-000000000000"}) {
    scene.device().uuid = none;
    EXPECT_TRUE(identity_of(scene.inventory, scene.board()).uuids.empty()) << none;
  }
  scene.device().uuid = "GPU-12345678-1234-1234-1234-123456789abc";
  EXPECT_EQ(identity_of(scene.inventory, scene.board()).uuids.size(), 1u);
}

TEST(BoardIdentity, LeavesOutUuidsOfPartitionsWhichComeAndGo) {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.device().uuid = "MIG-1";
  scene.device().id.value = "0000:01:00.0/MIG-1";
  scene.board().devices = {scene.device().id};
  scene.device().slice = true;
  const BoardIdentity identity = identity_of(scene.inventory, scene.board());
  EXPECT_TRUE(identity.uuids.empty());
  EXPECT_EQ(identity.addresses, (std::set<std::string>{"0000:01:00.0"}));
}

TEST(BoardIdentity, HasNoModuleWhereItsDevicesSitInSeveral) {
  test::Scene scene = test::inventory_of(test::small_chip());
  scene.device().labels.emplace().module_id = 3;
  EXPECT_EQ(identity_of(scene.inventory, scene.board()).module, "3");
  scene.inventory.devices.push_back(scene.device());
  scene.inventory.devices.back().id.value = "0000:02:00.0";
  scene.inventory.devices.back().labels->module_id = 4;
  scene.board().devices.push_back({"0000:02:00.0"});
  EXPECT_EQ(identity_of(scene.inventory, scene.board()).module, "");
}

TEST(Recognition, TakesABoardThatLostItsLowestDeviceForNoneThatMoved) {
  BoardIdentity before = board("0000:17:00.0", "A");
  before.addresses.insert("0000:18:00.0");
  EXPECT_FALSE(has_moved(before, board("0000:18:00.0", "A")));
  EXPECT_TRUE(has_moved(before, board("0000:19:00.0", "A")));
}

}  // namespace
}  // namespace tpp
