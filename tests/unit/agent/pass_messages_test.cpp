#include "agent/pass/pass_messages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tpp {
namespace {

using testing::Each;
using testing::Le;
using testing::SizeIs;

struct Sent {
  std::vector<std::string> lines;
  PassSender sender{[this](std::string_view line) { lines.emplace_back(line); }};
};

bool take_all(PassReceiver& receiver, const std::vector<std::string>& lines) {
  for (const std::string& line : lines) {
    if (!receiver.take(std::string_view(line).substr(0, line.size() - 1))) return false;
  }
  return true;
}

PassNews news() {
  PassNews news;
  news.started_at = "2026-11-29T10:00:00Z";
  news.duration_s = 12.5;
  news.outcome = PassOutcome::aborted;
  news.devices.push_back({{"0000:17:00.0"},
                          "10de:2335",
                          "2026-11-01T00:00:00Z",
                          "2026-10-01T00:00:00Z",
                          true,
                          "busy",
                          true});
  news.measurements = {{MeasurementOutcome::rate, 14}, {MeasurementOutcome::failed, 1}};
  news.board_changes = {{EventCause::hardware, 1}};
  news.probes.push_back({"nvidia", false, 0.25});
  news.warnings = {"the history could not be written"};
  return news;
}

TEST(PassMessages, ArriveAsTheyWereSent) {
  Sent sent;
  const std::string page(400'000, 'x');
  sent.sender.step({3, 24, "0000:17:00.0/mma/fp16", "measuring"});
  sent.sender.document("metrics", "tpp_board_tpp 1\n");
  sent.sender.document("page", page);
  sent.sender.document("empty", "");
  sent.sender.news(news());

  std::vector<PassStep> steps;
  PassReceiver receiver([&](const PassStep& step) { steps.push_back(step); });
  ASSERT_TRUE(take_all(receiver, sent.lines));

  ASSERT_THAT(steps, SizeIs(1));
  EXPECT_EQ(steps[0].done, 3);
  EXPECT_EQ(steps[0].total, 24);
  EXPECT_EQ(steps[0].benchmark, "0000:17:00.0/mma/fp16");
  const auto documents = receiver.take_documents();
  EXPECT_EQ(documents.at("metrics"), "tpp_board_tpp 1\n");
  EXPECT_EQ(documents.at("page"), page);
  EXPECT_EQ(documents.at("empty"), "");
  ASSERT_TRUE(receiver.news());
  EXPECT_EQ(receiver.news()->devices, news().devices);
  EXPECT_EQ(receiver.news()->outcome, PassOutcome::aborted);
  EXPECT_EQ(receiver.news()->measurements, news().measurements);
  EXPECT_EQ(receiver.news()->board_changes, news().board_changes);
  EXPECT_EQ(receiver.news()->probes[0].duration_s, 0.25);
  EXPECT_FALSE(receiver.news()->probes[0].success);
  EXPECT_EQ(receiver.news()->warnings, news().warnings);
}

TEST(PassMessages, AreLinesThatAChildMaySendWhateverTheirBytes) {
  Sent sent;
  sent.sender.document("page", std::string(1'000'000, '\x01'));
  sent.sender.document("page", std::string(1'000'000, '\xff'));
  std::string accents;
  for (int i = 0; i < 500'000; ++i) accents += "\xc3\xa9";
  sent.sender.document("text", accents);

  std::vector<std::size_t> sizes;
  for (const std::string& line : sent.lines) sizes.push_back(line.size());
  EXPECT_THAT(sizes, Each(Le(1u << 20)));
  PassReceiver receiver;
  ASSERT_TRUE(take_all(receiver, sent.lines));
  EXPECT_EQ(receiver.take_documents().at("text"), accents);
}

TEST(PassMessages, ThatAreNoneEndTheListening) {
  for (const char* line :
       {"", "{", "[]", "{}", "7", R"({"document": 3, "text": "x"})", R"({"document": "metrics"})",
        R"({"news": {"started_at": 3}})", R"({"progress": {"done": "many"}})"}) {
    PassReceiver receiver;
    EXPECT_FALSE(receiver.take(line)) << line;
    EXPECT_FALSE(receiver.news()) << line;
  }
}

TEST(PassMessages, EndWithTheNews) {
  Sent sent;
  sent.sender.news(news());
  PassReceiver receiver;
  ASSERT_TRUE(take_all(receiver, sent.lines));
  EXPECT_FALSE(receiver.take(R"({"document":"metrics","text":"more"})"));
}

TEST(PassMessages, AreRefusedWhereTheyWouldFillTheMemory) {
  Sent sent;
  sent.sender.document("page", std::string(100'000, 'x'));
  PassReceiver receiver;
  int taken = 0;
  while (take_all(receiver, sent.lines)) ASSERT_LT(++taken, 10'000);
  EXPECT_GT(taken, 100);

  PassReceiver many;
  bool more = true;
  for (int i = 0; i < 100 && more; ++i) {
    more = many.take(R"({"document":"d)" + std::to_string(i) + R"(","text":""})");
  }
  EXPECT_FALSE(more);
}

}  // namespace
}  // namespace tpp
