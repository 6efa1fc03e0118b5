#include "agent/store/retention.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kNow = "2026-11-29T12:00:00Z";

// A pass of one board on a day of 2026.
PassOutline pass(std::int64_t id, const std::string& day, const std::string& said,
                 const std::string& board = "serial A") {
  return {id, "2026-" + day + "T12:00:00Z", 100, {{board, said}}};
}

TEST(Retention, DropsNothingWhileNoLimitIsReached) {
  EXPECT_THAT(passes_to_drop({pass(1, "01-01", "below"), pass(2, "11-01", "below")},
                             {.days = 0, .bytes = 200}, kNow),
              IsEmpty());
  EXPECT_THAT(passes_to_drop({pass(1, "01-01", "below"), pass(2, "11-01", "below")},
                             {.days = 0, .bytes = 0}, kNow),
              IsEmpty());
}

TEST(Retention, DropsWhatIsOlderThanItsDays) {
  const std::vector<PassOutline> passes = {pass(1, "01-01", "below"), pass(2, "11-18", "below"),
                                           pass(3, "11-19", "below"), pass(4, "11-20", "below"),
                                           pass(5, "11-29", "below"), pass(6, "11-29", "below")};
  // The 19th at noon is ten days before the 29th at noon, and no older.
  EXPECT_THAT(passes_to_drop(passes, {.days = 10, .bytes = 0}, kNow), ElementsAre(1, 2));
}

TEST(Retention, DropsNothingByAClockThatIsAheadForOnePass) {
  std::vector<PassOutline> passes = {pass(1, "11-01", "below"), pass(2, "11-20", "below"),
                                     pass(3, "11-29", "below")};
  constexpr const char* kAhead = "2030-11-29T12:00:00Z";
  passes.push_back({4, kAhead, 100, {{"serial A", "below"}}});
  EXPECT_THAT(passes_to_drop(passes, {.days = 1095, .bytes = 0}, kAhead), IsEmpty());
  // What is old by the clock before is old.
  EXPECT_THAT(passes_to_drop(passes, {.days = 10, .bytes = 0}, kAhead), ElementsAre(1));
  // It was put right: nothing goes either.
  passes.push_back(pass(5, "11-29", "below"));
  EXPECT_THAT(passes_to_drop(passes, {.days = 1095, .bytes = 0}, kNow), IsEmpty());
  // One that stays ahead is believed.
  passes.back().started_at = kAhead;
  EXPECT_THAT(passes_to_drop(passes, {.days = 1095, .bytes = 0}, kAhead), ElementsAre(1, 2, 3));
}

TEST(Retention, DropsTheOldestUntilTheRestFits) {
  const std::vector<PassOutline> passes = {pass(4, "11-20", "below"), pass(1, "01-01", "below"),
                                           pass(3, "11-19", "below"), pass(2, "11-18", "below")};
  EXPECT_THAT(passes_to_drop(passes, {.days = 0, .bytes = 250}, kNow), ElementsAre(1, 2));
  EXPECT_THAT(passes_to_drop(passes, {.days = 0, .bytes = 200}, kNow), ElementsAre(1, 2));
}

TEST(Retention, KeepsWhatWasStoredLastWhereAClockWasPutBack) {
  const std::vector<PassOutline> passes = {pass(1, "11-18", "below"), pass(2, "11-19", "below"),
                                           pass(3, "01-01", "below"), pass(4, "01-02", "below")};
  EXPECT_THAT(passes_to_drop(passes, {.days = 0, .bytes = 250}, kNow), ElementsAre(1, 2));
}

TEST(Retention, KeepsTheLastPassOfABoardThatIsGone) {
  const std::vector<PassOutline> passes = {pass(1, "01-01", "below", "serial GONE"),
                                           pass(2, "01-02", "below"), pass(3, "11-20", "below")};
  EXPECT_THAT(passes_to_drop(passes, {.days = 1, .bytes = 1}, kNow), ElementsAre(2));
}

TEST(Retention, KeepsTheLastChangeOfAClassAndWhatItWasBefore) {
  const std::vector<PassOutline> passes = {
      pass(1, "01-01", "3A090.a"), pass(2, "01-02", "below"),   pass(3, "01-03", "below"),
      pass(4, "01-04", "3A090.a"), pass(5, "01-05", "3A090.a"), pass(6, "01-06", "3A090.a"),
      pass(7, "11-29", "3A090.a"), pass(8, "11-29", "3A090.a")};
  EXPECT_THAT(passes_to_drop(passes, {.days = 1, .bytes = 0}, kNow), ElementsAre(1, 2, 5, 6));
}

TEST(Retention, DropsWhatShowsNoBoard) {
  EXPECT_THAT(passes_to_drop({{1, "2026-01-01T12:00:00Z", 100, {}}}, {.days = 1, .bytes = 0}, kNow),
              ElementsAre(1));
}

TEST(Retention, TakesAClockThatIsNoneForNoAge) {
  EXPECT_THAT(passes_to_drop({{1, "2026-01-01T12:00:00Z", 100, {}}}, {.days = 1, .bytes = 0}, ""),
              IsEmpty());
}

}  // namespace
}  // namespace tpp
