// Damages texts: a few edits each, by a seed, so that equal runs try equal texts. Not thread-safe.
#ifndef TPP_TESTS_UNIT_MUTATION_MUTATOR_H
#define TPP_TESTS_UNIT_MUTATION_MUTATOR_H

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <random>
#include <string>
#include <string_view>

#include "agent/support/file.h"

namespace tpp::test {

// Bytes and words that mean something to YAML, JSON or a number, and some that never should.
inline constexpr std::string_view kTokens[] = {":",
                                               ": ",
                                               "-",
                                               "- ",
                                               "[",
                                               "]",
                                               "{",
                                               "}",
                                               "\"",
                                               "'",
                                               "|",
                                               ">",
                                               "#",
                                               "&a",
                                               "*a",
                                               "!",
                                               "!!int",
                                               "%",
                                               "@",
                                               ",",
                                               "\n",
                                               "\n\n",
                                               "\t",
                                               "  ",
                                               "~",
                                               "null",
                                               "0",
                                               "-1",
                                               "1e308",
                                               "nan",
                                               "inf",
                                               "1e999",
                                               "0x1",
                                               "...",
                                               "\n---",
                                               "\r\n",
                                               "\\",
                                               "\\u0000",
                                               "\xff",
                                               "\xc3",
                                               "\xef\xbb\xbf",
                                               "true",
                                               "99999999999999999999",
                                               "<<",
                                               "? ",
                                               "\n...\n",
                                               "=",
                                               "2023-02-30"};

class Mutator {
 public:
  explicit Mutator(std::uint64_t seed) : random_(seed) {}

  // `text` with one to four edits.
  std::string damage(std::string text) {
    for (std::size_t edits = 1 + below(4); edits > 0; --edits) edit(text);
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return limit == 0 ? 0 : random_() % limit; }

  void edit(std::string& text) {
    const std::size_t at = below(text.size() + 1);
    const std::size_t length = std::min<std::size_t>(1 + below(12), text.size() - at);
    switch (below(6)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(below(256));
        break;
      case 1:
        text.erase(at, length);
        break;
      case 2:
        text.insert(at, text.substr(below(text.size() + 1), 1 + below(40)));
        break;
      case 3:
        if (below(8) == 0) text.resize(at);
        break;
      default:
        text.replace(at, below(2) * length, kTokens[below(std::size(kTokens))]);
    }
  }

  std::mt19937_64 random_;
};

// An index whose digest fits its content: hardly any damage finds one, and so would test nothing
// but the digest.
inline std::string with_fitting_digest(std::string bytes) {
  constexpr std::size_t kDigestAt = 16;
  constexpr std::size_t kContentAt = kDigestAt + 64;
  if (bytes.size() >= kContentAt) {
    bytes.replace(kDigestAt, 64, sha256(std::string_view(bytes).substr(kContentAt)));
  }
  return bytes;
}

}  // namespace tpp::test

#endif
