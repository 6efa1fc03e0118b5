// Which serial numbers are some: firmware that nobody labelled fills the place with one character.
// Pure.
#ifndef TPP_AGENT_BOARDS_SERIAL_NUMBER_H
#define TPP_AGENT_BOARDS_SERIAL_NUMBER_H

#include <algorithm>
#include <string_view>

namespace tpp {

// False for "", "0", "000000000000", "N/A".
inline bool is_written_serial(std::string_view serial) {
  constexpr std::size_t kShortest = 4;
  return serial.size() >= kShortest &&
         std::ranges::any_of(serial, [&](char c) { return c != serial.front(); });
}

}  // namespace tpp

#endif
