#include "exporters/http/password_checker.h"

#include <gtest/gtest.h>

#include <future>
#include <stdexcept>
#include <string>
#include <vector>

namespace tpp {
namespace {

const Users kUsers = {{"prometheus", "hash"}};

PeerKey peer(std::uint8_t number) {
  PeerKey key = {};
  key[15] = number;
  return key;
}

// Lets the checks go on one by one.
class Gate {
 public:
  bool check(const std::string& password) {
    std::unique_lock lock(mutex_);
    order_.push_back(password);
    changed_.notify_all();
    changed_.wait(lock, [this] { return tickets_ > 0; });
    --tickets_;
    return password == "right";
  }
  void open(int tickets) {
    const std::lock_guard lock(mutex_);
    tickets_ += tickets;
    changed_.notify_all();
  }
  void wait_for_checks(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return order_.size() >= count; });
  }
  std::vector<std::string> order() {
    const std::lock_guard lock(mutex_);
    return order_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> order_;
  int tickets_ = 0;
};

class PasswordCheckerTest : public testing::Test {
 protected:
  ~PasswordCheckerTest() override { gate.open(1000); }

  bool submit(const std::string& password, std::uint8_t from, PasswordChecker::Done done) {
    return checker.submit(cache.claim(kUsers, {"prometheus", password}), peer(from),
                          std::move(done));
  }
  std::future<CheckOutcome> outcome_of(const std::string& password) {
    auto promise = std::make_shared<std::promise<CheckOutcome>>();
    EXPECT_TRUE(submit(password, 1, [promise](CheckOutcome o) { promise->set_value(o); }));
    return promise->get_future();
  }
  static void ignore(CheckOutcome) {}

  Gate gate;
  PasswordCache cache;
  PasswordChecker checker{cache, [this](const std::string& password, const std::string&) {
                            if (password == "faulty") throw std::runtime_error("no bcrypt");
                            return gate.check(password);
                          }};
};

TEST_F(PasswordCheckerTest, TellsRightFromWrongAndRemembersBoth) {
  gate.open(2);
  EXPECT_EQ(outcome_of("right").get(), CheckOutcome::right);
  EXPECT_EQ(outcome_of("wrong").get(), CheckOutcome::wrong);
  EXPECT_EQ(cache.look_up(cache.claim(kUsers, {"prometheus", "right"})), true);
  EXPECT_EQ(cache.look_up(cache.claim(kUsers, {"prometheus", "wrong"})), false);
}

TEST_F(PasswordCheckerTest, LetsNobodyInByAnotherUsersPassword) {
  gate.open(1);
  std::promise<CheckOutcome> promise;
  ASSERT_TRUE(checker.submit(cache.claim(kUsers, {"stranger", "right"}), peer(1),
                             [&](CheckOutcome outcome) { promise.set_value(outcome); }));
  EXPECT_EQ(promise.get_future().get(), CheckOutcome::wrong);
}

TEST_F(PasswordCheckerTest, FindsNothingOutWhereTheCheckFails) {
  EXPECT_EQ(outcome_of("faulty").get(), CheckOutcome::abandoned);
  EXPECT_FALSE(cache.look_up(cache.claim(kUsers, {"prometheus", "faulty"})).has_value());
}

TEST_F(PasswordCheckerTest, ChecksOnceWhatManyAskFor) {
  std::vector<std::future<CheckOutcome>> outcomes;
  for (int i = 0; i < 50; ++i) outcomes.push_back(outcome_of("right"));
  gate.open(1);
  for (auto& outcome : outcomes) EXPECT_EQ(outcome.get(), CheckOutcome::right);
  EXPECT_EQ(gate.order().size(), 1u);
}

TEST_F(PasswordCheckerTest, LetsFewOfOneAddressWaitAndFewOfAll) {
  const int per_peer = static_cast<int>(PasswordChecker::kMostWaitingOfOnePeer);
  for (int i = 0; i < per_peer; ++i) EXPECT_TRUE(submit("1 " + std::to_string(i), 1, ignore));
  EXPECT_FALSE(submit("1 more", 1, ignore));
  const int peers = static_cast<int>(PasswordChecker::kMostWaiting) / per_peer;
  for (int from = 2; from <= peers; ++from) {
    for (int i = 0; i < per_peer; ++i) {
      const std::string password = std::to_string(from) + " " + std::to_string(i);
      EXPECT_TRUE(submit(password, static_cast<std::uint8_t>(from), ignore));
    }
  }
  EXPECT_FALSE(submit("of another", 200, ignore));
}

TEST_F(PasswordCheckerTest, LetsAddressesTakeTurns) {
  ASSERT_TRUE(submit("flood 0", 1, ignore));
  gate.wait_for_checks(1);
  ASSERT_TRUE(submit("flood 1", 1, ignore));
  ASSERT_TRUE(submit("flood 2", 1, ignore));
  ASSERT_TRUE(submit("scrape", 2, ignore));
  gate.open(4);
  gate.wait_for_checks(4);
  EXPECT_EQ(gate.order(), (std::vector<std::string>{"flood 0", "scrape", "flood 1", "flood 2"}));
}

TEST_F(PasswordCheckerTest, AbandonsWhatWaitsWhenItIsStopped) {
  auto being_checked = outcome_of("right");
  gate.wait_for_checks(1);
  auto waiting = outcome_of("wrong");
  gate.open(1);
  // The second may be begun before the stop is seen; it is not kept waiting.
  gate.open(1);
  checker.stop();
  EXPECT_EQ(being_checked.get(), CheckOutcome::right);
  EXPECT_NE(waiting.get(), CheckOutcome::right);
  EXPECT_FALSE(submit("later", 1, ignore));
}

}  // namespace
}  // namespace tpp
