// Files that are not what was written, and disks that do not write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

#include "agent/store/pass_store.h"
#include "agent/store/set_aside.h"
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

class DamagedStore : public testing::Test {
 protected:
  void SetUp() override { test::register_failing_vfs(); }
  void TearDown() override { test::set_fault({}); }

  // With passes 1 to 3 in it, closed.
  void fill(const fs::path& directory) {
    PassStore store = test::opened(directory);
    test::add_passes(store, 1, 3);
  }

  static void write(const fs::path& file, const std::string& content) {
    std::ofstream(file, std::ios::binary) << content;
  }

  test::TemporaryDirectory folder_;
  fs::path directory_ = folder_.path() / "state";
};

TEST_F(DamagedStore, IsKeptAsideAndANewOneBegun) {
  fs::create_directory(directory_);
  const std::string rubbish(5000, 'x');
  write(test::file_in(directory_), rubbish);
  PassStore store = test::opened(directory_);
  const auto found = store.take_set_aside();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_EQ(read_file(found.front().path), rubbish);
  EXPECT_THAT(found.front().path, HasSubstr("history.sqlite.damaged-20"));
  EXPECT_THAT(found.front().reason, HasSubstr("not a database"));
  EXPECT_THAT(store.take_set_aside(), IsEmpty());
  test::add_passes(store, 1, 1);
  EXPECT_THAT(test::numbers_in(directory_), ElementsAre(1));
}

TEST_F(DamagedStore, IsAmongThoseOfItsDirectoryUntilSomebodyMovesItAway) {
  EXPECT_THAT(PassStore::damaged_files(directory_), IsEmpty());
  fs::create_directory(directory_);
  write(test::file_in(directory_), std::string(5000, 'x'));
  const auto found = test::opened(directory_).take_set_aside();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_THAT(test::opened(directory_).take_set_aside(), IsEmpty());
  for (const char* ending : {"-wal", "-shm", "-journal"}) write(found[0].path + ending, "");

  EXPECT_THAT(PassStore::damaged_files(directory_), ElementsAre(fs::path(found[0].path)));
  fs::remove(found[0].path);
  EXPECT_THAT(PassStore::damaged_files(directory_), IsEmpty());
}

TEST_F(DamagedStore, IsLeftForAPersonWhereSoManyWereBeforeIt) {
  fs::create_directory(directory_);
  for (std::size_t i = 0; i < kMostSetAside; ++i) {
    write(test::file_in(directory_), "rubbish, longer than a header is: " + std::string(200, 'x'));
    ASSERT_TRUE(PassStore::open(directory_)) << i;
  }
  write(test::file_in(directory_), std::string(5000, 'x'));
  const auto store = PassStore::open(directory_);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.problem().failure, StoreFailure::damaged);
  EXPECT_THAT(store.problem().message, HasSubstr("move them away"));
  EXPECT_THAT(test::files_named(directory_, "damaged-"), SizeIs(kMostSetAside));
}

TEST_F(DamagedStore, IsSaidToAReaderAndNotMoved) {
  fs::create_directory(directory_);
  write(test::file_in(directory_), std::string(5000, 'x'));
  StoreSettings reader;
  reader.writable = false;
  const auto store = PassStore::open(directory_, reader);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.problem().failure, StoreFailure::damaged);
  EXPECT_THAT(test::files_named(directory_, ""), SizeIs(1));
}

TEST_F(DamagedStore, LacksTables) {
  fill(directory_);
  test::alter(directory_, "PRAGMA foreign_keys = OFF; DROP TABLE pass");
  PassStore store = test::opened(directory_);
  EXPECT_THAT(store.take_set_aside(), SizeIs(1));
}

TEST_F(DamagedStore, OfOneReportStillGivesTheOthers) {
  fill(directory_);
  test::alter(directory_,
              "UPDATE pass SET report = (SELECT report FROM pass WHERE id = 3) "
              "WHERE id = 2");
  PassStore store = test::opened(directory_);
  EXPECT_TRUE(store.report(1));
  EXPECT_TRUE(store.report(3));
  const auto report = store.report(2);
  ASSERT_FALSE(report);
  EXPECT_EQ(report.problem().failure, StoreFailure::damaged);
  EXPECT_THAT(test::files_named(directory_, "damaged-"), IsEmpty());
}

