#include "exporters/text_page.h"

#include <algorithm>
#include <array>

namespace tpp {
namespace {

constexpr std::size_t kGap = 2;  // between columns of a grid
constexpr std::size_t kFieldIndent = 2;
constexpr std::size_t kLabelWidth = 17;
constexpr std::size_t kNarrowest = 12;   // a text is never squeezed below this
constexpr std::size_t kBeyondPage = 30;  // where the columns before fill the page already

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

// C1 controls are two bytes in UTF-8 (C2 80..9F); some terminals obey them as they obey ESC.
std::string harmless(std::string_view text) {
  std::string shown;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (static_cast<unsigned char>(text[i]) == 0xC2U && next >= 0x80U && next < 0xA0U) {
      shown += '?';
      ++i;
    } else {
      shown += is_control(text[i]) ? '?' : text[i];
    }
  }
  return shown;
}

std::string_view ansi(Style style) {
  static constexpr std::array<std::string_view, 5> codes = {"", "\x1b[1m", "\x1b[2m", "\x1b[1;31m",
                                                            "\x1b[33m"};
  return codes[static_cast<std::size_t>(style)];
}

// Bytes of the first `columns` code points.
std::size_t bytes_of_columns(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_code_point(text[i]) && seen++ == columns) return i;
  }
  return text.size();
}

// Lines of at most `width` columns, broken at spaces; a longer word is left whole.
std::vector<std::string> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const std::size_t space = text.find(' ');
    const std::string_view word = text.substr(0, space);
    text.remove_prefix(space == std::string_view::npos ? text.size() : space + 1);
    if (!line.empty() && display_width(line) + 1 + display_width(word) > width) {
      lines.push_back(std::move(line));
      line.clear();
    }
    if (!line.empty()) line += ' ';
    line += word;
  }
  if (!line.empty() || lines.empty()) lines.push_back(std::move(line));
  return lines;
}

// Columns stand closer where the last one would be squeezed otherwise.
std::size_t gap_of(const std::vector<std::size_t>& widths, std::size_t indent, std::size_t page) {
  std::size_t needed = indent + kNarrowest;
  for (std::size_t c = 0; c + 1 < widths.size(); ++c) needed += widths[c] + kGap;
  return needed > page ? 1 : kGap;
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::string truncate(std::string_view text, std::size_t width) {
  if (display_width(text) <= width) return std::string(text);
  if (width <= 3) return std::string(width, '.');
  return std::string(text.substr(0, bytes_of_columns(text, width - 3))) + "...";
}

void Grid::column(Align align, std::vector<std::string> header) {
  columns_.push_back({align, std::move(header)});
}

void Grid::row(std::vector<Span> cells) {
  for (Span& cell : cells) cell.text = harmless(cell.text);
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

void Page::line(std::size_t indent, const std::vector<Span>& spans) {
  text_.append(indent, ' ');
  for (const Span& span : spans) put({harmless(span.text), span.style});
  end_line();
}

void Page::field(std::string_view label, const Span& text) {
  const std::size_t start = kFieldIndent + kLabelWidth;
  const std::size_t room = std::max(width_, start + kNarrowest) - start;
  bool first = true;
  for (std::string& part : wrap(harmless(text.text), room)) {
    const std::string shown(first ? label : std::string_view());
    text_.append(kFieldIndent, ' ');
    put({shown, Style::dim});
    text_.append(kLabelWidth - std::min(kLabelWidth, display_width(shown)), ' ');
    put({std::move(part), text.style});
    end_line();
    first = false;
  }
}

void Page::paragraph(std::size_t indent, std::size_t hanging, const Span& text) {
  const std::size_t start = indent + hanging;
  const std::size_t room = std::max(width_, start + kNarrowest) - start;
  bool first = true;
  for (std::string& part : wrap(harmless(text.text), room)) {
    text_.append(first ? indent : start, ' ');
    put({std::move(part), text.style});
    end_line();
    first = false;
  }
}

void Page::grid(std::size_t indent, const Grid& grid) {
  std::vector<std::vector<Span>> lines;
  const std::size_t heads = grid.columns_.empty() ? 0 : grid.columns_.front().header.size();
  for (std::size_t h = 0; h < heads; ++h) {
    std::vector<Span>& cells = lines.emplace_back();
    for (const Grid::Column& column : grid.columns_)
      cells.emplace_back(column.header[h], Style::dim);
  }
  lines.insert(lines.end(), grid.rows_.begin(), grid.rows_.end());

  std::vector<std::size_t> widths(grid.columns_.size(), 0);
  for (const auto& cells : lines) {
    for (std::size_t c = 0; c < cells.size(); ++c) {
      widths[c] = std::max(widths[c], display_width(cells[c].text));
    }
  }
  const std::size_t gap = gap_of(widths, indent, width_);
  for (const auto& cells : lines) {
    text_.append(indent, ' ');
    std::size_t used = indent;
    for (std::size_t c = 0; c + 1 < cells.size(); ++c) {
      const std::size_t padding = widths[c] - display_width(cells[c].text);
      if (grid.columns_[c].align == Align::right) text_.append(padding, ' ');
      put(cells[c]);
      if (grid.columns_[c].align == Align::left) text_.append(padding, ' ');
      text_.append(gap, ' ');
      used += widths[c] + gap;
    }
    if (!cells.empty()) last_cell(used, widths.back(), grid.columns_.back().align, cells.back());
  }
}

// Goes on under itself; a word that no line has room for is cut.
void Page::last_cell(std::size_t start, std::size_t width, Align align, const Span& cell) {
  const std::size_t room = start + kNarrowest > width_ ? kBeyondPage : width_ - start;
  bool first = true;
  for (const std::string& part : wrap(cell.text, room)) {
    const std::string shown = truncate(part, room);
    if (!first) text_.append(start, ' ');
    if (align == Align::right) text_.append(width - std::min(width, display_width(shown)), ' ');
    put({shown, cell.style});
    end_line();
    first = false;
  }
}

}  // namespace tpp
