#include "exporters/text_page.h"

#include <algorithm>
#include <array>

#include "exporters/shown_text.h"
#include "exporters/text_wrap.h"

namespace tpp {
namespace {

constexpr std::size_t kGap = 2;        // between columns of a grid
constexpr std::size_t kContinued = 4;  // further in, where a line has no room
constexpr std::size_t kFieldIndent = 2;
constexpr std::size_t kLabelWidth = 17;
constexpr std::size_t kNarrowest = 12;   // a text is never squeezed below this
constexpr std::size_t kBeyondPage = 30;  // where the columns before fill the page already

std::string_view ansi(Style style) {
  static constexpr std::array<std::string_view, 5> codes = {"", "\x1b[1m", "\x1b[2m", "\x1b[1;31m",
                                                            "\x1b[33m"};
  return codes[static_cast<std::size_t>(style)];
}

using Row = std::vector<Span>;

// The next smaller width of a column that spares the page anything; `width` itself if there is
// none. Headers stay whole.
std::size_t narrower(const std::vector<Row>& lines, std::size_t heads, std::size_t c,
                     std::size_t width) {
  std::size_t next = 0;
  for (std::size_t row = 0; row < lines.size(); ++row) {
    const std::string& cell = lines[row][c].text;
    const std::size_t whole = display_width(cell);
    if (row < heads || whole < width) {
      next = std::max(next, whole);
    } else if (longest_word(cell) < width) {
      next = std::max(next, width - 1);
    }
  }
  return std::min(next, width);
}

}  // namespace

struct Page::Layout {
  std::size_t indent = 0;
  std::size_t gap = kGap;
  std::vector<Align> aligns;
  std::vector<std::size_t> widths;

  std::size_t start_of(std::size_t column) const {
    std::size_t start = indent;
    for (std::size_t c = 0; c < column; ++c) start += widths[c] + gap;
    return start;
  }

  bool fits(std::size_t page) const {
    return start_of(widths.empty() ? 0 : widths.size() - 1) + kNarrowest <= page;
  }

