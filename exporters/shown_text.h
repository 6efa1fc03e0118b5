// Text of firmware, drivers and files as people may see it: what a terminal obeys, what turns the
// order of what stands beside it and what is not seen at all would make one name look like another.
// Pure.
#ifndef TPP_EXPORTERS_SHOWN_TEXT_H
#define TPP_EXPORTERS_SHOWN_TEXT_H

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tpp {

struct Character {
  std::uint32_t value = 0;  // code point
  std::size_t size = 0;     // bytes; 0 where `text` begins with no UTF-8 (RFC 3629)
};

// That which `text`, which is not empty, begins with.
Character character_at(std::string_view text);

// Controls (C0, DEL, C1), marks and embeddings of the writing direction, joiners and spaces without
// width, line separators, and the byte order mark.
bool is_unseen(std::uint32_t code_point);

// Each of these as '?'. Bytes that are no UTF-8 stay what they are.
std::string shown_text(std::string_view text);

}  // namespace tpp

#endif
