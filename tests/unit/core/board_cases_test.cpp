// Nodes as they are built, and how many boards each has: what the rules count, and what may be
// concluded without a measurement.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/boards/aggregate.h"
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

constexpr const char* kH100 = "nvidia-h100-sxm5-80-gb";

BoardPerformance performance(const Node& node, std::size_t board = 0) {
  return aggregate(node.inventory, {}, test::shipped_catalog()).at(board);
}

double declared_tpp(const Node& node, std::size_t board = 0) {
  return performance(node, board).tpp.at(Basis::declared).value;
}

std::string text(const std::vector<std::string>& words) {
  std::string all;
  for (const std::string& word : words) all += word + "; ";
  return all;
}

TEST(BoardCases, OnePcieCardIsOneBoard) {
  Node node;
  node.add("0000:17:00.0", "nvidia-tesla-t4");
  node.put("0000:17:00.0#2 0000:16:01.0");

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("0000:17:00.0"));
  EXPECT_EQ(node.board(0).grouped_by, Source::inferred);
  EXPECT_EQ(node.board(0).grouping_reason, "the catalogue: one device a board (nvidia-tesla-t4)");
  EXPECT_EQ(declared_verdict(node).kind, ClassificationKind::below);
}

TEST(BoardCases, TwoCardsOfOneModelBehindOneMainboardSwitchAreTwoBoards) {
  for (const auto& [first, second] : {std::pair("#1", "#2"), std::pair("", "")}) {
    Node node;
    node.add("0000:07:00.0", "nvidia-tesla-t4");
    node.add("0000:08:00.0", "nvidia-tesla-t4");
    node.put(fmt::format("0000:07:00.0{} 0000:06:08.0 0000:05:00.0 0000:00:01.0", first));
    node.put(fmt::format("0000:08:00.0{} 0000:06:10.0 0000:05:00.0 0000:00:01.0", second));

    node.group();

    EXPECT_THAT(node.boards(), SizeIs(2)) << first;
    EXPECT_EQ(node.board(0).uncertain, std::nullopt) << "the catalogue knows the product";
    EXPECT_EQ(declared_verdict(node, 1).kind, ClassificationKind::below);
  }
}

// Four devices of one card behind the card's own switch, which sits in a slot or in none known.
Node four_of_an_a16(const std::string& slot) {
  Node node;
  for (int i = 0; i < 4; ++i) {
    const std::string id = fmt::format("0000:{:02x}:00.0", 7 + i);
    node.add(id, "nvidia-a16");
    node.put(fmt::format("{} 0000:06:{:02x}.0 0000:05:00.0{} 0000:00:01.0", id, 8 * i, slot));
  }
  return node;
}

TEST(BoardCases, AnA16IsOneBoardOfFourDevices) {
  for (const char* slot : {"#3", ""}) {
    Node node = four_of_an_a16(slot);

    node.group();

    ASSERT_THAT(node.boards(), SizeIs(1)) << slot;
    EXPECT_THAT(node.board(0).devices, SizeIs(4));
    EXPECT_EQ(node.board(0).grouping_reason,
              "the catalogue: 4 devices a board (nvidia-a16), behind one bridge");
    EXPECT_EQ(node.board(0).expected_devices, 4);
    EXPECT_THAT(performance(node).facts.failed, IsEmpty());
  }
}

TEST(BoardCases, AnA16IsOneBoardByTheWordOfItsVendorWhateverTheBus) {
  Node node = four_of_an_a16("#3");
  for (Device& device : node.inventory.devices) device.board.value = "0000:07:00.0";
  node.inventory.bus.reset();

  node.group();

  EXPECT_THAT(node.boards(), SizeIs(1));
  EXPECT_EQ(node.board(0).grouped_by, Source::read);
}

TEST(BoardCases, TwoK80BehindOneSwitchAreTwoBoardsOfTwoDevices) {
  Node node;
  for (const char* id : {"0000:0a:00.0", "0000:0b:00.0", "0000:0f:00.0", "0000:10:00.0"}) {
    node.add(id, "nvidia-tesla-k80");
  }
  const std::string switched = "0000:05:00.0 0000:00:01.0";
  node.put("0000:0a:00.0 0000:09:08.0 0000:08:00.0 0000:06:08.0 " + switched);
  node.put("0000:0b:00.0 0000:09:10.0 0000:08:00.0 0000:06:08.0 " + switched);
  node.put("0000:0f:00.0 0000:0e:08.0 0000:0d:00.0 0000:06:10.0 " + switched);
  node.put("0000:10:00.0 0000:0e:10.0 0000:0d:00.0 0000:06:10.0 " + switched);

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("0000:0a:00.0 0000:0b:00.0", "0000:0f:00.0 0000:10:00.0"));
}

