#include "agent/store/pass_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "agent/store/report_packing.h"
#include "agent/store/sqlite.h"
#include "agent/support/file.h"
#include "exporters/report_json.h"
#include "tests/golden/sample_reports.h"
#include "tests/unit/store/stores.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class Store : public testing::Test {
 protected:
  test::TemporaryDirectory folder_;
  std::filesystem::path directory_ = folder_.path() / "state";
};

TEST_F(Store, GivesBackEveryMemberOfAReport) {
  std::vector<samples::Sample> samples = samples::all();
  samples.push_back({"every_member", samples::every_member()});
  samples.push_back({"no_optional_member", samples::no_optional_member()});
  PassStore store = test::opened(directory_);
  for (const samples::Sample& sample : samples) {
    const auto id = store.add(sample.report);
    ASSERT_TRUE(id) << id.problem().message;
    const auto report = store.report(*id);
    ASSERT_TRUE(report) << report.problem().message;
    EXPECT_EQ(render_json(*report), render_json(sample.report)) << sample.name;
  }
}

TEST_F(Store, HoldsAPassOnceHoweverOftenItIsAdded) {
  PassStore store = test::opened(directory_);
  const auto first = store.add(test::pass_number(1));
  const auto again = store.add(test::pass_number(1));
  ASSERT_TRUE(first && again);
  EXPECT_EQ(*first, *again);
  EXPECT_THAT(test::numbers_in(store), ElementsAre(1));
}

TEST_F(Store, ListsTheOldestFirstAndTheNewestOfALimit) {
  PassStore store = test::opened(directory_);
  for (const int number : {1, 2, 3}) ASSERT_TRUE(store.add(test::pass_number(number)));
  EXPECT_THAT(test::numbers_in(store), ElementsAre(1, 2, 3));
  const auto newest = store.passes({.newest = 2});
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->left_out, 1u);
  ASSERT_THAT(newest->passes, SizeIs(2));
  EXPECT_EQ(newest->passes.back().started_at, test::pass_number(3).started_at);
  const auto since = store.passes({.since = test::pass_number(2).started_at});
  ASSERT_TRUE(since);
  EXPECT_THAT(since->passes, SizeIs(2));
  EXPECT_EQ(since->left_out, 0u);
}

TEST_F(Store, TakesForTheNewestWhatWasStoredLastWhereAClockWasPutBack) {
  PassStore store = test::opened(directory_);
  for (const int number : {7, 8, 1, 2}) ASSERT_TRUE(store.add(test::pass_number(number)));

  EXPECT_THAT(test::numbers_in(store), ElementsAre(7, 8, 1, 2));
  const auto newest = store.passes({.newest = 3});
  ASSERT_TRUE(newest);
  EXPECT_EQ(newest->left_out, 1u);
  ASSERT_THAT(newest->passes, SizeIs(3));
  EXPECT_EQ(newest->passes.front().started_at, test::pass_number(8).started_at);
  EXPECT_EQ(newest->passes.back().started_at, test::pass_number(2).started_at);
}

TEST_F(Store, ListsWhatWasStoredBeforeAPassWhateverTheClockShowed) {
  PassStore store = test::opened(directory_);
  std::vector<std::int64_t> ids;
  for (const int number : {7, 8, 1, 2}) ids.push_back(*store.add(test::pass_number(number)));

  const auto before = store.passes({.newest = 1, .before = ids[2]});

  ASSERT_TRUE(before);
  ASSERT_THAT(before->passes, SizeIs(1));
  EXPECT_EQ(before->passes[0].id, ids[1]);
  EXPECT_EQ(before->left_out, 1u);
}

TEST_F(Store, FindsABoardByEachOfItsNames) {
  PassStore store = test::opened(directory_);
  Report other = test::pass_number(1);
  other.inventory.devices.front().serial = "9999000011112";
  ASSERT_TRUE(store.add(other));
  ASSERT_TRUE(store.add(test::pass_number(2)));
  const auto found = [&](const std::string& name) {
    const auto list = store.passes({.board = name});
    return list ? list->passes.size() : 99;
  };
  EXPECT_EQ(found("9999000011112"), 1u);
  EXPECT_EQ(found(other.inventory.boards.front().id.value), 2u);
  EXPECT_EQ(found("no such board"), 0u);
}

TEST_F(Store, KeepsColumnsOfEachBoardBesideItsReport) {
  PassStore store = test::opened(directory_);
  ASSERT_TRUE(store.add(test::pass_number(1)));
  Connection connection(test::file_in(directory_), {});
  EXPECT_EQ(connection.integer("SELECT count(*) FROM pass JOIN board ON pass = pass.id"), 1);
  EXPECT_EQ(connection.text("SELECT class FROM board_class ORDER BY rule LIMIT 1"), "3A090.a");
  EXPECT_EQ(connection.integer("SELECT count(*) FROM board_tpp WHERE tpp > 4800"), 4);
  EXPECT_EQ(connection.text("PRAGMA journal_mode"), "wal");
}

