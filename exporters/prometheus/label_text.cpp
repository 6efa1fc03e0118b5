#include "exporters/prometheus/label_text.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace tpp {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";  // U+FFFD

// How the first byte of a character of so many bytes looks, and the least value that needs as many:
// a longer form than needed is no UTF-8 (RFC 3629, section 3).
struct Form {
  std::uint32_t mask, lead, least;
};
constexpr std::array<Form, 4> kForms = {
    Form{0x80, 0x00, 0x00}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

bool is_character(std::uint32_t value) {
  const bool control = value < 0x20 || (value >= 0x7F && value < 0xA0);
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  return !control && !surrogate && value <= 0x10FFFF;
}

// Bytes of the character that `text` begins with; 0 if it begins with none that a label may hold.
std::size_t character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  for (std::size_t size = 1; size <= kForms.size(); ++size) {
    const Form& form = kForms[size - 1];
    if ((byte(0) & form.mask) != form.lead) continue;
    if (text.size() < size) return 0;
    std::uint32_t value = byte(0) & ~form.mask & 0xFF;
    for (std::size_t i = 1; i < size; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return 0;
      value = value << 6 | (byte(i) & 0x3F);
    }
    return value >= form.least && is_character(value) ? size : 0;
  }
  return 0;
}

}  // namespace

std::string label_text(std::string_view text, std::size_t most) {
  std::string shown;
  while (!text.empty()) {
    const std::size_t size = character_at(text);
    const std::string_view next = size > 0 ? text.substr(0, size) : kReplacement;
    if (shown.size() + next.size() > most) break;
    shown += next;
    text.remove_prefix(std::max<std::size_t>(size, 1));
  }
  return shown;
}

}  // namespace tpp
