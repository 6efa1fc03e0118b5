// What drivers and modules write where they know no number, which is no identity, and how they
// print one.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "agent/boards/grouping.h"
#include "agent/boards/serial_number.h"
#include "agent/support/error.h"
#include "tests/unit/core/node_of_devices.h"

namespace tpp {
namespace {

using test::declared_verdict;
using test::Node;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr const char* kT4 = "nvidia-tesla-t4";

// Two devices behind one bridge, which is in that slot, or in none that is known.
Node pair_in(const std::string& chip, const std::string& slot) {
  Node node;
  for (const std::string number : {"7", "8"}) {
    const std::string id = "0000:0" + number + ":00.0";
    node.add(id, chip);
    node.put(id + " 0000:06:0" + number + ".0 0000:05:00.0" + slot + " 0000:00:01.0");
  }
  return node;
}

TEST(WordsForNone, AreToldFromNamesAndNumbers) {
  for (const char* none : {"", "-", "N/A", "unknown", "NONE", "[Not Supported]"}) {
    EXPECT_TRUE(is_word_for_none(none)) << none;
  }
  for (const char* name : {"0", "0x900", "card-1", "0000:07:00.0", "board"}) {
    EXPECT_FALSE(is_word_for_none(name)) << name;
  }
  for (const char* zero : {"0", "0x0", "00-00"}) EXPECT_TRUE(is_zero_number(zero)) << zero;
  for (const char* name : {"", "-", "1", "0x900", "x"}) EXPECT_FALSE(is_zero_number(name)) << name;
}

// Two cards that tell it would be one.
TEST(WordsForNone, AreRefusedInAMapping) {
  for (const char* none : {"unknown", "N/A", "0000000000"}) {
    Node serials;
    Node uuids;
    for (const char* id : {"0000:07:00.0", "0000:08:00.0"}) {
      serials.add(id, kT4).serial = none;
      uuids.add(id, kT4).uuid = none;
    }
    const BoardMap map = parse_board_map(
        "boards:\n  - {name: one, devices: ['" + std::string(none) + "']}\n", "map.yaml");
    for (Node* node : {&serials, &uuids}) {
      EXPECT_THAT([&] { node->group({.map = &map}); },
                  ThrowsMessage<UsageError>(HasSubstr("map.yaml:2:27: found '" + std::string(none) +
                                                      "', which is no device")));
    }
  }
}

// It may be the first number of a vendor who counts boards, or what a module has for none.
TEST(WordsForNone, AreNotTheNumberZeroWhichJoinsAndPartsNothing) {
  for (const char* zero : {"0", "0x0", "0000"}) {
    Node joined = pair_in("", "");
    for (Device& device : joined.inventory.devices) device.board.value = zero;
    Node alone = pair_in(kT4, "#3");
    alone.inventory.devices[0].board.value = zero;

    joined.group();
    alone.group();

    EXPECT_THAT(joined.boards(), SizeIs(1)) << zero;
    ASSERT_THAT(alone.boards(), SizeIs(2)) << zero;
    for (const std::size_t board : {0u, 1u}) {
      EXPECT_TRUE(alone.board(board).uncertain) << zero;
      EXPECT_EQ(declared_verdict(alone, board).kind, ClassificationKind::undetermined) << zero;
    }
  }
}

TEST(NumbersOfBoards, AreTheSameHoweverTheyArePrinted) {
  EXPECT_EQ(serial_told("ABC132422"), serial_told(" abc-132422 "));
  EXPECT_EQ(serial_told("0321215000123"), serial_told("321215000123"));
  EXPECT_EQ(serial_told("unknown"), std::nullopt);
  EXPECT_EQ(serial_told(std::nullopt), std::nullopt);
  EXPECT_EQ(uuid_told("GPU-5A1C0F0E-0001"), uuid_told("5a1c0f0e0001"));
  EXPECT_EQ(uuid_told("GPU-XX"), std::nullopt);
  Node node = pair_in("", "");
  node.inventory.devices[0].serial = "ABC0321215000123";
  node.inventory.devices[1].serial = "abc0321215000123  ";
  Node cards = pair_in(kT4, "");
  cards.inventory.devices[0].serial = "ABC0321215000123  ";
  const BoardMap map = parse_board_map(
      "boards:\n  - {name: one, devices: [abc0321215000123, '0000:08:00.0']}\n", "map.yaml");

  node.group();
  cards.group({.map = &map});

  EXPECT_THAT(node.boards(), SizeIs(1));
  EXPECT_THAT(cards.boards(), SizeIs(1));
}

}  // namespace
}  // namespace tpp
