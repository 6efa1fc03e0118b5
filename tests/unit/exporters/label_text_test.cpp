#include "exporters/prometheus/label_text.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

const std::string kReplaced = "\xEF\xBF\xBD";

TEST(LabelText, LeavesWhatALabelMayHold) {
  for (const std::string text : {"NVIDIA H100 80GB HBM3", "a \"quoted\" \\ name", "\u00b5\u4e2d",
                                 "\U0001F600", "~\u00a0", "\xEF\xBF\xBF"}) {
    EXPECT_EQ(label_text(text), text);
  }
  EXPECT_EQ(label_text(""), "");
}

TEST(LabelText, ReplacesControlCharacters) {
  EXPECT_EQ(label_text("a\nb"), "a" + kReplaced + "b");
  EXPECT_EQ(label_text("\x1b[2J\x7f"), kReplaced + "[2J" + kReplaced);
  EXPECT_EQ(label_text(std::string("\0", 1)), kReplaced);
  EXPECT_EQ(label_text("\xC2\x80"), kReplaced + kReplaced) << "C1 controls in two bytes";
}

TEST(LabelText, HoldsNothingThatIsNotSeen) {
  for (const char* unseen : {"\u202e", "\u200b", "\u2066", "\ufeff"}) {
    const std::string label = label_text(std::string("Tesla T4") + unseen);
    EXPECT_TRUE(label.starts_with("Tesla T4" + kReplaced)) << label;
    EXPECT_EQ(label.find(unseen), std::string::npos) << label;
  }
}

TEST(LabelText, ReplacesEveryByteThatIsNoUtf8) {
  for (const std::string bytes : {"\xFF", "\x80", "\xC3", "\xF0\x9F\x98", "\xC0\xAF",
                                  "\xE0\x80\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80"}) {
    std::string replaced;
    for (std::size_t i = 0; i < bytes.size(); ++i) replaced += kReplaced;
    EXPECT_EQ(label_text(bytes + "x"), replaced + "x");
    EXPECT_EQ(label_text(bytes), replaced);
  }
}

TEST(LabelText, EndsALongTextAtAWholeCharacter) {
  EXPECT_EQ(label_text(std::string(1000, 'x')), std::string(kLongestLabel, 'x'));
  EXPECT_EQ(label_text(std::string(kLongestLabel - 1, 'x') + "\u00b5"),
            std::string(kLongestLabel - 1, 'x'));
  EXPECT_EQ(label_text("abcdef", 3), "abc");
}

}  // namespace
}  // namespace tpp
