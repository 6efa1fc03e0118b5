// Versions of the schema: bringing a file up, and leaving a later one alone.
#include "agent/store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <array>
#include <filesystem>

#include "agent/store/pass_store.h"
#include "agent/store/sqlite.h"
#include "agent/support/file.h"
#include "tests/unit/store/failing_vfs.h"
#include "tests/unit/store/stores.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

namespace fs = std::filesystem;

// As a later version of the program would have it.
const std::array kLater = {
    schema_steps()[0],
    SchemaStep{2, "ALTER TABLE pass ADD COLUMN note TEXT NOT NULL DEFAULT 'none'"},
    SchemaStep{3, "UPDATE pass SET note = 'brought up'; CREATE INDEX pass_by_node ON pass (node)"}};

class Schema : public testing::Test {
 protected:
  void SetUp() override { test::register_failing_vfs(); }
  void TearDown() override { test::set_fault({}); }

  static StoreSettings later() {
    StoreSettings settings;
    settings.steps = kLater;
    return settings;
  }

  void fill() {
    PassStore store = test::opened(directory_);
    test::add_passes(store, 1, 3);
  }

  // Passes that the program of version 1 finds in that file.
  std::vector<int> read_as_version_1(const fs::path& file) {
    const fs::path place = folder_.path() / "version_1";
    fs::remove_all(place);
    fs::create_directory(place);
    fs::copy_file(file, test::file_in(place));
    return test::numbers_in(place);
  }

  test::TemporaryDirectory folder_;
  fs::path directory_ = folder_.path() / "state";
};

TEST_F(Schema, HasAStepForEveryVersion) {
  int version = 0;
  for (const SchemaStep& step : schema_steps()) EXPECT_EQ(step.version, ++version);
  EXPECT_GT(version, 0);
}

TEST_F(Schema, IsBroughtUpStepByStepAndACopyIsKeptForTheProgramBefore) {
  fill();
  {
    PassStore store = test::opened(directory_, later());
    EXPECT_THAT(test::numbers_in(store), ElementsAre(1, 2, 3));
    test::add_passes(store, 4, 4);
    Connection connection(test::file_in(directory_), {});
    EXPECT_EQ(connection.integer("PRAGMA user_version"), 3);
    EXPECT_EQ(connection.integer("SELECT count(*) FROM pass WHERE note = 'brought up'"), 3);
  }
  EXPECT_THAT(read_as_version_1(test::file_in(directory_).string() + ".v1"), ElementsAre(1, 2, 3));
  EXPECT_THAT(test::files_named(directory_, ".tmp"), IsEmpty());
}

TEST_F(Schema, OfALaterVersionIsRefusedInWordsAndLeftAsItIs) {
  { PassStore store = test::opened(directory_, later()); }
  const std::string before = read_file(test::file_in(directory_));
  for (const bool writable : {true, false}) {
    StoreSettings settings;
    settings.writable = writable;
    const auto store = PassStore::open(directory_, settings);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.problem().failure, StoreFailure::newer);
    EXPECT_THAT(store.problem().message, HasSubstr("of version 3, and this program knows 1"));
    EXPECT_EQ(read_file(test::file_in(directory_)), before);
  }
  EXPECT_THAT(test::files_named(directory_, "damaged"), IsEmpty());
}

TEST_F(Schema, OfAnEarlierVersionIsNotBroughtUpByAReader) {
  fill();
  StoreSettings settings = later();
  settings.writable = false;
  const auto store = PassStore::open(directory_, settings);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.problem().failure, StoreFailure::older);
  EXPECT_THAT(test::numbers_in(directory_), ElementsAre(1, 2, 3));
}

TEST_F(Schema, ThatIsBroughtUpMeanwhileIsNotWrittenTo) {
  PassStore store = test::opened(directory_);
  test::add_passes(store, 1, 3);
  { PassStore next = test::opened(directory_, later()); }
  const auto added = store.add(test::pass_number(4));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.problem().failure, StoreFailure::newer);
}

TEST_F(Schema, IsTheEarlierOrTheLaterOneWhereverTheDiskFails) {
  int last = 0;
  for (int at = 1; at == last + 1; ++at) {
    SCOPED_TRACE(at);
    fs::remove_all(directory_);
    fill();
    StoreSettings settings = later();
    settings.vfs = test::kFailingVfs;
    test::set_fault({.at = at, .code = SQLITE_FULL, .stays = true});
    { const auto store = PassStore::open(directory_, settings); }
    if (test::changes() >= at) last = at;
    test::set_fault({});
    PassStore store = test::opened(directory_, later());
    EXPECT_THAT(test::numbers_in(store), ElementsAre(1, 2, 3));
    EXPECT_THAT(store.take_set_aside(), IsEmpty());
    EXPECT_THAT(read_as_version_1(test::file_in(directory_).string() + ".v1"),
                ElementsAre(1, 2, 3));
  }
  EXPECT_GT(last, 10);
}

// A file as version 1 wrote it: whatever comes later reads it.
TEST_F(Schema, OfAFileOfVersion1IsRead) {
  fs::create_directory(directory_);
  fs::copy_file(fs::path(TPP_FIXTURES) / "store/version_1.sqlite", test::file_in(directory_));
  PassStore store = test::opened(directory_);
  const auto list = store.passes({});
  ASSERT_TRUE(list);
  ASSERT_THAT(list->passes, SizeIs(2));
  EXPECT_EQ(list->passes.front().started_at, "2026-01-01T08:01:00Z");
  EXPECT_EQ(list->passes.front().mode, "full");
  EXPECT_THAT(store.passes({.board = "0000:17:00.0"})->passes, SizeIs(2));
}

}  // namespace
}  // namespace tpp
