// A writer that is killed, 200 times: at most the pass in flight is lost.
//
// The writer is a child of this process that tells by one byte a change of its file, before it
// makes it, and by another a pass that it was told is stored. The parent kills it after a random
// number of bytes, while it goes on; so no time has to be waited for.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>

#include "agent/store/pass_store.h"
#include "tests/unit/store/failing_vfs.h"
#include "tests/unit/store/stores.h"
#include "tests/unit/temporary_directory.h"

namespace tpp {
namespace {

constexpr char kChange = '.';
constexpr char kStored = '!';

void tell(int fd, char what) {
  if (::write(fd, &what, 1) != 1) ::_exit(1);
}

[[noreturn]] void write_passes(const std::filesystem::path& directory, int from, int fd) {
  test::register_failing_vfs();
  test::set_fault({.tell = [fd](int) { tell(fd, kChange); }});
  StoreSettings settings;
  settings.vfs = test::kFailingVfs;
  Stored<PassStore> store = PassStore::open(directory, settings);
  if (!store) ::_exit(2);
  for (int number = from;; ++number) {
    if (!store->add(test::pass_number(number))) ::_exit(3);
    tell(fd, kStored);
    // Passes go meanwhile too, and their pages with them: few enough that all are checked.
    if (number % 7 == 0 && !store->retain({.days = 0, .bytes = 60000}, "")) ::_exit(4);
  }
}

struct Killed {
  int stored = 0;  // passes that the writer was told are stored
  bool by_us = false;
};

Killed kill_after(int changes, const std::filesystem::path& directory, int from) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) throw std::runtime_error("pipe");
  const pid_t writer = ::fork();
  if (writer == 0) {
    ::close(ends[0]);
    write_passes(directory, from, ends[1]);
  }
  ::close(ends[1]);
  Killed killed;
  char what = 0;
  for (int heard = 0; ::read(ends[0], &what, 1) == 1;) {
    killed.stored += what == kStored ? 1 : 0;
    if (++heard == changes) ::kill(writer, SIGKILL);
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(writer, &status, 0);
  killed.by_us = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  return killed;
}

TEST(KilledStore, LosesAtMostThePassInFlightIn200Kills) {
  constexpr int kKills = 200;
  constexpr int kMostChanges = 160;  // some ten passes, and the opening
  const test::TemporaryDirectory folder;
  std::mt19937 random(20261129);
  int last = 0;  // number of the last pass that is known to be stored
  int lost = 0;
  for (int round = 0; round < kKills; ++round) {
    SCOPED_TRACE(round);
    const Killed killed =
        kill_after(1 + static_cast<int>(random() % kMostChanges), folder.path(), last + 1);
    ASSERT_TRUE(killed.by_us);
    PassStore store = test::opened(folder.path());
    ASSERT_THAT(store.take_set_aside(), testing::IsEmpty());
    const std::vector<int> numbers = test::numbers_in(store);  // each held against its digest
    const int newest = numbers.empty() ? 0 : numbers.back();
    ASSERT_GE(newest, last + killed.stored) << "a pass that was stored is gone";
    ASSERT_LE(newest, last + killed.stored + 1);
    // Without a gap: none of those between was lost.
    if (!numbers.empty()) {
      ASSERT_EQ(numbers.size(), static_cast<std::size_t>(newest - numbers.front() + 1));
    }
    lost += newest == last + killed.stored ? 1 : 0;
    last = newest;
  }
  EXPECT_GT(last, kKills) << "hardly anything was written";
  EXPECT_GT(lost, kKills / 4) << "no pass was in flight";
}

}  // namespace
}  // namespace tpp
