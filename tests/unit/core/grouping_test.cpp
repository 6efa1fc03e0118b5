#include "agent/boards/grouping.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "agent/boards/aggregate.h"
#include "agent/support/error.h"
#include "tests/unit/core/boards.h"
#include "tests/unit/core/node_of_devices.h"

namespace tpp {
namespace {

using test::declared_verdict;
using test::Node;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr const char* kT4 = "nvidia-tesla-t4";
constexpr const char* kK80 = "nvidia-tesla-k80";

// Two devices behind one bridge; the bridge in a slot, the devices in slots, or none known.
Node pair_of(const std::string& chip, const std::string& bridge_slot,
             const std::string& device_slots = "") {
  Node node;
  for (const std::string number : {"7", "8"}) {
    const std::string id = "0000:0" + number + ":00.0";
    node.add(id, chip);
    const std::string slot = device_slots.empty() ? "" : "#" + device_slots + number;
    node.put(id + slot + " 0000:06:0" + number + ".0 0000:05:00.0" + bridge_slot + " 0000:00:01.0");
  }
  return node;
}

BoardMap map_of(const std::string& boards) {
  return parse_board_map("boards:\n" + boards, "map.yaml");
}

void group_by(const BoardMap& map, Node& node) { node.group({.map = &map}); }

TEST(Grouping, JoinsDevicesOfAnUnknownPartThatShareASlot) {
  Node node = pair_of("", "#3");

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("0000:07:00.0 0000:08:00.0"));
  EXPECT_EQ(node.board(0).grouped_by, Source::inferred);
  EXPECT_EQ(node.board(0).grouping_reason, "PCI: devices of one part in one slot");
}

TEST(Grouping, KeepsCardsApartThatHaveASlotEach) {
  Node node = pair_of("", "", "slot-");

  node.group();

  EXPECT_THAT(node.boards(), SizeIs(2));
  EXPECT_THAT(node.codes(), IsEmpty());
}

TEST(Grouping, SaysWhereTheBusLeavesItOpen) {
  Node node = pair_of("", "");

  node.group();

  ASSERT_THAT(node.boards(), SizeIs(2));
  EXPECT_THAT(*node.board(0).uncertain, HasSubstr("0000:08:00.0, of the same part, is behind the "
                                                  "same bridge 0000:05:00.0"));
  EXPECT_THAT(node.codes(), ElementsAre("board.uncertain", "board.uncertain"));
}

TEST(Grouping, JoinsNoMoreDevicesThanACardCarries) {
  Node node = pair_of("", "#3");
  for (const char* id : {"0000:09:00.0", "0000:0a:00.0", "0000:0b:00.0"}) {
    node.add(id, "");
    node.put(std::string(id) + " 0000:06:10.0 0000:05:00.0#3 0000:00:01.0");
  }

  node.group();

  EXPECT_THAT(node.boards(), SizeIs(5));
  EXPECT_THAT(*node.board(4).uncertain, HasSubstr("sits in the same slot"));
}

TEST(Grouping, JoinsNothingThatTheVendorPartsOrThatIsOfAnotherPart) {
  Node serials = pair_of("", "#3");
  serials.inventory.devices[0].serial = "0321215000123";
  serials.inventory.devices[1].serial = "0321215000124";
  Node said = pair_of("", "#3");
  said.inventory.devices[0].labels.emplace().multi_gpu_board = false;
  Node parts = pair_of("", "#3");
  parts.inventory.bus->at(0).subsystem_id = "10de:0001";

  Node third = pair_of("", "#3");
  third.inventory.devices[0].serial = "0321215000123";
  third.add("0000:09:00.0", "").serial = "0321215000124";
  third.put("0000:09:00.0 0000:06:09.0 0000:05:00.0#3 0000:00:01.0");
  third.group();
  EXPECT_THAT(third.boards(), SizeIs(3)) << "the second may be of either";
  EXPECT_NE(third.board(1).uncertain, std::nullopt);

  for (Node* node : {&serials, &said, &parts}) {
    node->group();
    EXPECT_THAT(node->boards(), SizeIs(2));
    EXPECT_THAT(node->codes(), IsEmpty());
  }
  EXPECT_EQ(said.board(0).grouped_by, Source::read);
}

TEST(Grouping, NeverPutsABoardBelowThatSharesASlotWithAnotherOfItsPart) {
  Node apart = pair_of(kT4, "", "slot-");
  Node shared = pair_of(kT4, "#3");

  apart.group();
  shared.group();

  EXPECT_EQ(declared_verdict(apart).kind, ClassificationKind::below);
  ASSERT_THAT(shared.boards(), SizeIs(2)) << "the catalogue says one device a board";
  const Verdict verdict = declared_verdict(shared);
  EXPECT_EQ(verdict.kind, ClassificationKind::undetermined);
  EXPECT_THAT(verdict.notes, Contains(testing::StartsWith("not decided: 3A090.a")));
  EXPECT_THAT(verdict.assurance_reasons,
              Contains("board not certain: 0000:08:00.0, of the same part, sits in the same slot"));
}

// What one of them tells in the place of its serial number parts them as little.
TEST(Grouping, PartsNoDevicesByAWordInThePlaceOfASerialNumber) {
  for (const char* none : {"N/A", "unknown", "[Not Supported]", "Default string", "123456789"}) {
    Node shared = pair_of(kT4, "#3");
    shared.inventory.devices[0].serial = "0321215000123";
    shared.inventory.devices[1].serial = none;
    shared.group();
    EXPECT_THAT(shared.codes(), Contains("board.uncertain")) << none;
    EXPECT_EQ(declared_verdict(shared).kind, ClassificationKind::undetermined) << none;
  }
}

TEST(Grouping, LeavesAnUncertainBoardTheClassThatItsFiguresProve) {
  Node node = pair_of("nvidia-h100-pcie-80-gb", "#3");

  node.group();

  EXPECT_NE(node.board(0).uncertain, std::nullopt);
  EXPECT_EQ(declared_verdict(node).classification, "3A090.a");
}

TEST(Grouping, SaysThatABoardIsSharedWhereTheVendorDoesNotSayWithWhich) {
  Node node;
  node.add("0000:07:00.0", kT4).labels.emplace().multi_gpu_board = true;

  node.group();

  EXPECT_THAT(*node.board(0).uncertain, HasSubstr("its vendor says that it shares its board"));
}

TEST(Grouping, DoesNotJoinByTheCatalogueWhatTheBusCannotTellFromOthers) {
  Node node = pair_of(kK80, "");
  node.add("0000:09:00.0", kK80);
  node.put("0000:09:00.0 0000:06:09.0 0000:05:00.0 0000:00:01.0");
  Node nowhere;
  for (const char* id : {"0000:07:00.0", "0000:08:00.0"}) nowhere.add(id, kK80);
  Node two_cards = pair_of(kK80, "");
  two_cards.inventory.devices[0].serial = "0321215000123";
  two_cards.inventory.devices[1].serial = "0321215000124";

  node.group();
  nowhere.group();
  two_cards.group();

  EXPECT_THAT(node.boards(), SizeIs(3));
  EXPECT_THAT(nowhere.boards(), SizeIs(2));
  EXPECT_THAT(two_cards.boards(), SizeIs(2));
  EXPECT_EQ(nowhere.board(0).grouping_reason,
            "the catalogue: 1 of 2 devices of a board (nvidia-tesla-k80)");
  EXPECT_EQ(declared_verdict(nowhere).kind, ClassificationKind::undetermined);
}

TEST(Grouping, TakesTheFirstEvidenceThatSpeaks) {
  Node vendor = pair_of(kK80, "#3");
  for (Device& device : vendor.inventory.devices) device.board.value = "card-1";
  Node operated = pair_of(kK80, "#3");
  for (Device& device : operated.inventory.devices) device.board.value = "card-1";
  const BoardMap map = map_of("  - {name: tray, devices: ['0000:07:00.0', '0000:08:00.0']}\n");

  vendor.group();
  group_by(map, operated);

  EXPECT_EQ(vendor.board(0).id.value, "card-1");
  EXPECT_EQ(vendor.board(0).grouping_reason, "the vendor's board identity");
  EXPECT_EQ(operated.board(0).grouped_by, Source::entered);
  EXPECT_EQ(operated.board(0).grouping_reason, "the mapping map.yaml: tray");
  EXPECT_THAT(operated.codes(), IsEmpty());
}

TEST(Grouping, TakesNoFillerForASerialNumber) {
  for (const char* serial : {"0", "0000000000", "abc"}) {
    Node node;
    for (const char* id : {"0000:07:00.0", "0000:08:00.0"}) node.add(id, kT4).serial = serial;

    node.group();

    EXPECT_THAT(node.boards(), SizeIs(2)) << serial;
  }
}

TEST(Grouping, MergesBoardsByTheOperatorsMappingByIdUuidOrSerialNumber) {
  Node node;
  node.add("0000:07:00.0", kT4);
  node.add("0000:08:00.0", kT4).uuid = "GPU-8";
  node.add("0000:09:00.0", kT4).serial = "0321215000123";
  node.add("0000:0a:00.0", kT4);

  group_by(map_of("  - {name: tray, devices: ['0000:07:00.0', gpu-8, '0321215000123']}\n"), node);

  EXPECT_THAT(node.boards(), ElementsAre("0000:07:00.0 0000:08:00.0 0000:09:00.0", "0000:0a:00.0"));
  EXPECT_EQ(node.board(0).uncertain, std::nullopt);
  EXPECT_EQ(node.board(0).expected_devices, std::nullopt);
}

// The first device of the mapping's board is in a slot of its own, the second shares one.
TEST(Grouping, LeavesAMappedBoardOpenOfWhichAnyDeviceSharesASlotWithOneThatIsNotNamed) {
  Node node = pair_of(kT4, "#3");
  node.add("0000:04:00.0", kT4);
  node.put("0000:04:00.0 0000:00:02.0");

  group_by(map_of("  - {name: two, devices: ['0000:04:00.0', '0000:07:00.0']}\n"), node);

  ASSERT_THAT(node.boards(), ElementsAre("0000:07:00.0 0000:04:00.0", "0000:08:00.0"));
  for (const std::size_t board : {0u, 1u}) {
    EXPECT_TRUE(node.board(board).uncertain) << board;
    EXPECT_EQ(declared_verdict(node, board).kind, ClassificationKind::undetermined) << board;
  }
}

TEST(Grouping, LeavesOpenWhatTheMappingPartsAgainstTheVendor) {
  Node claimed = pair_of(kT4, "#3");
  for (Device& device : claimed.inventory.devices) device.board.value = "card-1";
  Node serial = pair_of(kT4, "#3");
  for (Device& device : serial.inventory.devices) device.serial = "0321215000123";

  for (Node* node : {&claimed, &serial}) {
    group_by(map_of("  - {name: half, devices: ['0000:07:00.0']}\n"), *node);

    ASSERT_THAT(node->boards(), SizeIs(2));
    EXPECT_THAT(node->codes(), ElementsAre("board.split"));
    EXPECT_EQ(node->inventory.findings[0].finding_class, FindingClass::contradiction);
    for (std::size_t board : {0u, 1u}) {
      EXPECT_EQ(declared_verdict(*node, board).kind, ClassificationKind::undetermined);
    }
  }
}

// Which of the two is wrong is open, and the operator is not told to mend what may be right.
TEST(Grouping, SaysThatAMappingSettlesNoIdentityThatNoRowFits) {
  const auto told = [](const std::string& chip) {
    Node node = pair_of(chip, "");
    for (Device& device : node.inventory.devices) device.board.value = "card-1";
    group_by(map_of("  - {name: one, devices: ['0000:07:00.0']}\n"
                    "  - {name: other, devices: ['0000:08:00.0']}\n"),
             node);
    EXPECT_THAT(node.codes(), ElementsAre("board.split"));
    EXPECT_EQ(declared_verdict(node).kind, ClassificationKind::undetermined);
    return node.inventory.findings[0].message;
  };

  EXPECT_THAT(told(kT4), HasSubstr("the catalogue has 1 a board (nvidia-tesla-t4), so that the "
                                   "vendor's identity may be wrong and not the mapping: no mapping "
                                   "settles that"));
  EXPECT_THAT(told(kK80), HasSubstr("below any threshold: mend the mapping"));
}

TEST(Grouping, DoubtsABoardOnWhichTheVendorPutsMoreDevicesThanItsRowHas) {
  Node claimed = pair_of(kT4, "");
  for (Device& device : claimed.inventory.devices) device.board.value = "card-1";
  Node serial = pair_of(kT4, "");
  for (Device& device : serial.inventory.devices) device.serial = "0321215000123";
  Node package = pair_of(kT4, "");
  for (Device& device : package.inventory.devices) device.package.value = "package-1";

  for (Node* node : {&claimed, &serial, &package}) {
    node->group();

    ASSERT_THAT(node->boards(), SizeIs(1));
    ASSERT_THAT(node->codes(), ElementsAre("board.joined"));
    EXPECT_EQ(node->inventory.findings[0].finding_class, FindingClass::contradiction);
    EXPECT_THAT(
        *node->board(0).uncertain,
        HasSubstr(" puts 0000:07:00.0, 0000:08:00.0 on one board, and the catalogue has 1 a "
                  "board"));
    EXPECT_EQ(declared_verdict(*node).kind, ClassificationKind::undetermined);
  }
}

// An identity that was rewritten is not explained away by a mapping that says the same.
TEST(Grouping, DoubtsWhatTheVendorPutsOnOneBoardWhateverTheMapping) {
  const BoardMap map = map_of("  - {name: card, devices: ['0000:07:00.0', '0000:08:00.0']}\n");
  Node apart = pair_of(kT4, "");
  group_by(map, apart);
  EXPECT_THAT(apart.codes(), IsEmpty()) << "a mapping may merge boards of one product";

  for (const auto change : {+[](Device& d) { d.board.value = "card-1"; },
                            +[](Device& d) { d.serial = "0321215000123"; },
                            +[](Device& d) { d.package.value = "package-1"; }}) {
    Node node = pair_of(kT4, "");
    std::ranges::for_each(node.inventory.devices, change);
    group_by(map, node);

    ASSERT_THAT(node.boards(), SizeIs(1));
    EXPECT_THAT(node.codes(), ElementsAre("board.joined"));
    EXPECT_EQ(declared_verdict(node).kind, ClassificationKind::undetermined);
  }
}

// A product's board carries no other product, nor what nobody knows.
TEST(Grouping, DoubtsABoardOnWhichTheVendorPutsAnotherDeviceThanItsRowHas) {
  for (const char* other : {"", kK80}) {
    Node claimed;
    claimed.add("0000:07:00.0", other).board.value = "card-1";
    claimed.add("0000:08:00.0", kT4).board.value = "card-1";

    claimed.group();

    ASSERT_THAT(claimed.boards(), SizeIs(1));
    ASSERT_THAT(claimed.codes(), ElementsAre("board.joined")) << other;
    EXPECT_THAT(*claimed.board(0).uncertain,
                HasSubstr("the catalogue has 1 a board (nvidia-tesla-t4)"));
    EXPECT_EQ(declared_verdict(claimed).kind, ClassificationKind::undetermined);
  }
  Node unknown;
  for (const char* id : {"0000:07:00.0", "0000:08:00.0"}) unknown.add(id, "").board.value = "card";
  unknown.group();
  EXPECT_THAT(unknown.codes(), IsEmpty()) << "no row says how many";
}

// Two of them on one board reach a class that neither does alone: the stricter reading stands.
TEST(Grouping, KeepsTheClassThatJoinedDevicesReachTogether) {
  Node node = pair_of("nvidia-a30", "");
  for (Device& device : node.inventory.devices) device.board.value = "card-1";

  node.group();

  EXPECT_THAT(node.codes(), ElementsAre("board.joined"));
  EXPECT_EQ(declared_verdict(node).classification, "3A090.a");
}

TEST(Grouping, BelievesTheVendorAsFarAsTheRowHasDevices) {
  Node pair = pair_of(kK80, "");
  for (Device& device : pair.inventory.devices) device.board.value = "card-1";

  pair.group();

  ASSERT_THAT(pair.boards(), SizeIs(1));
  EXPECT_THAT(pair.codes(), IsEmpty());
  EXPECT_EQ(pair.board(0).uncertain, std::nullopt);
}

TEST(Grouping, RefusesAMappingThatDoesNotFitTheDevices) {
  const auto grouped = [](const std::string& boards) {
    Node node = pair_of(kT4, "");
    node.inventory.devices[1].uuid = "GPU-8";
    group_by(map_of(boards), node);
  };

  EXPECT_THAT([&] { grouped("  - {name: one, devices: ['0000:0a:00.0']}\n"); },
              ThrowsMessage<UsageError>(
                  HasSubstr("map.yaml:2:27: found '0000:0a:00.0', which is no device")));
  EXPECT_THAT([&] { grouped("  - {name: one, devices: ['0000:08:00.0', GPU-8]}\n"); },
              ThrowsMessage<UsageError>(HasSubstr("found 'GPU-8' again")));
  EXPECT_THAT(
      [&] {
        grouped("  - {name: a, devices: ['0000:08:00.0']}\n  - {name: b, devices: [GPU-8]}\n");
      },
      ThrowsMessage<UsageError>(HasSubstr("which is on the board a already")));
}

TEST(Grouping, TakesPartsOfOnePackageTogetherAndNeverOnTwoBoards) {
  const auto grouped = [](const std::string& boards) {
    Node node;
    for (const char* id : {"0000:05:00.0/0", "0000:05:00.0/1"}) {
      Device& slice = node.add(id, "amd-instinct-mi300x");
      slice.package.value = "0000:05:00.0";
      slice.slice = true;
    }
    group_by(map_of(boards), node);
    return node.boards();
  };

  EXPECT_THAT(grouped("  - {name: a, devices: ['0000:05:00.0/0']}\n"), SizeIs(1));
  EXPECT_THAT(grouped("  - {name: a, devices: ['0000:05:00.0/0', '0000:05:00.0/1']}\n"), SizeIs(1));
  EXPECT_THROW(grouped("  - {name: a, devices: ['0000:05:00.0/0']}\n"
                       "  - {name: b, devices: ['0000:05:00.0/1']}\n"),
               UsageError);
}

TEST(Grouping, TellsThePartsOfADeviceWhatTheWholeHas) {
  Node node;
  for (const char* part : {"/0", "/1"}) {
    Device& slice = node.add(std::string("0000:05:00.0") + part, "amd-instinct-mi300x");
    slice.package.value = "0000:05:00.0";
    slice.slice = true;
    slice.units = 38;
    slice.slice_reason = "a partition";
  }

  node.group();

  for (const Device& device : node.inventory.devices) {
    EXPECT_EQ(device.units, 38);
    EXPECT_EQ(device.whole_units, 304);
    EXPECT_EQ(device.slice_reason, "a partition, 38 of 304 units by the catalogue");
  }
}

TEST(Grouping, DoesNotBelieveThatEachOfSeveralPartsHasAllOfTheUnits) {
  for (const bool alone : {false, true}) {
    Node node;
    node.add("0000:05:00.0/MIG-1", "nvidia-h100-sxm5-80-gb");
    if (!alone) node.add("0000:05:00.0/MIG-2", "nvidia-h100-sxm5-80-gb").units = 16;
    for (Device& device : node.inventory.devices) {
      device.package.value = "0000:05:00.0";
      device.slice = true;
    }

    node.group();

    const Device& part = node.device("0000:05:00.0/MIG-1");
    EXPECT_EQ(part.whole_units, 132);
    EXPECT_EQ(part.units, alone ? std::optional(132) : std::nullopt) << "an instance can be all";
    EXPECT_EQ(part.slice_reason, alone ? "132 of 132 units by the catalogue"
                                       : "it is not known how many of 132 units by the catalogue");
    if (!alone) {
      EXPECT_EQ(node.device("0000:05:00.0/MIG-2").units, 16);
    }
  }
}

TEST(Grouping, PutsAProcessorBesideWhatTheMappingSays) {
  Node node = pair_of("nvidia-gh200-96gb-gpu-part", "");
  node.add("cpu:0", "nvidia-grace-72-core");

  group_by(map_of("  - {name: a, devices: [cpu:0, '0000:08:00.0']}\n"), node);

  EXPECT_THAT(node.boards(), ElementsAre("0000:07:00.0", "0000:08:00.0 cpu:0"));
}

TEST(BoardMap, RefusesWhatItDoesNotKnowWithItsPlace) {
  const auto says = [](const std::string& text, const std::string& words) {
    EXPECT_THAT([&] { parse_board_map(text, "map.yaml"); }, ThrowsMessage<Error>(HasSubstr(words)))
        << text;
  };

  says("boards:\n  - {name: a, device: [x]}\n", "map.yaml:2:15: found key 'device'");
  says("board: []\n", "map.yaml:1:1: found key 'board'");
  says("boards: []\n", "0 boards, expected 1 to 1024");
  says("boards:\n  - {name: a, devices: []}\n", "an empty list");
  says("boards:\n  - {name: a, devices: [x, x]}\n", "map.yaml:2:28: found 'x' again");
  says("boards:\n  - {name: a, devices: [x]}\n  - {name: a, devices: [y]}\n", "found 'a' again");
  says("boards:\n  - {devices: [x]}\n", "map.yaml:2:5");
  says("boards: [\n", "map.yaml:3:1: not readable as YAML");
}

}  // namespace
}  // namespace tpp
