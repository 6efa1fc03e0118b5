#include "exporters/prometheus/label_text.h"

#include <algorithm>

#include "exporters/shown_text.h"

namespace tpp {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// Bytes of the character that `text` begins with; 0 if it begins with none that a label may hold.
std::size_t held_at(std::string_view text) {
  const Character character = character_at(text);
  return is_unseen(character.value) ? 0 : character.size;
}

}  // namespace

std::string label_text(std::string_view text, std::size_t most) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = held_at(text);
    const std::string_view next = size > 0 ? text.substr(0, size) : kReplacement;
    if (shown.size() + next.size() > most) break;
    shown += next;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return shown;
}

}  // namespace tpp
