#include "agent/threshold_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

const ThresholdInfo& named(const std::string& name) {
  const auto rows = thresholds();
  const auto row = std::ranges::find(rows, name, &ThresholdInfo::name);
  if (row != rows.end()) return *row;
  std::vector<std::string> known;
  for (const ThresholdInfo& one : rows) known.emplace_back(one.name);
  const std::string near = closest(name, known);
  throw UsageError(fmt::format("--threshold: '{}' is not known; expected one of {}{}", name,
                               fmt::join(known, ", "),
                               near.empty() ? "" : fmt::format("; did you mean {}?", near)));
}

[[noreturn]] void refuse(const ThresholdInfo& row, const std::string& value) {
  if (row.adjustable == Adjustable::no) {
    throw UsageError(
        fmt::format("--threshold {}: devices are identified by it, and what is stricter for one "
                    "product is laxer for another: it stays {:g}",
                    row.name, row.standard));
  }
  throw UsageError(
      fmt::format("--threshold {}: '{}' is none of its values; expected a {} from "
                  "{:g} to {:g}{}",
                  row.name, value, row.whole ? "whole number" : "number", row.least, row.most,
                  row.adjustable == Adjustable::stricter
                      ? fmt::format(": verdicts rest on it, and it can only be made "
                                    "stricter than its default of {:g}",
                                    row.standard)
                      : ""));
}

}  // namespace

Thresholds thresholds_of(const std::vector<std::string>& settings) {
  Thresholds result;
  std::set<std::string> given;
  for (const std::string& setting : settings) {
    const auto equals = setting.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw UsageError(
          fmt::format("--threshold: '{}' is no setting; expected NAME=VALUE", setting));
    }
    const ThresholdInfo& row = named(setting.substr(0, equals));
    const std::string word = setting.substr(equals + 1);
    const auto value = parse_double(word);
    // Written so that what is no number fails.
    const bool inside = value && *value >= row.least && *value <= row.most;
    const bool countable = inside && (!row.whole || *value == std::floor(*value));
    if (row.adjustable == Adjustable::no || !countable) refuse(row, word);
    if (!given.insert(setting.substr(0, equals)).second) {
      throw UsageError(fmt::format("--threshold {}: it is given twice", row.name));
    }
    result.set(row.threshold, *value);
  }
  return result;
}

std::optional<std::string> threshold_banner(const Thresholds& thresholds) {
  std::vector<std::string> parts;
  for (const Threshold one : thresholds.changed()) {
    const ThresholdInfo& row = info(one);
    parts.push_back(fmt::format("{}={:g} (default {:g})", row.name, thresholds[one], row.standard));
  }
  if (parts.empty()) return std::nullopt;
  return fmt::format("{}{}", kThresholdBanner, fmt::join(parts, ", "));
}

}  // namespace tpp
