// Which serial numbers and UUIDs are some: firmware that nobody labelled, and drivers that cannot
// tell, fill the place with one character, a word that says so, or digits as they are counted.
// Pure.
#ifndef TPP_AGENT_BOARDS_SERIAL_NUMBER_H
#define TPP_AGENT_BOARDS_SERIAL_NUMBER_H

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
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

// Of any length: "1234", "0123456789", "1234567890123".
inline bool is_counted(std::string_view plain) {
  if (plain.size() < 4 || (plain.front() != '0' && plain.front() != '1')) return false;
  const auto follows = [](char one, char next) { return next == (one == '9' ? '0' : one + 1); };
  return std::ranges::all_of(plain, [](char c) { return c >= '0' && c <= '9'; }) &&
         std::ranges::adjacent_find(plain, std::not_fn(follows)) == plain.end();
}

// False for what is shorter than four characters, "000000000000", "0xffffffff", "FF-FF-FF-FF",
// "123456789", and for all without a digit: "unknown", "[Not Supported]", "Default string".
inline bool is_written_serial(std::string_view serial) {
  constexpr std::size_t kShortest = 4;
  if (serial.size() < kShortest) return false;
  const std::string plain = plain_number(serial);
  const bool has_digit =
      std::ranges::any_of(plain, [](unsigned char c) { return std::isdigit(c) != 0; });
  return has_digit && !is_one_character(plain) && !is_counted(plain);
}

// Letters of a UUID in the form of plain_number(). Names of tests and simulations may be words, so
// that these are told one by one.
inline bool is_word_for_none(std::string_view plain) {
  constexpr auto kWords = std::to_array<std::string_view>({"na",
                                                           "nan",
                                                           "nil",
                                                           "null",
                                                           "none",
                                                           "empty",
                                                           "err",
                                                           "error",
                                                           "invalid",
                                                           "unknown",
                                                           "unknownerror",
                                                           "undefined",
                                                           "unspecified",
                                                           "unsupported",
                                                           "unavailable",
                                                           "notavailable",
                                                           "notapplicable",
                                                           "notspecified",
                                                           "notsupported",
                                                           "notfound",
                                                           "nopermission",
                                                           "insufficientpermissions",
                                                           "gpuislost",
                                                           "default",
                                                           "defaultstring",
                                                           "tobefilledbyoem",
                                                           "systemserialnumber",
                                                           "serialnumber",
                                                           "0123456789abcdef"});
  return std::ranges::find(kWords, plain) != kWords.end();
}

// False for "", for a word or counted digits as above, and for zeros or f's, behind "GPU-" and the
// like, too. ROCm's runtime writes "GPU-XX" for a device that has none (HSA_AMD_AGENT_INFO_UUID).
inline bool is_written_uuid(std::string_view uuid) {
  if (is_word_for_none(plain_number(uuid))) return false;
  const auto dash = uuid.find('-');
  const std::string word = plain_number(uuid.substr(0, dash));
  if (word == "gpu" || word == "mig" || word == "cpu")
    uuid.remove_prefix(std::min(dash, uuid.size()));
  const std::string plain = plain_number(uuid);
  if (plain.empty() || is_word_for_none(plain) || is_counted(plain)) return false;
  constexpr std::string_view kFillers = "0fx";
  return !is_one_character(plain) || kFillers.find(plain.front()) == std::string_view::npos;
}

}  // namespace tpp

#endif
