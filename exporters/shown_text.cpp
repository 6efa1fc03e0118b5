#include "exporters/shown_text.h"

#include <algorithm>
#include <array>

namespace tpp {
namespace {

// How the first byte of a character of so many bytes looks, and the least value that needs as many:
// a longer form than needed is no UTF-8 (RFC 3629, section 3).
struct Form {
  std::uint32_t mask, lead, least;
};
constexpr std::array<Form, 4> kForms = {
    Form{0x80, 0x00, 0x00}, {0xE0, 0xC0, 0x80}, {0xF0, 0xE0, 0x800}, {0xF8, 0xF0, 0x10000}};

struct Range {
  std::uint32_t first, last;
};
// Of Unicode's category Cc, and of Cf what a name of a device has no use for.
constexpr auto kUnseen = std::to_array<Range>({
    {0x00, 0x1F},
    {0x7F, 0x9F},
    {0xAD, 0xAD},      // soft hyphen
    {0x61C, 0x61C},    // Arabic letter mark
    {0x180E, 0x180E},  // Mongolian vowel separator
    {0x200B, 0x200F},  // no width, joiners, marks of direction
    {0x2028, 0x202E},  // separators of lines and paragraphs, embeddings and overrides of direction
    {0x2060, 0x206F},  // word joiner, invisible operators, isolates of direction
    {0xFEFF, 0xFEFF},  // byte order mark
    {0xFFF9, 0xFFFB},  // interlinear annotation
    {0xE0000, 0xE007F},  // tags
});

bool is_code_point(std::uint32_t value) {
  const bool surrogate = value >= 0xD800 && value < 0xE000;
  return !surrogate && value <= 0x10FFFF;
}

}  // namespace

Character character_at(std::string_view text) {
  const auto byte = [&](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i]));
  };
  for (std::size_t size = 1; size <= kForms.size(); ++size) {
    const Form& form = kForms[size - 1];
    if ((byte(0) & form.mask) != form.lead) continue;
    if (text.size() < size) return {};
    std::uint32_t value = byte(0) & ~form.mask & 0xFF;
    for (std::size_t i = 1; i < size; ++i) {
      if ((byte(i) & 0xC0) != 0x80) return {};
      value = value << 6 | (byte(i) & 0x3F);
    }
    return value >= form.least && is_code_point(value) ? Character{value, size} : Character{};
  }
  return {};
}

bool is_unseen(std::uint32_t code_point) {
  return std::ranges::any_of(kUnseen, [&](const Range& range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

std::string shown_text(std::string_view text) {
  std::string shown;
  while (!text.empty()) {
    const Character next = character_at(text);
    const std::size_t size = std::max<std::size_t>(next.size, 1);
    if (next.size > 0 && is_unseen(next.value)) {
      shown += '?';
    } else {
      shown += text.substr(0, size);
    }
    text.remove_prefix(size);
  }
  return shown;
}

}  // namespace tpp
