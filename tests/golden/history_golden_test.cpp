// The history of boards, byte for byte.
#include <gtest/gtest.h>

#include "agent/support/file.h"
#include "exporters/history_json.h"
#include "exporters/history_table.h"
#include "tests/golden/comma_locale.h"
#include "tests/golden/golden_file.h"
#include "tests/golden/sample_history.h"

namespace tpp {
namespace {

TEST(BoardHistory, IsTheSameByteForByte) {
  expect_golden("histories/board_changed.txt", history_table(samples::history(), {}));
  expect_golden("histories/board_changed.json", history_json(samples::history()));
}

TEST(BoardHistory, DoesNotChangeUnderACommaLocale) {
  const CommaLocale comma;
  EXPECT_EQ(history_table(samples::history(), {}),
            read_file(golden_file("histories/board_changed.txt")));
  EXPECT_EQ(history_json(samples::history()),
            read_file(golden_file("histories/board_changed.json")));
}

TEST(BoardHistory, ShowsNothingThatCouldForgeALine) {
  History history = samples::history();
  history.steps[1].events[0].after = "x\nHISTORY  boards: 0";
  EXPECT_EQ(history_table(history, {}).find("\nHISTORY  boards: 0"), std::string::npos);
}

}  // namespace
}  // namespace tpp