TEST(BoardCases, AK80IsOneBoardByItsSerialNumber) {
  Node node;
  for (const char* id : {"0000:0a:00.0", "0000:0b:00.0"}) {
    node.add(id, "nvidia-tesla-k80").serial = "0321215000123";
  }

  node.group();

  EXPECT_THAT(node.boards(), SizeIs(1));
  EXPECT_EQ(node.board(0).grouping_reason, "the vendor's board identity: one serial number");
}

TEST(BoardCases, AnMI250XIsOneBoardOfOnePackageWhoseDevicesAddUp) {
  Node node;
  for (const char* id : {"0000:c1:00.0", "0000:c6:00.0"}) {
    Device& die = node.add(id, "amd-instinct-mi250x");
    die.package.value = die.board.value = "0000:c1:00.0";
  }

  node.group();

  ASSERT_THAT(node.boards(), ElementsAre("0000:c1:00.0 0000:c6:00.0"));
  EXPECT_EQ(node.inventory.devices[0].package, node.inventory.devices[1].package);
  EXPECT_THAT(performance(node).facts.identity_agrees, Contains("units")) << "220 of both";
  EXPECT_EQ(declared_verdict(node).classification, "3A090.a");
}

TEST(BoardCases, AnMI300XInSpxIsABoardOfOneDevice) {
  Node node;
  node.add("0000:05:00.0", "amd-instinct-mi300x");

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("0000:05:00.0"));
  EXPECT_THAT(performance(node).facts.partial, IsEmpty());
}

TEST(BoardCases, SlicesOfAnMI300XInCpxAreOneBoardAndNeverTheBoard) {
  Node node;
  for (int i = 0; i < 8; ++i) {
    Device& slice = node.add(fmt::format("0000:05:00.0/{}", i), "amd-instinct-mi300x");
    slice.package.value = "0000:05:00.0";
    slice.slice = true;
  }

  node.group();

  ASSERT_THAT(node.boards(), SizeIs(1));
  EXPECT_EQ(node.board(0).id.value, "0000:05:00.0");
  EXPECT_EQ(node.board(0).grouping_reason, "the vendor's package identity");
  EXPECT_THAT(performance(node).facts.partial, SizeIs(8));
  EXPECT_EQ(declared_verdict(node).classification, "3A090.a");
}

Node eight_modules(const char* chip, bool nvidia) {
  Node node;
  for (int i = 0; i < 8; ++i) {
    Device& device = node.add(fmt::format("0000:{:02x}:00.0", 0x10 + i), chip);
    device.labels.emplace();
    if (nvidia) {
      device.labels->module_id = i + 1;
      device.labels->multi_gpu_board = false;
    } else {
      device.labels->link_group = "hive";
    }
  }
  return node;
}

TEST(BoardCases, EightModulesOnABaseboardAreEightBoardsOfIt) {
  for (const auto& [chip, nvidia] :
       {std::pair(kH100, true), std::pair("amd-instinct-mi300x", false)}) {
    Node node = eight_modules(chip, nvidia);

    node.group();

    ASSERT_THAT(node.boards(), SizeIs(8)) << chip;
    for (const Board& board : node.inventory.boards) {
      EXPECT_EQ(board.baseboard, "0000:10:00.0");
      EXPECT_EQ(board.uncertain, std::nullopt);
    }
  }
}

TEST(BoardCases, ABaseboardIsOneBoardWhereTheOperatorAsksForIt) {
  Node one = eight_modules(kH100, true);
  one.group();
  Node node = eight_modules(kH100, true);

  node.group({.level = BoardLevel::baseboard});

  ASSERT_THAT(node.boards(), SizeIs(1));
  EXPECT_EQ(node.board(0).grouped_by, Source::entered);
  EXPECT_THAT(node.board(0).grouping_reason, HasSubstr("8 boards that plug into one baseboard"));
  EXPECT_EQ(node.inventory.devices[7].board, node.board(0).id);
  EXPECT_NEAR(declared_tpp(node), 8 * declared_tpp(one), 1e-6);
  EXPECT_THAT(performance(node).facts.failed, IsEmpty());
}

