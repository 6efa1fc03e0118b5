// As seeds_test, of what the daemon reads.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "agent/daemon/daemon_config.h"
#include "agent/pass/measure_request.h"
#include "agent/pass/pass_messages.h"
#include "agent/support/error.h"
#include "agent/support/file.h"
#include "tests/fuzz/harness.h"
#include "tests/unit/mutation/mutator.h"

namespace tpp {
namespace {

constexpr const char* kConfig = TPP_FUZZ_SEEDS "/daemon_config.yaml";

const std::vector<std::string>& requests() {
  static const std::vector<std::string> lines = {
      R"({"measure": {"devices": ["0000:17:00.0", "GPU-1"], "full": true, "force": false}})",
      R"({"measure": {}})"};
  return lines;
}

// One of each kind, as a pass sends it.
std::vector<std::string> messages() {
  std::vector<std::string> lines;
  const PassSender sender([&](std::string_view line) { lines.emplace_back(line); });
  sender.step({3, 24, "0000:17:00.0/mma/fp16", "batches"});
  sender.document("metrics", "tpp_up 1\n");
  PassNews news;
  news.started_at = "2026-11-29T06:49:35Z";
  news.devices = {{DeviceId{"0000:17:00.0"}, "state", "2026-11-29T06:49:35Z",
                   "2026-11-28T06:49:35Z", true, "busy", true}};
  news.measurements[MeasurementOutcome::rate] = 3;
  news.board_changes[EventCause::hardware] = 1;
  news.warnings = {"the history cannot be written"};
  sender.news(news);
  return lines;
}

void try_damaged(const std::vector<std::string>& texts, void (*load)(std::string_view)) {
  constexpr std::uint64_t kCopies = 300;
  for (const std::string& text : texts) {
    load(text);
    for (std::uint64_t seed = 0; seed < kCopies; ++seed) load(test::Mutator(seed).damage(text));
  }
}

TEST(FuzzSeeds, OfDaemonConfigurationsAreReadOrRefused) {
  try_damaged({read_file(kConfig)}, &fuzz::load_daemon_config);
}

TEST(FuzzSeeds, OfMeasureRequestsAreReadOrRefused) {
  try_damaged(requests(), &fuzz::load_measure_request);
}

TEST(FuzzSeeds, OfPassMessagesAreReadOrRefused) {
  try_damaged(messages(), &fuzz::load_pass_message);
}

// A fuzzer that begins at what is refused at once finds nothing behind it.
TEST(FuzzSeeds, OfTheDaemonAreRead) {
  EXPECT_NO_THROW(parse_daemon_config(read_file(kConfig), kConfig));
  for (const std::string& line : requests()) EXPECT_NO_THROW(parse_measure_request(line));
  PassReceiver receiver;
  for (const std::string& line : messages()) EXPECT_TRUE(receiver.take(line)) << line;
  EXPECT_TRUE(receiver.news());
}

}  // namespace
}  // namespace tpp
