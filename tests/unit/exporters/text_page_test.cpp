#include "exporters/text_page.h"

#include <gtest/gtest.h>

namespace tpp {
namespace {

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

TEST(Page, BreaksAWordOfTheLastColumnThatNoLineHasRoomFor) {
  Grid grid;
  grid.column(Align::left, {"a"});
  grid.column(Align::left, {"path"});
  grid.row({"1", "at " + std::string(45, 'x')});
  Page page(40, false);
  page.grid(0, grid);
  EXPECT_EQ(page.take(), "a  path\n1  at\n   " + std::string(37, 'x') + "\n   xxxxxxxx\n");
}

TEST(Page, WrapsTheWidestColumnWhereTheOthersHaveNoRoom) {
  Grid grid;
  grid.column(Align::left, {"name"});
  grid.column(Align::right, {"value"});
  grid.column(Align::left, {"path"});
  grid.row({"a name of many words", "10", "by its library"});
  grid.row({"short", "7", "x"});
  Page page(32, false);
  page.grid(0, grid);
  EXPECT_EQ(page.take(),
            "name          value path\n"
            "a name of        10 by its\n"
            "many words          library\n"
            "short             7 x\n");
}

TEST(Page, LetsAnIdThatIsTooWideStandOverItsNeighbours) {
  const std::string id = "0000:17:00.0/MIG-1";
  Grid grid;
  for (const char* title : {"board", "device", "name", "path"}) grid.column(Align::left, {title});
  grid.row({"0:17", "0000:17", "one", "x"});
  grid.row({"0:18", id, "two", "y"});
  Page page(40, false);
  page.grid(0, grid);
  EXPECT_EQ(page.take(),
            "board device  name path\n"
            "0:17  0000:17 one  x\n"
            "0:18  " +
                id +
                "\n"
                "              two  y\n");
}

TEST(Page, ContinuesALineFurtherInWhereItHasNoRoom) {
  Page page(21, true);
  page.line(2, {{"one two", Style::bold}, "  three four five six"});
  EXPECT_EQ(page.take(),
            "  \x1b[1mone two\x1b[0m  three\n"
            "      four five six\n");
}

TEST(Page, LeavesALineWholeThatJustFits) {
  Page page(80, false);
  page.line(2, {std::string(38, 'x'), " " + std::string(39, 'y')});
  EXPECT_EQ(page.take(), "  " + std::string(38, 'x') + " " + std::string(39, 'y') + "\n");
}

TEST(Page, DrawsWhatStandsLeftOfEachLine) {
  Page page(24, false);
  page.drawn("|- ", "|  | ", {"board", {": of several words", Style::dim}});
  EXPECT_EQ(page.take(), "|- board: of several\n|  | words\n");
}

TEST(Page, BreaksACommandWhereAShellGoesOnReading) {
  const std::string filter = R"('--filter=^(a b)\''c d')";
  Page page(24, false);
  page.command(2, "bench --mode=quick --x=1 " + filter + " --last");
  EXPECT_EQ(page.take(),
            "  bench --mode=quick \\\n      --x=1 \\\n      " + filter + " \\\n      --last\n");
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
      "f\u202eg\u200bh";
  const std::string shown = "a?b?[2Jc?d?e??f?g?h";
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