  // Columns stand closer where the last one would be squeezed otherwise; then the widest gives way.
  void fit(std::size_t page, const std::vector<Row>& lines, std::size_t heads) {
    if (fits(page)) return;
    gap = 1;
    while (!fits(page)) {
      std::size_t widest = widths.size();
      for (std::size_t c = 0; c + 1 < widths.size(); ++c) {
        const bool can = aligns[c] == Align::left && widths[c] > kNarrowest &&
                         narrower(lines, heads, c, widths[c]) < widths[c];
        if (can && (widest == widths.size() || widths[c] > widths[widest])) widest = c;
      }
      if (widest == widths.size()) return;
      widths[widest] = narrower(lines, heads, widest, widths[widest]);
    }
  }
};

void Grid::column(Align align, std::vector<std::string> header) {
  columns_.push_back({align, std::move(header)});
}

void Grid::row(std::vector<Span> cells) {
  for (Span& cell : cells) cell.text = shown_text(cell.text);
  cells.resize(columns_.size(), Span(""));
  rows_.push_back(std::move(cells));
}

void Page::put(const Span& span) {
  const bool styled = colour_ && span.style != Style::plain && !span.text.empty();
  if (styled) text_ += ansi(span.style);
  text_ += span.text;
  if (styled) text_ += "\x1b[0m";
}

void Page::end_line() {
  while (!text_.empty() && text_.back() == ' ') text_.pop_back();
  text_ += '\n';
}

void Page::blank() { text_ += '\n'; }

void Page::flow(const std::vector<Span>& head, const std::string& below,
                const std::vector<Span>& spans) {
  std::string text;
  std::vector<std::size_t> ends;  // of the spans in it
  for (const Span& span : spans) {
    text += shown_text(span.text);
    ends.push_back(text.size());
  }
  std::size_t before = 0;
  for (const Span& span : head) before += display_width(span.text);
  const std::size_t start = std::max(before, display_width(below));
  const bool fits = before + display_width(text) <= width_;
  const std::size_t room = fits ? width_ : std::max(width_, start + kNarrowest) - start;
  bool first = true;
  for (const std::string_view line : wrap(text, room)) {
    for (const Span& span : first ? head : std::vector<Span>{below}) put(span);
    first = false;
    auto at = static_cast<std::size_t>(line.data() - text.data());
    const std::size_t end = at + line.size();
    for (std::size_t i = 0; i < spans.size() && at < end; ++i) {
      if (ends[i] <= at) continue;
      const std::size_t part = std::min(ends[i], end);
      put({text.substr(at, part - at), spans[i].style});
      at = part;
    }
    end_line();
  }
}

void Page::line(std::size_t indent, const std::vector<Span>& spans) {
  flow({std::string(indent, ' ')}, std::string(indent + kContinued, ' '), spans);
}

void Page::drawn(const std::string& before, const std::string& below,
                 const std::vector<Span>& spans) {
  flow({before}, below, spans);
}

void Page::command(std::size_t indent, std::string_view line) {
  const std::string more = " \\";
  std::string text(indent, ' ');
  bool bare = true;  // no word in the line so far
  for (const std::string& word : shell_words(shown_text(line))) {
    if (!bare && display_width(text) + 1 + display_width(word) + more.size() > width_) {
      text_ += text + more + '\n';
      text.assign(indent + kContinued, ' ');
      bare = true;
    }
    text += (bare ? "" : " ") + word;
    bare = false;
  }
  text_ += text + '\n';
}

void Page::field(std::string_view label, const Span& text) {
  const std::string padding(kLabelWidth - std::min(kLabelWidth, display_width(label)), ' ');
  flow({std::string(kFieldIndent, ' '), {std::string(label), Style::dim}, padding},
       std::string(kFieldIndent + kLabelWidth, ' '), {text});
}

void Page::paragraph(std::size_t indent, std::size_t hanging, const Span& text) {
  flow({std::string(indent, ' ')}, std::string(indent + hanging, ' '), {text});
}

void Page::grid(std::size_t indent, const Grid& grid) {
  if (grid.columns_.empty()) return;
  std::vector<Row> lines;
  const std::size_t heads = grid.columns_.front().header.size();
  for (std::size_t h = 0; h < heads; ++h) {
    Row& cells = lines.emplace_back();
    for (const Grid::Column& column : grid.columns_)
      cells.emplace_back(column.header[h], Style::dim);
  }
  lines.insert(lines.end(), grid.rows_.begin(), grid.rows_.end());

  Layout layout;
  layout.indent = indent;
  for (std::size_t c = 0; c < grid.columns_.size(); ++c) {
    layout.aligns.push_back(grid.columns_[c].align);
    std::size_t& width = layout.widths.emplace_back(0);
    for (const Row& cells : lines) width = std::max(width, display_width(cells[c].text));
  }
  layout.fit(width_, lines, heads);
  for (const Row& cells : lines) row(layout, cells);
}

void Page::row(const Layout& layout, const std::vector<Span>& cells) {
  std::size_t from = 0;
  for (std::size_t c = 0; c + 1 < cells.size(); ++c) {
    if (longest_word(cells[c].text) <= layout.widths[c]) continue;
    side_by_side(layout, cells, from, c);
    from = c + 1;
  }
  side_by_side(layout, cells, from, cells.size() - 1);
}

void Page::side_by_side(const Layout& layout, const std::vector<Span>& cells, std::size_t from,
                        std::size_t last) {
  const auto start = layout.start_of(last);
  const std::size_t room = start + kNarrowest > width_ ? kBeyondPage : width_ - start;
  std::vector<std::vector<std::string_view>> parts;
  std::size_t height = 1;
  for (std::size_t c = from; c <= last; ++c) {
    const std::string& text = cells[c].text;
    const bool fits = display_width(text) <= (c == last ? room : layout.widths[c]);
    parts.push_back(fits        ? std::vector<std::string_view>{text}
                    : c == last ? wrap_words(text, room)
                                : wrap(text, layout.widths[c]));
    height = std::max(height, parts.back().size());
  }
  for (std::size_t k = 0; k < height; ++k) {
    text_.append(layout.start_of(from), ' ');
    for (std::size_t c = from; c <= last; ++c) {
      const auto& lines = parts[c - from];
      const std::string shown(k < lines.size() ? lines[k] : std::string_view());
      const std::size_t width = layout.widths[c];
      const std::string padding(width - std::min(width, display_width(shown)), ' ');
      if (layout.aligns[c] == Align::right) text_ += padding;
      put({shown, cells[c].style});
      if (c == last) break;
      if (layout.aligns[c] == Align::left) text_ += padding;
      text_.append(layout.gap, ' ');
    }
    end_line();
  }
}

}  // namespace tpp
