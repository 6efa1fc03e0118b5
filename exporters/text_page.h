// Aligned plain text for a terminal: lines, wrapped fields and grids of columns, with optional
// colour. Knows nothing of reports. Text that comes from hardware or files is shown harmlessly:
// what a terminal obeys or does not show (a newline or an escape sequence in a product name could
// forge a line, a mark of direction turn one) becomes '?' (shown_text.h). Values of one thread;
// never dependent on the locale.
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

enum class Align { left, right };

// Columns as wide as their widest cell, two spaces between; the last one is wrapped to the page.
// Where the page has no room for that, the widest ones aligned to the left are wrapped, too, and a
// single word that is too wide (an id) stands over its neighbours, which go on in the next line.
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
  // Continued 4 columns further in where the page has no room for it.
  void line(std::size_t indent, const std::vector<Span>& spans);
  // A line of a drawing: what stands left of the text, and of the lines that it is continued in.
  void drawn(const std::string& before, const std::string& below, const std::vector<Span>& spans);
  // For a shell, which takes all of its lines for one.
  void command(std::size_t indent, std::string_view line);
  // A label, and a text beside it that is wrapped under itself.
  void field(std::string_view label, const Span& text);
  // A text wrapped to the page, continued `hanging` columns further in.
  void paragraph(std::size_t indent, std::size_t hanging, const Span& text);
  void grid(std::size_t indent, const Grid& grid);

  std::string take() { return std::move(text_); }

 private:
  struct Layout;

  void put(const Span& span);
  void end_line();
  // `spans` behind `head`; where they do not fit there, in several lines, the others behind
  // `below`.
  void flow(const std::vector<Span>& head, const std::string& below,
            const std::vector<Span>& spans);
  void row(const Layout& layout, const std::vector<Span>& cells);
  // Cells `from` up to and with `last` side by side, each in as many lines as it needs.
  void side_by_side(const Layout& layout, const std::vector<Span>& cells, std::size_t from,
                    std::size_t last);

  std::size_t width_;
  bool colour_;
  std::string text_;
};

}  // namespace tpp

#endif
