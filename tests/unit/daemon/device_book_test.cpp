#include "agent/daemon/device_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace tpp {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

const WallTime kNow = *wall_time("2026-11-29T12:00:00Z");
constexpr const char* kNode = "machine-1";

DeviceNews device(const std::string& id, const std::string& measured_at = "") {
  DeviceNews news;
  news.device = {id};
  news.state = "state of " + id;
  news.seen_since = "2026-11-01T00:00:00Z";
  news.measured_at = measured_at;
  return news;
}

TEST(DeviceBook, NamesTheDeviceWhoseEvidenceIsTheOldest) {
  DeviceBook book;
  book.learn({device("a", "2026-11-20T00:00:00Z"), device("b", "2026-09-01T00:00:00Z"),
              device("c", "2026-11-28T00:00:00Z")});

  const auto next = book.next({}, kNode, kNow);

  ASSERT_TRUE(next);
  EXPECT_EQ(next->device, DeviceId{"b"});
  EXPECT_LE(next->at, kNow);
}

TEST(DeviceBook, HasNothingToMeasureWhereNothingIs) {
  DeviceBook book;
  book.learn(std::vector<DeviceNews>{});
  EXPECT_FALSE(book.next({}, kNode, kNow));
}

TEST(DeviceBook, TakesANewDriverForAChange) {
  DeviceBook book;
  book.learn({device("a", "2026-11-28T00:00:00Z")});
  DeviceNews updated = device("a");
  updated.state = "another driver";
  updated.seen_since = "2026-11-29T12:00:00Z";
  book.learn({updated});

  const auto next = book.next({}, kNode, kNow);

  EXPECT_EQ(next->by, DueBy::change);
  EXPECT_LT(next->at, kNow + hours(1));
}

TEST(DeviceBook, KeepsWhenADeviceWasFirstSeenWhereNothingElseCan) {
  DeviceBook book;
  DeviceNews news = device("a");
  news.seen_since = "2026-11-29T12:00:00Z";
  book.learn({news});
  const auto first = book.next({}, kNode, kNow);
  news.seen_since = "2026-11-30T12:00:00Z";
  book.learn({news});

  EXPECT_EQ(book.next({}, kNode, kNow + days(1))->at, first->at);
}

TEST(DeviceBook, WaitsLongerAfterEachRefusalAndForgetsThemOnceMeasured) {
  DeviceBook book;
  DeviceNews news = device("a", "2026-01-01T00:00:00Z");
  book.learn({news});
  news.refused = "another process computes on it";

  book.measured(news, kNow);
  EXPECT_EQ(book.next({}, kNode, kNow)->at, kNow + minutes(1));
  book.measured(news, kNow);
  EXPECT_EQ(book.next({}, kNode, kNow)->at, kNow + minutes(2));

  news.refused.clear();
  news.measured_at = "2026-11-29T12:00:00Z";
  book.measured(news, kNow);
  EXPECT_GE(book.next({}, kNode, kNow)->at, kNow + days(30));
}

TEST(DeviceBook, LeavesADeviceAloneThatHungTwiceUntilItIsAnotherOrWasAway) {
  DeviceBook book;
  DeviceNews hung = device("a", "2026-01-01T00:00:00Z");
  hung.hung = true;
  book.measured(hung, kNow);
  EXPECT_THAT(book.left_alone(), IsEmpty());
  book.measured(hung, kNow);

  EXPECT_THAT(book.left_alone(), ElementsAre(DeviceId{"a"}));
  EXPECT_FALSE(book.next({}, kNode, kNow));
  book.learn({device("a")});
  EXPECT_THAT(book.left_alone(), ElementsAre(DeviceId{"a"}));

  book.learn(std::vector<DeviceNews>{});
  book.learn({device("a")});
  EXPECT_THAT(book.left_alone(), IsEmpty());
}

TEST(DeviceBook, LetsOtherDevicesGoOnWhereOneIsRefused) {
  DeviceBook book;
  DeviceNews busy = device("a", "2025-01-01T00:00:00Z");
  book.learn({busy, device("b", "2026-01-01T00:00:00Z")});
  busy.refused = "busy";
  book.measured(busy, kNow);

  EXPECT_EQ(book.next({}, kNode, kNow)->device, DeviceId{"b"});
}

TEST(WallTime, IsReadAsItIsWritten) {
  EXPECT_EQ(wall_time("1970-01-02T00:00:01Z"), WallTime(days(1) + std::chrono::seconds(1)));
  for (const char* text : {"", "2026-11-29", "2026-11-29T24:00:00Z", "2026-02-30T00:00:00Z",
                           "2026-11-29T10:15:02+0", "2026-11-29 10:15:02Z"}) {
    EXPECT_FALSE(wall_time(text)) << text;
  }
}

}  // namespace
}  // namespace tpp
