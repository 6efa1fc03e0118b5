#include "exporters/text_page.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

TEST(DisplayWidth, CountsCodePointsAndNotBytes) {
  EXPECT_EQ(display_width("\u00b10.4 %"), 6u);
  EXPECT_EQ(display_width(""), 0u);
}

TEST(Truncate, MarksWhatItCutAndNeverSplitsACodePoint) {
  EXPECT_EQ(truncate("short", 5), "short");
  EXPECT_EQ(truncate("longer text", 8), "longe...");
  EXPECT_EQ(truncate("\u00b1\u00b1\u00b1\u00b1\u00b1", 4), "\u00b1...");
  EXPECT_EQ(truncate("longer", 2), "..");
}

TEST(Page, AlignsColumnsByWhatIsSeen) {
  Grid grid;
  grid.column(Align::left, {"name"});
  grid.column(Align::right, {"value"});
  grid.column(Align::left, {"path"});
  grid.row({"a", "\u00b11", "x"});
  grid.row({"longer", "1000000", "y"});
  Page page(80, false);
  page.grid(2, grid);
  EXPECT_EQ(page.take(),
            "  name      value  path\n"
            "  a            \u00b11  x\n"
            "  longer  1000000  y\n");
}

TEST(Page, WrapsTheLastColumnUnderItself) {
  Grid grid;
  grid.column(Align::left, {"a"});
  grid.column(Align::left, {"reason"});
  grid.row({"1", "one two three"});
  grid.row({"2", "four"});
  Page page(15, false);
  page.grid(0, grid);
  EXPECT_EQ(page.take(), "a  reason\n1  one two\n   three\n2  four\n");
}

TEST(Page, CutsAWordThatNoLineHasRoomFor) {
  Grid grid;
  grid.column(Align::left, {"a"});
  grid.column(Align::left, {"path"});
  grid.row({"1", std::string(100, 'x')});
  Page page(40, false);
  page.grid(0, grid);
  EXPECT_EQ(page.take(), "a  path\n1  " + std::string(34, 'x') + "...\n");
}

TEST(Page, FillsMissingCellsAndLeavesNoTrailingBlanks) {
  Grid grid;
  grid.column(Align::left, {"first"});
  grid.column(Align::left, {"second"});
  grid.row({"1"});
  Page page(80, false);
  page.grid(0, grid);
  EXPECT_EQ(page.take(), "first  second\n1\n");
}

TEST(Page, WrapsAFieldUnderItself) {
  Page page(34, false);
  page.field("Label", "one two three four");
  EXPECT_EQ(page.take(),
            "  Label            one two three\n"
            "                   four\n");
}

TEST(Page, ColoursOnlyWhereAsked) {
  for (const bool colour : {false, true}) {
    Page page(80, colour);
    page.line(0, {{"alarm", Style::alarm}, " plain"});
    EXPECT_EQ(page.take(), colour ? "\x1b[1;31malarm\x1b[0m plain\n" : "alarm plain\n");
  }
}

TEST(Page, ShowsControlCharactersHarmlessly) {
  const std::string hostile =
      "a\nb\x1b[2Jc\rd\te\x7f\xc2\x9b"
      "f";
  const std::string shown = "a?b?[2Jc?d?e??f";
  Grid grid;
  grid.column(Align::left, {"h"});
  grid.row({hostile});
  Page page(80, true);
  page.grid(0, grid);
  page.line(0, {hostile});
  page.paragraph(0, 0, hostile);
  page.field("L", hostile);
  const std::string text = page.take();
  std::size_t found = 0;
  for (auto at = text.find(shown); at != text.npos; at = text.find(shown, at + 1)) ++found;
  EXPECT_EQ(found, 4u) << text;
}

}  // namespace
}  // namespace tpp
