#include "probes/library_answers.h"

namespace tpp {

std::string printable(std::span<const char> bytes) {
  std::string text;
  for (const char c : bytes) {
    if (c == '\0') break;
    text += c >= ' ' && c <= '~' ? c : '?';
  }
  return text;
}

}  // namespace tpp
