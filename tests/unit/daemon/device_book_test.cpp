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
              device("c", "2026-11-28T00:00:00Z")},
             kNow);

  const auto next = book.next({}, kNode, kNow);

  ASSERT_TRUE(next);
  EXPECT_EQ(next->device, DeviceId{"b"});
  EXPECT_LE(next->at, kNow);
}

TEST(DeviceBook, HasNothingToMeasureWhereNothingIs) {
  DeviceBook book;
  book.learn({}, kNow);
  EXPECT_FALSE(book.next({}, kNode, kNow));
}

TEST(DeviceBook, TakesANewDriverForAChange) {
  DeviceBook book;
  book.learn({device("a", "2026-11-28T00:00:00Z")}, kNow);
  DeviceNews updated = device("a");
  updated.state = "another driver";
  updated.seen_since = "2026-11-29T12:00:00Z";
  book.learn({updated}, kNow);

  const auto next = book.next({}, kNode, kNow);

  EXPECT_EQ(next->by, DueBy::change);
  EXPECT_LT(next->at, kNow + hours(1));
}

TEST(DeviceBook, HasADeviceThatWasAwayMeasuredOnce) {
  DeviceBook book;
  book.learn({device("a", "2026-11-28T00:00:00Z")}, kNow);
  book.learn({}, kNow);
  DeviceNews back = device("a", "2026-11-28T00:00:00Z");
  back.seen_since = "2026-11-29T12:00:00Z";
  back.changed = true;
  book.learn({back}, kNow);
  EXPECT_EQ(book.next({}, kNode, kNow)->by, DueBy::change);

  back.measured_at = "2026-11-29T12:30:00Z";
  book.measured(back, kNow + minutes(31));

  EXPECT_EQ(book.next({}, kNode, kNow + minutes(31))->by, DueBy::interval);
}

TEST(DeviceBook, KeepsWhenADeviceWasFirstSeenWhereNothingElseCan) {
  DeviceBook book;
  DeviceNews news = device("a");
  news.seen_since = "2026-11-29T12:00:00Z";
  book.learn({news}, kNow);
  const auto first = book.next({}, kNode, kNow);
  news.seen_since = "2026-11-30T12:00:00Z";
  book.learn({news}, kNow);

  EXPECT_EQ(book.next({}, kNode, kNow + days(1))->at, first->at);
}

TEST(DeviceBook, WaitsLongerAfterEachRefusalAndForgetsThemOnceMeasured) {
  DeviceBook book;
  DeviceNews news = device("a", "2026-01-01T00:00:00Z");
  book.learn({news}, kNow);
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
  book.learn({device("a")}, kNow);
  EXPECT_THAT(book.left_alone(), ElementsAre(DeviceId{"a"}));

  book.learn({}, kNow);
  book.learn({device("a")}, kNow);
  EXPECT_THAT(book.left_alone(), IsEmpty());
}

TEST(DeviceBook, LetsOtherDevicesGoOnWhereOneIsRefused) {
  DeviceBook book;
  DeviceNews busy = device("a", "2025-01-01T00:00:00Z");
  book.learn({busy, device("b", "2026-01-01T00:00:00Z")}, kNow);
  busy.refused = "busy";
  book.measured(busy, kNow);

  EXPECT_EQ(book.next({}, kNode, kNow)->device, DeviceId{"b"});
}

TEST(DeviceBook, MeasuresNoDeviceAgainAndAgainWhoseEvidenceIsFromTheFuture) {
  DeviceBook book;
  const DeviceNews of_a_wrong_clock = device("a", "2031-01-01T00:00:00Z");
  book.learn({of_a_wrong_clock}, kNow);
  EXPECT_LE(book.next({}, kNode, kNow)->at, kNow + days(30));

  book.measured(of_a_wrong_clock, kNow);
  book.learn({of_a_wrong_clock}, kNow + minutes(5));

  EXPECT_GE(book.next({}, kNode, kNow + minutes(5))->at, kNow + days(30));
}

TEST(DeviceBook, KnowsItsEvidenceAgainOnceTheClockIsRight) {
  DeviceBook book;
  const WallTime behind = kNow - days(3000);
  book.learn({device("a", "2026-11-29T11:00:00Z")}, behind);

  EXPECT_GE(book.next({}, kNode, kNow)->at, kNow + days(29));
}

TEST(DeviceBook, TakesAClockThatIsSetBackALittleForNoReasonToMeasure) {
  DeviceBook book;
  book.learn({device("a", "2026-11-29T12:00:00Z")}, kNow);

  EXPECT_GE(book.next({}, kNode, kNow - std::chrono::seconds(5))->at, kNow + days(30));
}

TEST(DeviceBook, IsNotPutOffByWhatWasSeenBeforeTheClockWasPutBack) {
  DeviceBook book;
  DeviceNews news = device("a");
  news.seen_since = "2031-01-01T00:00:00Z";
  news.refused = "busy";
  book.measured(news, kNow + days(1500));
  book.learn({news}, kNow);

  EXPECT_LE(book.next({}, kNode, kNow)->at, kNow + days(30));
  book.measured(news, kNow);
  book.learn({news}, kNow - days(100));
  EXPECT_LE(book.next({}, kNode, kNow - days(100))->at, kNow - days(70));
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