TEST_F(DamagedStore, WithPassesOutOfItsLogTakesTheLogAlong) {
  fill(directory_);
  PassStore store = test::opened(directory_);
  test::add_passes(store, 4, 4);
  // Closed by a kill: the log stays, with the pages of the last pass. To copy the files is enough.
  const fs::path killed = folder_.path() / "killed";
  fs::copy(directory_, killed);
  ASSERT_TRUE(fs::exists(test::file_in(killed).string() + "-wal"));
  write(test::file_in(killed), std::string(5000, 'x'));
  PassStore next = test::opened(killed);
  const auto found = next.take_set_aside();
  ASSERT_THAT(found, SizeIs(1));
  EXPECT_TRUE(fs::exists(found.front().path + "-wal"));
  EXPECT_THAT(test::numbers_in(next), IsEmpty());
}

// Every answer is what was written, or a problem that is said; and the next pass finds its place.
TEST_F(DamagedStore, AtAnyOffsetGivesNoWrongReportAndTakesTheNextPass) {
  constexpr int kRounds = 150;
  std::mt19937 random(20261129);
  fill(directory_);
  const std::string whole = read_file(test::file_in(directory_));
  int set_aside = 0;
  for (int round = 0; round < kRounds; ++round) {
    SCOPED_TRACE(round);
    const fs::path directory = folder_.path() / std::to_string(round);
    fs::create_directory(directory);
    std::string content = whole;
    if (round % 5 == 0) {
      content.resize(random() % whole.size());
    } else {
      for (int i = 0; i < 1 << (round % 8); ++i) {
        content[random() % content.size()] = static_cast<char>(random());
      }
    }
    write(test::file_in(directory), content);
    Stored<PassStore> store = PassStore::open(directory);
    if (!store) {  // the header's numbers were hit
      EXPECT_THAT(store.problem().failure,
                  testing::AnyOf(StoreFailure::newer, StoreFailure::foreign));
      continue;
    }
    for (const std::int64_t id : {1, 2, 3}) {
      const auto report = store->report(id);
      if (!report) continue;
      EXPECT_EQ(report->duration_s, static_cast<double>(id));
    }
    const auto added = store->add(test::pass_number(4));
    EXPECT_TRUE(added) << added.problem().message;
    if (added) {
      EXPECT_TRUE(store->report(*added));
    }
    set_aside += store->take_set_aside().empty() ? 0 : 1;
    fs::remove_all(directory);
  }
  EXPECT_GT(set_aside, kRounds / 4);
}

struct FaultOfADisk {
  const char* name;
  int code;
  StoreFailure failure;
};

class FailingDisk : public DamagedStore, public testing::WithParamInterface<FaultOfADisk> {
 protected:
  StoreSettings settings_ = [] {
    StoreSettings settings;
    settings.vfs = test::kFailingVfs;
    return settings;
  }();
};

// In turn every change of a file that opening and writing make fails once, or from then on.
TEST_P(FailingDisk, LosesNoPassThatWasInTheStore) {
  for (const bool stays : {false, true}) {
    int last = 0;
    for (int at = 1; at == last + 1; ++at) {
      SCOPED_TRACE(testing::Message() << "change " << at << (stays ? ", for good" : ""));
      fs::remove_all(directory_);
      fill(directory_);
      bool said = false;
      {
        test::set_fault({.at = at, .code = GetParam().code, .stays = stays});
        Stored<PassStore> store = PassStore::open(directory_, settings_);
        const auto added = store ? store->add(test::pass_number(4)) : store.problem();
        said = static_cast<bool>(added);
        if (test::changes() >= at) last = at;
        if (!said) {
          EXPECT_THAT(added.problem().message, HasSubstr(directory_.string()));
        }
        if (!said && stays) {
          EXPECT_EQ(added.problem().failure, GetParam().failure);
        }
      }
      test::set_fault({});
      const std::vector<int> now = test::numbers_in(directory_);
      EXPECT_THAT(now, testing::AnyOf(ElementsAre(1, 2, 3), ElementsAre(1, 2, 3, 4)));
      if (said) {
        EXPECT_THAT(now, SizeIs(4));
      }
    }
    EXPECT_GT(last, 5) << "the writes were not met";
  }
}

TEST_P(FailingDisk, OfAFreshStoreLeavesOneThatCanBeBegunLater) {
  int last = 0;
  for (int at = 1; at == last + 1; ++at) {
    SCOPED_TRACE(at);
    fs::remove_all(directory_);
    test::set_fault({.at = at, .code = GetParam().code, .stays = true});
    {
      Stored<PassStore> store = PassStore::open(directory_, settings_);
      if (store) static_cast<void>(store->add(test::pass_number(1)));
    }
    if (test::changes() >= at) last = at;
    test::set_fault({});
    PassStore store = test::opened(directory_);
    test::add_passes(store, 1, 2);
    EXPECT_THAT(test::numbers_in(store), ElementsAre(1, 2));
    EXPECT_THAT(store.take_set_aside(), IsEmpty());
  }
  EXPECT_GT(last, 5);
}

