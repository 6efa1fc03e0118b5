#include "agent/support/log.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>

namespace tpp {
namespace {

using std::chrono::milliseconds;
using TimePoint = std::chrono::system_clock::time_point;

const TimePoint kTime{milliseconds(1795947302123)};

std::string logfmt(std::string_view message, const LogFields& fields = {}) {
  return log_line(LogFormat::logfmt, kTime, LogLevel::info, message, fields);
}
std::string json(std::string_view message, const LogFields& fields = {}) {
  return log_line(LogFormat::json, kTime, LogLevel::warn, message, fields);
}

TEST(LogLine, SaysTimeLevelMessageAndFields) {
  EXPECT_EQ(logfmt("pass began", {{"device", "0000:17:00.0"}, {"mode", "full"}}),
            "ts=2026-11-29T10:15:02.123Z level=info msg=\"pass began\" device=0000:17:00.0 "
            "mode=full\n");
  EXPECT_EQ(json("pass began", {{"device", "0000:17:00.0"}}),
            "{\"ts\":\"2026-11-29T10:15:02.123Z\",\"level\":\"warn\",\"msg\":\"pass began\","
            "\"device\":\"0000:17:00.0\"}\n");
}

TEST(LogLine, StaysOneLineWhateverTheValueHolds) {
  const std::string value = "two\nlines, \"quoted\", \x1b[31mred\\ \xff, \xc3\xa9";
  EXPECT_EQ(logfmt("m", {{"value", value}}),
            "ts=2026-11-29T10:15:02.123Z level=info msg=m value=\"two\\nlines, \\\"quoted\\\", "
            "\\u001b[31mred\\\\ \\ufffd, \\u00e9\"\n");
  EXPECT_EQ(json("", {{"value", "a\tb"}}),
            "{\"ts\":\"2026-11-29T10:15:02.123Z\",\"level\":\"warn\",\"msg\":\"\",\"value\":"
            "\"a\\tb\"}\n");
}

TEST(LogLine, QuotesWhatWouldBeAnotherFieldOrNone) {
  EXPECT_NE(logfmt("m", {{"value", "a=b"}}).find("value=\"a=b\""), std::string::npos);
  EXPECT_NE(logfmt("m", {{"value", ""}}).find("value=\"\""), std::string::npos);
}

TEST(Log, LeavesOutWhatIsBelowItsLevel) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  const Log log(LogFormat::logfmt, LogLevel::warn, pipe[1]);

  log.info("not this");
  log.error("but this");
  ::close(pipe[1]);

  std::string text(4096, '\0');
  text.resize(static_cast<std::size_t>(::read(pipe[0], text.data(), text.size())));
  ::close(pipe[0]);
  EXPECT_EQ(text.find("not this"), std::string::npos);
  EXPECT_NE(text.find("level=error msg=\"but this\""), std::string::npos);
}

}  // namespace
}  // namespace tpp
