#include "agent/boards/serial_number.h"

#include <algorithm>
#include <array>
#include <functional>
#include <string>

#include "agent/support/text.h"

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
});

std::string letters_and_digits(std::string_view text) {
  std::string kept;
  for (const char c : to_lower(text)) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')) kept += c;
  }
  return kept;
}

// The same, without the "0x" of a number that is written as one.
std::string plain_number(std::string_view text) {
  if (text.starts_with("0x") || text.starts_with("0X")) text.remove_prefix(2);
  return letters_and_digits(text);
}

bool is_one_character(std::string_view plain) {
  return std::ranges::all_of(plain, [&](char c) { return c == plain.front(); });
}

// Of any length, in tens or sixteens: "1234", "1234567890123", "0123456789abcdef0123".
bool is_counted(std::string_view plain) {
  if (plain.empty() || (plain.front() != '0' && plain.front() != '1')) return false;
  const auto counts_in = [&](std::string_view digits) {
    const auto follows = [&](char one, char next) {
      const auto at = digits.find(one);
      return at != std::string_view::npos && next == digits[(at + 1) % digits.size()];
    };
    return std::ranges::adjacent_find(plain, std::not_fn(follows)) == plain.end();
  };
  return counts_in("0123456789") || counts_in("0123456789abcdef");
}

// Behind the letters that say what it is: "sn", "s/n".
std::string_view number_part(std::string_view plain) {
  const auto digit = plain.find_first_of("0123456789");
  return digit == std::string_view::npos ? std::string_view() : plain.substr(digit);
}

std::string_view without_zeros(std::string_view number) {
  const auto digit = number.find_first_not_of('0');
  return digit == std::string_view::npos ? std::string_view() : number.substr(digit);
}

bool stands_for_none(std::string_view plain) {
  return std::ranges::find(kWordsForNone, plain) != kWordsForNone.end();
}

}  // namespace

bool is_written_serial(std::string_view serial) {
  constexpr std::size_t kShortest = 4;
  constexpr std::size_t kShortestCounted = 6;  // behind letters: "SN1234" may be one
  const std::string plain = plain_number(serial);
  const std::string_view number = number_part(plain);
  if (without_zeros(number).size() < kShortest || is_one_character(number)) return false;
  const bool all = number.size() == plain.size();
  return !is_counted(number) || (!all && number.size() < kShortestCounted);
}

bool is_written_uuid(std::string_view uuid) {
  if (stands_for_none(plain_number(uuid))) return false;
  const auto dash = uuid.find('-');
  const std::string word = plain_number(uuid.substr(0, dash));
  if (word == "gpu" || word == "mig" || word == "cpu")
    uuid.remove_prefix(std::min(dash, uuid.size()));
  const std::string plain = plain_number(uuid);
  if (plain.empty() || stands_for_none(plain)) return false;
  constexpr std::size_t kShortestCounted = 4;
  if (plain.size() >= kShortestCounted && is_counted(plain)) return false;
  constexpr std::string_view kFillers = "0fx";
  return !is_one_character(plain) || kFillers.find(plain.front()) == std::string_view::npos;
}

std::optional<std::string> serial_told(const std::optional<std::string>& serial) {
  if (!serial || !is_written_serial(*serial)) return std::nullopt;
  return std::string(without_zeros(letters_and_digits(*serial)));
}

std::optional<std::string> uuid_told(const std::optional<std::string>& uuid) {
  if (!uuid || !is_written_uuid(*uuid)) return std::nullopt;
  std::string text = letters_and_digits(*uuid);
  if (text.starts_with("gpu")) text.erase(0, 3);
  return text;
}

bool is_word_for_none(std::string_view name) {
  const std::string plain = plain_number(name);
  return plain.empty() || stands_for_none(plain);
}

bool is_zero_number(std::string_view name) {
  const std::string plain = plain_number(name);
  return !plain.empty() && without_zeros(plain).empty();
}

}  // namespace tpp
