// Aligned plain text for a terminal: lines, wrapped fields and grids of columns, with optional
// colour. Knows nothing of reports. Text that comes from hardware or files is shown harmlessly:
// control characters (a newline or an escape sequence in a product name could forge a line) become
// '?'. Values of one thread; never dependent on the locale.
#ifndef TPP_EXPORTERS_TEXT_PAGE_H
#define TPP_EXPORTERS_TEXT_PAGE_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

enum class Style { plain, bold, dim, alarm, warning };

// Made from texts without a word, so that rows read as lists of cells.
struct Span {
  // NOLINTBEGIN(google-explicit-constructor)
  Span(std::string text_, Style style_ = Style::plain) : text(std::move(text_)), style(style_) {}
  Span(const char* text_, Style style_ = Style::plain) : text(text_), style(style_) {}
  // NOLINTEND(google-explicit-constructor)

  std::string text;
  Style style;
};

// Columns that UTF-8 `text` takes, one a code point: our own text has no wide or combining ones.
std::size_t display_width(std::string_view text);

// At most `width` columns; what was cut is marked by "..." at the end.
std::string truncate(std::string_view text, std::size_t width);

enum class Align { left, right };

// Columns as wide as their widest cell, two spaces between; the last one is wrapped to the page.
class Grid {
 public:
  // Header lines of a column, top to bottom; every column has the same number of them.
  void column(Align align, std::vector<std::string> header);
  // One span a column; missing ones at the end are empty.
  void row(std::vector<Span> cells);
  bool empty() const { return rows_.empty(); }

 private:
  friend class Page;
  struct Column {
    Align align;
    std::vector<std::string> header;
  };
  std::vector<Column> columns_;
  std::vector<std::vector<Span>> rows_;
};

class Page {
 public:
  Page(std::size_t width, bool colour) : width_(width), colour_(colour) {}

  void blank();
  // As it is, never cut: what must be copied or must not be missed.
  void line(std::size_t indent, const std::vector<Span>& spans);
  // A label, and a text beside it that is wrapped under itself.
  void field(std::string_view label, const Span& text);
  // A text wrapped to the page, continued `hanging` columns further in.
  void paragraph(std::size_t indent, std::size_t hanging, const Span& text);
  void grid(std::size_t indent, const Grid& grid);

  std::string take() { return std::move(text_); }

 private:
  void put(const Span& span);
  // The end of a grid's line, whose other cells end before column `start`.
  void last_cell(std::size_t start, std::size_t width, Align align, const Span& cell);
  void end_line();

  std::size_t width_;
  bool colour_;
  std::string text_;
};

}  // namespace tpp

#endif
