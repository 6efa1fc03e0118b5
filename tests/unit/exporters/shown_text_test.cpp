#include "exporters/shown_text.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

TEST(ShownText, LeavesWhatIsSeen) {
  for (const std::string text : {"", "NVIDIA H100 80GB HBM3", "\u00b5\u4e2d\u0628", "\U0001F600",
                                 "a \"quoted\" \\ name", "~\u00a0\u2013"}) {
    EXPECT_EQ(shown_text(text), text);
  }
}

TEST(ShownText, ReplacesWhatTurnsOrHidesTheTextBesideIt) {
  for (const char* unseen :
       {"\n",     "\x1b",   "\x7f",   "\u0080", "\u009b", "\u00ad", "\u061c", "\u200b",    "\u200c",
        "\u200d", "\u200e", "\u200f", "\u2028", "\u2029", "\u202a", "\u202b", "\u202c",    "\u202d",
        "\u202e", "\u2060", "\u2066", "\u2067", "\u2068", "\u2069", "\ufeff", "\U000E0041"}) {
    EXPECT_EQ(shown_text(std::string("a") + unseen + "b"), "a?b");
  }
  EXPECT_EQ(shown_text(std::string("\0", 1)), "?");
  EXPECT_EQ(shown_text("Tesla T4\u202e\u202e"), "Tesla T4??");
}

TEST(ShownText, LeavesBytesThatAreNoUtf8) {
  for (const std::string bytes : {"\xFF", "\x80", "\xC3", "\xE2\x80", "\xC0\xAF", "\xED\xA0\x80"}) {
    EXPECT_EQ(shown_text(bytes + "x"), bytes + "x");
    EXPECT_EQ(shown_text(bytes), bytes);
  }
}

}  // namespace
}  // namespace tpp
