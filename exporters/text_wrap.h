// Where lines of UTF-8 text are broken. Pure; widths are in columns of a terminal.
#ifndef TPP_EXPORTERS_TEXT_WRAP_H
#define TPP_EXPORTERS_TEXT_WRAP_H

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

// Columns that UTF-8 `text` takes, one a code point: our own text has no wide or combining ones.
std::size_t display_width(std::string_view text);

// Lines of at most `width` columns, broken at spaces; a longer word is left whole. All lie in
// `text`; the spaces that they are broken at are in none.
std::vector<std::string_view> wrap(std::string_view text, std::size_t width);

// As above, with a longer word broken where the line ends. `width` is at least 1.
std::vector<std::string_view> wrap_words(std::string_view text, std::size_t width);

std::size_t longest_word(std::string_view text);

// Words of a shell's command, where quotes keep spaces together.
std::vector<std::string> shell_words(std::string_view line);

}  // namespace tpp

#endif
