#include "agent/command/stored_passes.h"

#include "agent/command/this_boot.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/unit/store/stores.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::int64_t kAfterAll = 1000;

// Passes are numbered from 1, as `duration_s` has it.
class StoredPasses : public testing::Test {
 protected:
  // Of them all, or of the rest, by `change`.
  using Change = void (*)(Device&);
  void add(int from, int to, Change change = nullptr) {
    PassStore store = test::opened(directory_);
    for (int number = from; number <= to; ++number) {
      Report report = test::pass_number(number);
      if (change != nullptr) change(report.inventory.devices.front());
      ASSERT_TRUE(store.add(report));
    }
  }
  void damage(const std::string& which) {
    test::alter(directory_, ("UPDATE pass SET report = x'00' WHERE id " + which).c_str());
  }
  static Device device() { return test::pass_number(1).inventory.devices.front(); }
  std::vector<int> older(const Device& device, std::size_t most = 4,
                         std::int64_t before = kAfterAll) {
    OlderPasses passes(directory_, {.before = before});
    std::vector<int> numbers;
    for (const Report* one : passes.with(device, most)) {
      numbers.push_back(static_cast<int>(one->duration_s));
    }
    return numbers;
  }
  static bool four(const std::vector<Report>& reports) { return reports.size() >= 4; }

  test::TemporaryDirectory folder_;
  std::filesystem::path directory_ = folder_.path() / "state";
};

TEST_F(StoredPasses, OfThisBootAreThoseAfterItWasFirstAskedFor) {
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), std::nullopt) << "no history";
  add(1, 3);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, std::nullopt), std::nullopt);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), 3) << "nobody knows of which they are";
  add(4, 5);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), 3);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "second"), 5);
  add(6, 6);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "second"), 5);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), 6) << "an id is never used again";
  // Another history in the place of this one begins its numbers anew.
  std::filesystem::remove(test::file_in(directory_));
  add(1, 1);
  EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), 1);
  for (const char* rubbish : {"", "first", "first x", "first -1"}) {
    std::ofstream(directory_ / "history.boot") << rubbish;
    EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), 1) << rubbish;
    add(2, 2);
    EXPECT_EQ(last_pass_of_earlier_boots(directory_, "first"), 1) << rubbish;
    test::alter(directory_, "DELETE FROM pass WHERE id > 1");
  }
}

TEST_F(StoredPasses, OfADeviceAreTheNewestBeforeThoseAtHandThatHaveIt) {
  add(1, 3);
  add(4, 6, [](Device& device) { device.serial = "1650023000099", device.uuid = "GPU-other"; });
  add(7, 9);

  EXPECT_THAT(older(device(), 4, 8), ElementsAre(7, 3, 2, 1));
  EXPECT_THAT(older(device(), 2, 8), ElementsAre(7, 3));
  EXPECT_THAT(older(device(), 4, 0), IsEmpty()) << "there are none at hand";
  Device unknown = device();
  unknown.serial = "1650023000042";
  unknown.uuid = "GPU-unknown";
  EXPECT_THAT(older(unknown), IsEmpty());
}

TEST_F(StoredPasses, OfADeviceAreFoundByItsUuidWhereItTellsNoSerialNumber) {
  add(1, 2, [](Device& device) { device.serial.reset(); });
  Device asked = device();
  EXPECT_THAT(older(asked), ElementsAre(2, 1)) << "its number is known now alone";
  for (const char* serial : {"", "0000000000"}) {
    asked.serial = serial;
    EXPECT_THAT(older(asked), ElementsAre(2, 1));
  }
}

// A board of one GPU, divided or whole.
void divide(Report& report, bool serial = true) {
  Device& device = report.inventory.devices.front();
  if (!serial) device.serial.reset();
  device.slice = true;
  device.uuid = "MIG-5f6c3e1a-0000-0000-0000-000000000001";
  device.id.value += "/" + *device.uuid;
  report.inventory.boards.front().devices = {device.id};
}

TEST_F(StoredPasses, OfASliceAreThoseThatHaveItAndNotThoseOfItsDeviceAlone) {
  PassStore store = test::opened(directory_);
  Report divided = test::pass_number(1);
  divide(divided);
  ASSERT_TRUE(store.add(divided));
  add(2, 9);

  EXPECT_THAT(older(divided.inventory.devices.front()), ElementsAre(1));
}

