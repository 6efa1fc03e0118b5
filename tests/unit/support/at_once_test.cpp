#include "agent/support/at_once.h"

#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <stdexcept>
#include <string>

namespace tpp {
namespace {

constexpr auto kLongEnough = std::chrono::seconds(20);  // where the code is wrong

std::vector<int> numbers(int count) {
  std::vector<int> items(static_cast<std::size_t>(count));
  std::iota(items.begin(), items.end(), 0);
  return items;
}

TEST(AtOnce, GivesResultsInTheOrderOfTheItems) {
  const auto squares = at_once(numbers(100), [](int item) { return item * item; });
  ASSERT_EQ(squares.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(squares[static_cast<std::size_t>(i)], i * i);
  EXPECT_TRUE(at_once(numbers(0), [](int item) { return item; }).empty());
}

TEST(AtOnce, KeepsNobodyWaitingForOneThatHangs) {
  std::mutex mutex;
  std::condition_variable changed;
  int done = 0;
  const auto saw_all = at_once(numbers(10), [&](int item) {
    std::unique_lock lock(mutex);
    if (item == 0) return changed.wait_for(lock, kLongEnough, [&] { return done == 9; });
    ++done;
    changed.notify_all();
    return true;
  });
  EXPECT_TRUE(saw_all[0]) << "nine were done while one hung";
}

TEST(AtOnce, DoesEightThingsAtOnceAndNoMore) {
  std::mutex mutex;
  std::condition_variable changed;
  std::size_t running = 0;
  std::size_t most = 0;
  at_once(numbers(100), [&](int) {
    std::unique_lock lock(mutex);
    most = std::max(most, ++running);
    changed.notify_all();
    const bool all_busy = changed.wait_for(lock, kLongEnough, [&] { return most >= kMostAtOnce; });
    --running;
    return all_busy;
  });
  EXPECT_EQ(most, kMostAtOnce);
}

TEST(AtOnce, ThrowsWhatTheFirstOfThemThrewAfterAllAreDone) {
  std::atomic<int> done = 0;
  try {
    at_once(numbers(50), [&](int item) {
      ++done;
      if (item == 7 || item == 30) throw std::runtime_error(std::to_string(item));
      return item;
    });
    ADD_FAILURE() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "7");
  }
  EXPECT_EQ(done, 50);
}

}  // namespace
}  // namespace tpp
