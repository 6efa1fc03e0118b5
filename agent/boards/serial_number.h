// Which serial numbers and UUIDs are some: firmware that nobody labelled, and drivers that cannot
// tell, fill the place with one character. Pure.
#ifndef TPP_AGENT_BOARDS_SERIAL_NUMBER_H
#define TPP_AGENT_BOARDS_SERIAL_NUMBER_H

#include <algorithm>
#include <cctype>
#include <string>
#include <string_view>

namespace tpp {

// Letters and digits in lower case, without the "0x" of a number that is written as one.
inline std::string plain_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) plain.push_back(static_cast<char>(std::tolower(byte)));
  }
  return plain;
}

inline bool is_one_character(std::string_view plain) {
  return std::ranges::all_of(plain, [&](char c) { return c == plain.front(); });
}

// False for "", "0", "000000000000", "0xffffffff", "FF-FF-FF-FF", "N/A".
inline bool is_written_serial(std::string_view serial) {
  constexpr std::size_t kShortest = 4;
  return serial.size() >= kShortest && !is_one_character(plain_number(serial));
}

// False for "", and for zeros or f's behind "GPU-" and the like. ROCm's runtime writes "GPU-XX" for
// a device that has none (HSA_AMD_AGENT_INFO_UUID).
inline bool is_written_uuid(std::string_view uuid) {
  const auto dash = uuid.find('-');
  const std::string word = plain_number(uuid.substr(0, dash));
  if (word == "gpu" || word == "mig" || word == "cpu")
    uuid.remove_prefix(std::min(dash, uuid.size()));
  const std::string plain = plain_number(uuid);
  if (plain.empty()) return false;
  constexpr std::string_view kFillers = "0fx";
  return !is_one_character(plain) || kFillers.find(plain.front()) == std::string_view::npos;
}

}  // namespace tpp

#endif