TEST_F(Store, IsNobodyElsesToRead) {
  PassStore store = test::opened(directory_);
  ASSERT_TRUE(store.add(test::pass_number(1)));
  using std::filesystem::perms;
  for (const auto& file : test::files_named(directory_, "history")) {
    const perms mode = std::filesystem::status(file).permissions();
    EXPECT_EQ(mode & perms::others_all, perms::none) << file;
  }
}

TEST_F(Store, SaysWhichPassIsNotThere) {
  PassStore store = test::opened(directory_);
  const auto report = store.report(7);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.problem().failure, StoreFailure::missing);
  EXPECT_THAT(report.problem().message, HasSubstr("no pass 7"));
}

TEST_F(Store, DropsPassesWithAllTheirRowsAndGivesTheirPagesBack) {
  PassStore store = test::opened(directory_);
  test::add_passes(store, 1, 60);
  const auto dropped = store.retain({.days = 0, .bytes = 1}, "2026-11-29T12:00:00Z");
  ASSERT_TRUE(dropped) << dropped.problem().message;
  EXPECT_EQ(*dropped, 59u);
  EXPECT_THAT(test::numbers_in(store), ElementsAre(60));
  Connection connection(test::file_in(directory_), {});
  for (const char* table : {"board", "board_name", "board_class", "board_tpp"}) {
    const std::string sql = std::string("SELECT count(DISTINCT pass) FROM ") + table;
    EXPECT_EQ(connection.integer(sql.c_str()), 1) << table;
  }
  EXPECT_EQ(connection.integer("PRAGMA freelist_count"), 0);
  const auto next = store.add(test::pass_number(61));
  ASSERT_TRUE(next);
  EXPECT_EQ(*next, 61) << "an id is never used again";
}

TEST_F(Store, KeepsPassesOfTwoWritersAtOnce) {
  PassStore one = test::opened(directory_);
  PassStore other = test::opened(directory_);
  for (int number = 1; number <= 8; number += 2) {
    ASSERT_TRUE(one.add(test::pass_number(number)));
    ASSERT_TRUE(other.add(test::pass_number(number + 1)));
  }
  EXPECT_THAT(test::numbers_in(one), ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
}

TEST_F(Store, WaitsForAnotherWriterNoLongerThanItShould) {
  StoreSettings hasty;
  hasty.busy = std::chrono::milliseconds(30);
  PassStore store = test::opened(directory_, hasty);
  {
    Connection other(test::file_in(directory_), {});
    SqlTransaction held(other);
    const auto id = store.add(test::pass_number(1));
    ASSERT_FALSE(id);
    EXPECT_EQ(id.problem().failure, StoreFailure::busy);
    EXPECT_TRUE(store.passes({})) << "who reads waits for nobody";
  }
  EXPECT_TRUE(store.add(test::pass_number(1)));
}

TEST_F(Store, OfAReaderTouchesNothing) {
  StoreSettings reader;
  reader.writable = false;
  const auto none = PassStore::open(directory_, reader);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.problem().failure, StoreFailure::missing);
  EXPECT_FALSE(std::filesystem::exists(directory_));
  {
    PassStore writer = test::opened(directory_);
    test::add_passes(writer, 1, 2);
  }
  const std::string before = read_file(test::file_in(directory_));
  PassStore store = test::opened(directory_, reader);
  EXPECT_THAT(test::numbers_in(store), ElementsAre(1, 2));
  const auto id = store.add(test::pass_number(3));
  ASSERT_FALSE(id);
  EXPECT_EQ(id.problem().failure, StoreFailure::read_only);
  EXPECT_EQ(read_file(test::file_in(directory_)), before);
}

TEST_F(Store, GoesOnInANewFileWhereItsOwnWasTakenAway) {
  PassStore store = test::opened(directory_);
  test::add_passes(store, 1, 2);
  for (const auto& file : test::files_named(directory_, "history.sqlite")) {
    std::filesystem::remove(file);
  }
  test::add_passes(store, 3, 3);
  EXPECT_THAT(test::numbers_in(directory_), ElementsAre(3));
}

TEST_F(Store, LeavesAnotherProgramsFileAsItIs) {
  std::filesystem::create_directory(directory_);
  { std::ofstream(test::file_in(directory_)).flush(); }
  test::alter(directory_, "CREATE TABLE recipes (name)");
  const std::string before = read_file(test::file_in(directory_));
  const auto store = PassStore::open(directory_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.problem().failure, StoreFailure::foreign);
  EXPECT_EQ(read_file(test::file_in(directory_)), before);
}

TEST_F(Store, NeedsTheDirectoryAboveItsOwn) {
  const auto store = PassStore::open(folder_.path() / "no" / "such");
  ASSERT_FALSE(store);
  EXPECT_EQ(store.problem().failure, StoreFailure::missing);
  EXPECT_THAT(store.problem().message, HasSubstr("make it"));
}

TEST_F(Store, TakesADirectoryWhoseNameHoldsSignsOfAUri) {
  const auto odd = folder_.path() / "50%20 off?mode=memory#1";
  PassStore store = test::opened(odd);
  test::add_passes(store, 1, 1);
  EXPECT_TRUE(std::filesystem::exists(test::file_in(odd)));
}

}  // namespace
}  // namespace tpp
