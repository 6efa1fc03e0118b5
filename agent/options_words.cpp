#include "agent/options_words.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/options_catalog.h"
#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {

const std::vector<std::string>& kernel_names() {
  static const std::vector<std::string> names = {"gemm", "mma", "fma", "dram", "link"};
  return names;
}

std::vector<Precision> precisions_of(const std::vector<std::string>& words) {
  std::vector<std::string> known;
  for (const PrecisionInfo& row : precisions()) known.emplace_back(row.name);
  std::vector<Precision> result;
  for (const std::string& word : words) {
    const auto precision = parse_precision(word);
    if (!precision) fail_unknown_word("--precision", word, known);
    result.push_back(*precision);
  }
  return result;
}

std::vector<std::string> kernels_of(const std::vector<std::string>& words) {
  const std::vector<std::string>& known = kernel_names();
  for (const std::string& word : words) {
    if (std::ranges::find(known, word) == known.end()) fail_unknown_word("--kernel", word, known);
  }
  return words;
}

double seconds_of(const char* option, const std::string& word, double otherwise) {
  if (word.empty()) return otherwise;
  const auto seconds = parse_duration_s(word);
  if (!seconds) {
    throw UsageError(
        fmt::format("{}: '{}' is no duration; expected a number above 0 with s, m or h, "
                    "such as 90s or 10m",
                    option, word));
  }
  return *seconds;
}

std::pair<std::string, std::string> setting_of(const char* option, const char* form,
                                               const std::string& word) {
  const auto equals = word.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError(fmt::format("{}: '{}' is no setting; expected {}", option, word, form));
  }
  return {word.substr(0, equals), word.substr(equals + 1)};
}

std::map<std::string, std::string> readings_of(const std::vector<std::string>& words) {
  std::map<std::string, std::string> readings;
  for (const std::string& word : words) {
    const auto [name, option] = setting_of("--reading", "NAME=OPTION", word);
    const auto [given, fresh] = readings.emplace(name, option);
    if (!fresh && given->second != option) {
      throw UsageError(fmt::format("--reading {}: {} and {} contradict each other; give one", name,
                                   given->second, option));
    }
  }
  return readings;
}

}  // namespace tpp
