#include "exporters/text_wrap.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tpp {
namespace {

using testing::ElementsAre;

TEST(DisplayWidth, CountsCodePointsAndNotBytes) {
  EXPECT_EQ(display_width("\u00b10.4 %"), 6u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(Wrap, BreaksAtSpacesAndLeavesALongerWordWhole) {
  EXPECT_THAT(wrap("one two three", 7), ElementsAre("one two", "three"));
  EXPECT_THAT(wrap("a longerword b", 4), ElementsAre("a", "longerword", "b"));
  EXPECT_THAT(wrap("", 4), ElementsAre(""));
}

TEST(Wrap, KeepsWideGapsInsideALineOnly) {
  EXPECT_THAT(wrap("a  b", 4), ElementsAre("a  b"));
  EXPECT_THAT(wrap("aaaa  bbbb", 5), ElementsAre("aaaa", "bbbb"));
  EXPECT_THAT(wrap("  a ", 5), ElementsAre("a"));
}

TEST(WrapWords, NeverSplitsACodePoint) {
  EXPECT_THAT(wrap_words("x \u00b1\u00b1\u00b1", 2), ElementsAre("x", "\u00b1\u00b1", "\u00b1"));
}

TEST(LongestWord, IsTheWidestBetweenSpaces) {
  EXPECT_EQ(longest_word("one three \u00b1"), 5u);
  EXPECT_EQ(longest_word(""), 0u);
}

TEST(ShellWords, AreKeptTogetherByQuotes) {
  EXPECT_THAT(shell_words(R"(a 'b c'd 'e'\''f g' h\ i)"),
              ElementsAre("a", "'b c'd", R"('e'\''f g')", R"(h\ i)"));
}

}  // namespace
}  // namespace tpp