TEST(BoardCases, ABaseboardLacksWhatItsBoardsLack) {
  Node whole;
  Node node;
  for (const char* id : {"0000:0a:00.0", "0000:1a:00.0"}) {
    for (Node* each : {&whole, &node}) {
      Device& device = each->add(id, "amd-instinct-mi250x");
      device.board.value = id;
      device.labels.emplace().link_group = "1";
    }
    const std::string other = std::string(id, 9) + "1.0";
    Device& second = whole.add(other, "amd-instinct-mi250x");
    second.board.value = id;
    second.labels.emplace().link_group = "1";
  }

  whole.group({.level = BoardLevel::baseboard});
  node.group({.level = BoardLevel::baseboard});

  ASSERT_THAT(node.boards(), SizeIs(1));
  EXPECT_THAT(text(performance(node).facts.failed), HasSubstr("2 of 4 devices"));
  EXPECT_EQ(declared_tpp(node), declared_tpp(whole));
}

TEST(BoardCases, CardsThatLinkToEachOtherAreOnNoBaseboard) {
  Node cards = eight_modules("amd-instinct-mi210", false);
  Node others = eight_modules(kH100, true);
  others.inventory.devices.resize(2);
  others.inventory.devices[0].labels->module_id = 0;  // NVML's word for what is on no baseboard

  cards.group();
  others.group();

  EXPECT_EQ(cards.board(0).baseboard, std::nullopt);
  EXPECT_EQ(others.board(0).baseboard, std::nullopt);
}

// As NVIDIA's trays are: each processor has two GPUs, in PCI domains of their own.
Node tray(bool whole) {
  Node node;
  for (const char* id : {"cpu:0", "cpu:1"}) node.add(id, "nvidia-grace-72-core");
  for (const char* id : {"0008:01:00.0", "0009:01:00.0", "0018:01:00.0", "0019:01:00.0"}) {
    if (!whole && std::string(id) == "0019:01:00.0") continue;
    node.add(id, "nvidia-gb200-one-gpu");
    const std::string domain = std::string(id).substr(0, 4);
    node.put(fmt::format("{} {}:00:00.0", id, domain), domain < "0010" ? "cpu:0" : "cpu:1");
  }
  return node;
}

TEST(BoardCases, AGB200IsOneBoardWhoseGpusAddUpBesideAProcessorForInformation) {
  Node node = tray(true);

  node.group();

  ASSERT_THAT(node.boards(),
              ElementsAre("0008:01:00.0 0009:01:00.0 cpu:0", "0018:01:00.0 0019:01:00.0 cpu:1"));
  EXPECT_EQ(node.device("cpu:1").board, node.board(1).id);
  const BoardPerformance board = performance(node);
  EXPECT_EQ(board.chip->value, "nvidia-gb200-one-gpu");
  EXPECT_NEAR(board.tpp.at(Basis::declared).value, 2 * 40200, 1);
  EXPECT_EQ(board.facts.kind, DeviceKind::gpu);
  EXPECT_THAT(board.facts.failed, IsEmpty());
  EXPECT_THAT(board.facts.identity_differs, IsEmpty());
}

TEST(BoardCases, AGB200WithoutItsOtherGpuIsNeverHalfABoard) {
  Node node = tray(false);

  node.group();

  ASSERT_THAT(node.boards(), SizeIs(2));
  EXPECT_EQ(node.boards()[1], "0018:01:00.0 cpu:1");
  EXPECT_EQ(node.board(1).expected_devices, 2);
  EXPECT_EQ(node.board(1).grouping_reason,
            "the catalogue: 1 of 2 devices of a board (nvidia-gb200-one-gpu)");
  EXPECT_NEAR(declared_tpp(node, 1), 2 * 40200, 1);
  EXPECT_THAT(text(performance(node, 1).facts.failed), HasSubstr("1 of 2 devices"));
}

TEST(BoardCases, AGH200IsOneBoardOfOneGpuWithItsProcessor) {
  Node node;
  node.add("cpu:0", "nvidia-grace-72-core");
  node.add("0009:01:00.0", "nvidia-gh200-96gb-gpu-part");

  node.group();

  ASSERT_THAT(node.boards(), ElementsAre("0009:01:00.0 cpu:0"));
  EXPECT_NEAR(declared_tpp(node), 15840, 1);
  EXPECT_EQ(declared_verdict(node).classification, "3A090.a");
}

