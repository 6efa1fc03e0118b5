#include "agent/daemon/schedule.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace tpp {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr WallTime kNow{days(20000)};

std::string node(int number) { return "machine-" + std::to_string(number); }

TEST(Schedule, LeavesADeviceAloneWhileItsEvidenceIsYoungerThanTheInterval) {
  const SchedulePolicy policy;
  for (int i = 0; i < 1000; ++i) {
    const WallTime measured_at = kNow - hours(i);
    const Due due = due_of({measured_at, measured_at, false}, policy, node(i), kNow);
    EXPECT_GE(due.at, measured_at + policy.interval);
    EXPECT_LE(due.at, measured_at + 2 * policy.interval);
  }
}

TEST(Schedule, IsTheSameAfterARestartOrAnUpgrade) {
  const SchedulePolicy policy;
  const MeasuredState state{std::nullopt, kNow - days(3), false};

  EXPECT_EQ(due_of(state, policy, node(1), kNow), due_of(state, policy, node(1), kNow + days(2)));
}

TEST(Schedule, SpreadsFirstPassesOfAFleetOverTheWholeInterval) {
  const SchedulePolicy policy;
  std::set<int> thirds_of_a_day;
  for (int i = 0; i < 2000; ++i) {
    const Due due = due_of({std::nullopt, kNow, false}, policy, node(i), kNow);
    ASSERT_GE(due.at, kNow);
    ASSERT_LT(due.at, kNow + policy.interval);
    thirds_of_a_day.insert(static_cast<int>((due.at - kNow) / hours(8)));
  }
  EXPECT_EQ(thirds_of_a_day.size(), 90);
}

TEST(Schedule, SpreadsAFleetAgainThatWasMeasuredAtOnce) {
  const SchedulePolicy policy;
  std::set<int> days_later;
  for (int i = 0; i < 2000; ++i) {
    days_later.insert(
        static_cast<int>((due_of({kNow, kNow, false}, policy, node(i), kNow).at - kNow) / days(1)));
  }
  EXPECT_GT(days_later.size(), 25);
}

TEST(Schedule, KeepsTheIntervalWherePassesBeginALittleLate) {
  const SchedulePolicy policy;
  WallTime measured_at = due_of({std::nullopt, kNow, false}, policy, node(7), kNow).at;
  for (int i = 0; i < 12; ++i) {
    measured_at += minutes(10);
    const Due due = due_of({measured_at, kNow, false}, policy, node(7), measured_at);
    EXPECT_EQ(due.at - measured_at, policy.interval);
    measured_at = due.at;
  }
}

TEST(Schedule, MeasuresWhatChangedWithinTheDelayAndNotAllNodesAtOnce) {
  const SchedulePolicy policy;
  std::set<WallTime> moments;
  for (int i = 0; i < 100; ++i) {
    const Due due = due_of({std::nullopt, kNow, true}, policy, node(i), kNow);
    EXPECT_EQ(due.by, DueBy::change);
    EXPECT_GE(due.at, kNow);
    EXPECT_LT(due.at, kNow + policy.change_delay);
    moments.insert(due.at);
  }
  EXPECT_GT(moments.size(), 90);
}

TEST(Schedule, WaitsForItsTurnAfterAChangeThatIsNoReason) {
  SchedulePolicy policy;
  policy.on_change = false;

  const Due changed = due_of({std::nullopt, kNow, true}, policy, node(3), kNow);

  EXPECT_EQ(changed, due_of({std::nullopt, kNow, false}, policy, node(3), kNow));
}

TEST(Schedule, MeasuresAnewWhatWasAwayThoughItsEvidenceIsYoung) {
  SchedulePolicy policy;
  const WallTime before = kNow - days(3);

  EXPECT_EQ(due_of({before, kNow, true}, policy, node(3), kNow).by, DueBy::change);
  EXPECT_EQ(due_of({kNow, kNow, true}, policy, node(3), kNow).by, DueBy::change)
      << "of the same second, it may be of before";
  EXPECT_EQ(due_of({kNow + seconds(1), kNow, true}, policy, node(3), kNow).by, DueBy::interval);
  policy.on_change = false;
  EXPECT_EQ(due_of({before, kNow, true}, policy, node(3), kNow),
            due_of({before, before, false}, policy, node(3), kNow));
}

TEST(Schedule, CountsEvidenceFromTheFutureForNothing) {
  const SchedulePolicy policy;
  const Due due = due_of({kNow + days(400), kNow, false}, policy, node(3), kNow);

  EXPECT_LT(due.at, kNow + policy.interval);
}

TEST(Schedule, TriesAgainLaterAndLaterAfterRefusals) {
  EXPECT_EQ(retry_after(1), seconds(60));
  EXPECT_EQ(retry_after(2), seconds(120));
  EXPECT_EQ(retry_after(6), seconds(1920));
  EXPECT_EQ(retry_after(7), seconds(3600));
  EXPECT_EQ(retry_after(1'000'000), seconds(3600));
}

}  // namespace
}  // namespace tpp
