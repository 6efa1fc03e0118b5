#include "exporters/text_wrap.h"

#include <algorithm>

namespace tpp {
namespace {

bool starts_code_point(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

// Bytes of the first `columns` code points.
std::size_t bytes_of_columns(std::string_view text, std::size_t columns) {
  std::size_t seen = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (starts_code_point(text[i]) && seen++ == columns) return i;
  }
  return text.size();
}

}  // namespace

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_code_point));
}

std::vector<std::string_view> wrap(std::string_view text, std::size_t width) {
  std::vector<std::string_view> lines;
  std::size_t begin = 0;
  std::size_t end = 0;  // of the line so far
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t space = std::min(text.find(' ', at), text.size());
    if (space == at) {
      ++at;
      continue;
    }
    if (end > begin && display_width(text.substr(begin, space - begin)) > width) {
      lines.push_back(text.substr(begin, end - begin));
      begin = end = at;
    }
    if (end == begin) begin = at;
    end = space;
    at = space + 1;
  }
  if (end > begin || lines.empty()) lines.push_back(text.substr(begin, end - begin));
  return lines;
}

std::vector<std::string_view> wrap_words(std::string_view text, std::size_t width) {
  std::vector<std::string_view> lines;
  for (std::string_view line : wrap(text, width)) {
    while (display_width(line) > width) {
      const std::size_t bytes = bytes_of_columns(line, width);
      lines.push_back(line.substr(0, bytes));
      line.remove_prefix(bytes);
    }
    lines.push_back(line);
  }
  return lines;
}

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string_view word : wrap(text, 0))
    longest = std::max(longest, display_width(word));
  return longest;
}

std::vector<std::string> shell_words(std::string_view line) {
  std::vector<std::string> words(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ' && !quoted) {
      words.emplace_back();
      continue;
    }
    if (line[i] == '\'') quoted = !quoted;
    if (line[i] == '\\' && !quoted && i + 1 < line.size()) words.back() += line[i++];
    words.back() += line[i];
  }
  return words;
}

}  // namespace tpp