TEST_P(FailingDisk, IsWrittenToAgainWhenItRecovers) {
  PassStore store = test::opened(directory_, settings_);
  test::add_passes(store, 1, 1);
  test::set_fault({.at = 1, .code = GetParam().code, .stays = true});
  const auto lost = store.add(test::pass_number(2));
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.problem().failure, GetParam().failure);
  EXPECT_THAT(test::numbers_in(store), ElementsAre(1));
  test::set_fault({});
  test::add_passes(store, 3, 3);
  EXPECT_THAT(test::numbers_in(store), ElementsAre(1, 3));
}

INSTANTIATE_TEST_SUITE_P(
    OfEachKind, FailingDisk,
    testing::Values(FaultOfADisk{"full", SQLITE_FULL, StoreFailure::full},
                    FaultOfADisk{"read_only", SQLITE_READONLY, StoreFailure::read_only},
                    FaultOfADisk{"dying", SQLITE_IOERR_WRITE, StoreFailure::unusable}),
    [](const auto& one) { return std::string(one.param.name); });

// The library finds the file damaged at any of its changes: nothing that was written is thrown
// away, and the pass at hand is kept.
TEST_F(DamagedStore, FoundSoWhileWritingIsKeptAsideWithAllThatItHolds) {
  StoreSettings settings;
  settings.vfs = test::kFailingVfs;
  int last = 0;
  for (int at = 1; at == last + 1; ++at) {
    SCOPED_TRACE(at);
    fs::remove_all(directory_);
    fill(directory_);
    std::vector<SetAside> found;
    {
      test::set_fault({.at = at, .code = SQLITE_CORRUPT});
      Stored<PassStore> store = PassStore::open(directory_, settings);
      ASSERT_TRUE(store) << store.problem().message;
      const auto added = store->add(test::pass_number(4));
      EXPECT_TRUE(added) << added.problem().message;
      if (test::changes() >= at) last = at;
      found = store->take_set_aside();
    }
    test::set_fault({});
    if (found.empty()) {
      EXPECT_THAT(test::numbers_in(directory_), ElementsAre(1, 2, 3, 4));
      continue;
    }
    EXPECT_THAT(test::numbers_in(directory_), ElementsAre(4));
    const fs::path aside = folder_.path() / "aside";
    fs::remove_all(aside);
    fs::create_directory(aside);
    fs::rename(found.front().path, test::file_in(aside));
    if (fs::exists(found.front().path + "-wal")) {
      fs::rename(found.front().path + "-wal", test::file_in(aside).string() + "-wal");
    }
    EXPECT_THAT(test::numbers_in(aside),
                testing::AnyOf(ElementsAre(1, 2, 3), ElementsAre(1, 2, 3, 4)));
  }
  EXPECT_GT(last, 3);
}

// What root may do beyond modes of files, which is all of it: gone for this process.
bool give_up_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct none[2] = {};
  return ::syscall(SYS_capset, &header, none) == 0;
}

// In a child, since what it gives up it does not get back. Returns its exit status.
template <class Call>
int in_unprivileged_child(const Call& call) {
  const pid_t child = ::fork();
  if (child == 0) ::_exit(give_up_capabilities() ? call() : 77);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST_F(DamagedStore, NoMoreThanUnwritableIsReadAndNotWritten) {
  fill(directory_);
  ASSERT_EQ(::chmod(directory_.c_str(), 0555), 0);
  ASSERT_EQ(::chmod(test::file_in(directory_).c_str(), 0444), 0);
  ASSERT_EQ(::chmod((directory_ / "history.lock").c_str(), 0444), 0);
  const int status = in_unprivileged_child([&] {
    const auto writer = PassStore::open(directory_);
    if (writer || writer.problem().failure != StoreFailure::no_permission) return 1;
    if (writer.problem().message.find("Permission denied") == std::string::npos) return 2;
    StoreSettings settings;
    settings.writable = false;
    Stored<PassStore> reader = PassStore::open(directory_, settings);
    if (!reader) return 3;
    return test::numbers_in(*reader) == std::vector<int>{1, 2, 3} ? 0 : 4;
  });
  ASSERT_EQ(::chmod(directory_.c_str(), 0755), 0);
  EXPECT_EQ(status, 0);
}

}  // namespace
}  // namespace tpp