TEST(BoardCases, AnMI300AIsOneBoardWithTheProcessorInItsPackage) {
  Node node;
  for (const char* number : {"0", "1"}) {
    Device& processor = node.add(fmt::format("cpu:{}", number), "nvidia-grace-72-core");
    processor.name = "AMD Instinct MI300A Accelerator";
    const std::string id = fmt::format("000{}:01:00.0", number);
    node.add(id, "amd-instinct-mi300a");
    node.put(fmt::format("{} 000{}:00:01.0", id, number), fmt::format("cpu:{}", number));
  }

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("0000:01:00.0 cpu:0", "0001:01:00.0 cpu:1"));
  EXPECT_THAT(performance(node).facts.identity_differs, IsEmpty());
  EXPECT_EQ(declared_verdict(node).classification, "3A090.a");
}

TEST(BoardCases, AMigInstanceOnOneOfEightLeavesEightBoardsOfTheirDeclaredClass) {
  Node node = eight_modules(kH100, true);
  Device& whole = node.device("0000:13:00.0");
  whole.slice = true;
  whole.slice_reason = "a partitioned GPU (MIG)";
  Device instance = whole;
  instance.id.value = "0000:13:00.0/MIG-1";
  instance.package.value = "0000:13:00.0";
  instance.units = 16;
  node.inventory.devices.push_back(instance);

  node.group();

  ASSERT_THAT(node.boards(), SizeIs(8));
  EXPECT_EQ(node.boards()[3], "0000:13:00.0 0000:13:00.0/MIG-1");
  for (std::size_t i = 0; i < 8; ++i) {
    EXPECT_EQ(declared_verdict(node, i).classification, "3A090.a");
    EXPECT_EQ(performance(node, i).facts.partial.empty(), i != 3);
  }
}

TEST(BoardCases, AGpuPassedThroughWithoutASerialNumberIsABoardWhoseMissingFactIsNamed) {
  Node node;
  node.add("0000:00:05.0", kH100).uuid = "GPU-1";
  node.put("0000:00:05.0");

  node.group();

  ASSERT_THAT(node.boards(), ElementsAre("0000:00:05.0"));
  EXPECT_THAT(performance(node).facts.identity_agrees, Contains("PCI id"));
  EXPECT_THAT(performance(node).facts.identity_missing, ElementsAre("serial number"));
  node.inventory.devices[0].serial = "[Not Supported]";
  EXPECT_THAT(performance(node).facts.identity_missing, ElementsAre("serial number"));
}

TEST(BoardCases, ACardWhoseSecondDeviceFellOffTheBusIsNeverTheSmallerSum) {
  for (const char* chip : {"nvidia-tesla-k80", "amd-instinct-mi250x"}) {
    Node both;
    Node node;
    for (const char* id : {"0000:0a:00.0", "0000:0b:00.0"}) {
      both.add(id, chip).board.value = "0000:0a:00.0";
    }
    node.add("0000:0a:00.0", chip).board.value = "0000:0a:00.0";

    both.group();
    node.group();

    ASSERT_THAT(node.boards(), SizeIs(1)) << chip;
    EXPECT_EQ(node.board(0).expected_devices, 2);
    EXPECT_THAT(text(performance(node).facts.failed), HasSubstr("1 of 2 devices"));
    EXPECT_THAT(performance(node).facts.units_differ, IsEmpty()) << "it is no other product";
    EXPECT_EQ(declared_tpp(node), declared_tpp(both));
    EXPECT_NE(declared_verdict(node).kind, ClassificationKind::below);
  }
  Node die;
  die.add("0000:0a:00.0", "amd-instinct-mi250x");
  die.group();
  EXPECT_EQ(declared_verdict(die).classification, "3A090.a");
}

TEST(BoardCases, TwoVendorsInOneNodeHaveBoardsOfTheirOwn) {
  Node node;
  node.add("cpu:0", "");
  node.inventory.devices[0].kind = DeviceKind::cpu;
  node.inventory.devices[0].pci_id.reset();
  node.add("0000:17:00.0", kH100);
  node.add("0000:c1:00.0", "amd-instinct-mi300x");

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("cpu:0", "0000:17:00.0", "0000:c1:00.0"));
}

TEST(BoardCases, ANodeWithoutAcceleratorsHasNoBoardButItsSockets) {
  Node node;
  for (const char* id : {"cpu:0", "cpu:1"}) node.add(id, "nvidia-grace-72-core");

  node.group();

  EXPECT_THAT(node.boards(), ElementsAre("cpu:0", "cpu:1"));
  EXPECT_EQ(node.board(0).grouping_reason, "one socket is one board");
}

}  // namespace
}  // namespace tpp
