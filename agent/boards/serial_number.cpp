#include "agent/boards/serial_number.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <functional>
#include <string>

namespace tpp {
namespace {

// Of a UUID, in the form of plain_number(). Names of tests and simulations may be words, so that
// these are told one by one.
constexpr auto kWordsForNone = std::to_array<std::string_view>({
    "na",
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
    "0123456789abcdef",
});

// Letters and digits in lower case, without the "0x" of a number that is written as one.
std::string plain_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  std::string plain;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0) plain.push_back(static_cast<char>(std::tolower(byte)));
  }
  return plain;
}

bool is_one_character(std::string_view plain) {
  return std::ranges::all_of(plain, [&](char c) { return c == plain.front(); });
}

// Of any length: "1234", "0123456789", "1234567890123".
bool is_counted(std::string_view plain) {
  if (plain.size() < 4 || (plain.front() != '0' && plain.front() != '1')) return false;
  const auto follows = [](char one, char next) { return next == (one == '9' ? '0' : one + 1); };
  return std::ranges::all_of(plain, [](char c) { return c >= '0' && c <= '9'; }) &&
         std::ranges::adjacent_find(plain, std::not_fn(follows)) == plain.end();
}

bool is_word_for_none(std::string_view plain) {
  return std::ranges::find(kWordsForNone, plain) != kWordsForNone.end();
}

}  // namespace

bool is_written_serial(std::string_view serial) {
  constexpr std::size_t kShortest = 4;
  if (serial.size() < kShortest) return false;
  const std::string plain = plain_number(serial);
  const bool has_digit =
      std::ranges::any_of(plain, [](unsigned char c) { return std::isdigit(c) != 0; });
  return has_digit && !is_one_character(plain) && !is_counted(plain);
}

bool is_written_uuid(std::string_view uuid) {
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