// As an earlier version kept them.
TEST_F(StoredPasses, OfASliceAreFoundByTheDeviceThatItIsAPartOf) {
  PassStore store = test::opened(directory_);
  for (const bool serial : {true, false}) {
    Report divided = test::pass_number(serial ? 2 : 1);
    divide(divided, serial);
    ASSERT_TRUE(store.add(divided));
    test::alter(directory_, "DELETE FROM board_name WHERE name LIKE 'MIG-%'");
    Device asked = divided.inventory.devices.front();
    EXPECT_THAT(older(asked), testing::Contains(serial ? 2 : 1));
    asked.uuid.reset();
    EXPECT_THAT(older(asked), testing::Contains(serial ? 2 : 1));
  }
}

TEST_F(StoredPasses, OfADeviceAreLookedForBehindThoseThatCannotBeRead) {
  add(1, 60);
  damage("> 2");

  EXPECT_THAT(older(device()), ElementsAre(2, 1));
  OlderPasses hasty(directory_, {.before = kAfterAll}, std::chrono::milliseconds(0));
  EXPECT_THAT(hasty.with(device(), 4), IsEmpty()) << "the search is over after the first";
}

TEST_F(StoredPasses, TheNewestAreAsManyAsAreEnough) {
  add(1, 30);

  const NewestPasses passes = newest_passes(directory_, {}, four);

  ASSERT_THAT(passes.reports, SizeIs(4));
  EXPECT_EQ(passes.reports.front().duration_s, 30);
  EXPECT_EQ(passes.oldest, 27);
  EXPECT_THAT(passes.unread, IsEmpty());
  EXPECT_FALSE(passes.newest_is_unread);
  EXPECT_TRUE(passes.all_looked_at);
  const auto never = [](const std::vector<Report>&) { return false; };
  EXPECT_THAT(newest_passes(directory_, {}, never).reports, SizeIs(30));
}

// A recorded node's, or a simulation's, may be kept in the same history.
TEST_F(StoredPasses, TheNewestAreThoseOfOneNode) {
  add(1, 3);
  PassStore store = test::opened(directory_);
  for (int number = 4; number <= 40; ++number) {
    Report other = test::pass_number(number);
    other.inventory.node.hostname = "another";
    ASSERT_TRUE(store.add(other));
  }
  const std::string node = test::pass_number(1).inventory.node.hostname;

  EXPECT_THAT(newest_passes(directory_, {.node = node}, four).reports, SizeIs(3));
  EXPECT_THAT(newest_passes(directory_, {.node = node, .simulated = true}, four).reports,
              SizeIs(3));
  EXPECT_THAT(newest_passes(directory_, {.node = node, .simulated = false}, four).reports,
              IsEmpty());
  OlderPasses older(directory_, {.before = kAfterAll, .node = node});
  EXPECT_THAT(older.with(device(), 4), SizeIs(3));
}

TEST_F(StoredPasses, TheNewestAreLookedForBehindThoseThatCannotBeRead) {
  add(1, 30);
  damage("> 2");

  const NewestPasses passes = newest_passes(directory_, {}, four);

  ASSERT_THAT(passes.reports, SizeIs(2));
  EXPECT_EQ(passes.reports.front().duration_s, 2);
  EXPECT_EQ(passes.oldest, 1);
  ASSERT_THAT(passes.unread, SizeIs(28));
  EXPECT_EQ(passes.unread.front().id, 30);
  EXPECT_EQ(passes.unread.front().mode, "full");
  EXPECT_TRUE(passes.unread.front().simulated);
  EXPECT_THAT(passes.why, HasSubstr("pass 30"));
  EXPECT_TRUE(passes.newest_is_unread);
}

TEST_F(StoredPasses, TheNewestAreLookedForInBoundedTime) {
  add(1, 5);
  damage("> 2");

  const NewestPasses passes = newest_passes(directory_, {}, four, std::chrono::milliseconds(0));

  EXPECT_THAT(passes.reports, IsEmpty());
  EXPECT_FALSE(passes.all_looked_at);
  EXPECT_EQ(passes.oldest, 5) << "what follows is still to be looked at";
}

TEST_F(StoredPasses, OneThatCannotBeReadBehindTheNewestHidesNothing) {
  add(1, 6);
  damage("= 5");

  const NewestPasses passes = newest_passes(directory_, {}, four);

  EXPECT_THAT(passes.reports, SizeIs(4));
  EXPECT_EQ(passes.oldest, 2);
  EXPECT_THAT(passes.unread, SizeIs(1));
  EXPECT_FALSE(passes.newest_is_unread);
}

}  // namespace
}  // namespace tpp
