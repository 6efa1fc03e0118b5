#include "agent/threshold_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string_view>

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

std::string why_refused(const ThresholdInfo& row, const std::string& value) {
  if (row.adjustable == Adjustable::no) {
    return fmt::format(
        "devices are identified by it, and what is stricter for one product is laxer for another, "
        "or a stored report is held against it: it stays {:g}",
        row.standard);
  }
  return fmt::format("'{}' is none of its values; expected a {} from {:g} to {:g}{}", value,
                     row.whole ? "whole number" : "number", row.least, row.most,
                     row.adjustable == Adjustable::stricter
                         ? fmt::format(": verdicts rest on it, and it can only be made stricter "
                                       "than its default of {:g}",
                                       row.standard)
                         : "");
}

// Written so that what is no number is outside.
bool is_inside(const ThresholdInfo& row, double value) {
  const bool inside = value >= row.least && value <= row.most;
  return inside && (!row.whole || value == std::floor(value));
}

Thresholds stored_in(const Report& report) {
  Thresholds stored;
  std::set<Threshold> seen;
  for (const ThresholdValue& one : report.thresholds.value_or(std::vector<ThresholdValue>())) {
    const ThresholdInfo& row = info(one.threshold);
    if (!is_inside(row, one.value)) {
      throw Error(fmt::format("the report says that it was judged by {}={:g}: {}", row.name,
                              one.value, why_refused(row, fmt::format("{:g}", one.value))));
    }
    if (!seen.insert(one.threshold).second) {
      throw Error(fmt::format("the report has the threshold {} twice", row.name));
    }
    stored.set(one.threshold, one.value);
  }
  return stored;
}

double stricter_of(const ThresholdInfo& row, double one, double other) {
  return row.standard == row.least ? std::max(one, other) : std::min(one, other);
}

// Whether `given` is at least as strict as every number that a report's first line names and that
// verdicts rest on. A line that cannot be read may name anything.
bool covers(const Thresholds& given, std::string_view banner) {
  banner.remove_prefix(std::string_view(kThresholdBanner).size());
  for (const std::string& part : split(banner, ',')) {
    const std::string_view setting = trim(part);
    const auto equals = setting.find('=');
    if (equals == std::string_view::npos) return false;
    const auto row =
        std::ranges::find(thresholds(), setting.substr(0, equals), &ThresholdInfo::name);
    const std::string_view rest = setting.substr(equals + 1);
    const auto value = parse_double(rest.substr(0, rest.find(' ')));
    if (row == thresholds().end() || !value) return false;
    if (row->adjustable != Adjustable::stricter) continue;
    if (stricter_of(*row, *value, given[row->threshold]) != given[row->threshold]) return false;
  }
  return true;
}

// Where the value in the first line comes from; "" where it is that of --threshold, and no other is
// beside it.
std::string origin_of(const ThresholdInfo& row, double stored, double given) {
  if (stored == row.standard || stored == given) return "";
  if (row.adjustable == Adjustable::freely) {
    return given == row.standard ? "; in the report only"
                                 : fmt::format("; {:g} in the report", stored);
  }
  if (given == row.standard) return "; the report's";
  return stricter_of(row, stored, given) == stored
             ? fmt::format("; the report's, stricter than the {:g} given", given)
             : fmt::format("; stricter than the report's {:g}", stored);
}

// `named` is what an older report's first line says, of which it has no values.
std::optional<std::string> banner_of(const std::vector<std::string>& parts,
                                     const std::vector<std::string>& named = {}) {
  if (parts.empty() && named.empty()) return std::nullopt;
  const std::string old = fmt::format("{}", fmt::join(named, ", "));
  if (parts.empty()) return kThresholdBanner + old;
  return fmt::format(
      "{}{}{}", kThresholdBanner, fmt::join(parts, ", "),
      named.empty() ? "" : "; named by the report, which has no values of them: " + old);
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
    if (row.adjustable == Adjustable::no || !value || !is_inside(row, *value)) {
      throw UsageError(fmt::format("--threshold {}: {}", row.name, why_refused(row, word)));
    }
    if (!given.insert(setting.substr(0, equals)).second) {
      throw UsageError(fmt::format("--threshold {}: it is given twice", row.name));
    }
    result.set(row.threshold, *value);
  }
  return result;
}

std::optional<std::string> threshold_banner(const Thresholds& thresholds) {
  std::vector<std::string> parts;
  for (const auto& [threshold, value] : thresholds.changed()) {
    const ThresholdInfo& row = info(threshold);
    parts.push_back(fmt::format("{}={:g} (default {:g})", row.name, value, row.standard));
  }
  return banner_of(parts);
}

ReportThresholds thresholds_of(const Report& report, const Thresholds& given) {
  const Thresholds stored = stored_in(report);
  ReportThresholds result;
  result.used = given;
  std::vector<std::string> parts;
  for (const ThresholdInfo& row : thresholds()) {
    const double was = stored[row.threshold];
    const double now = given[row.threshold];
    if (was == row.standard && now == row.standard) continue;
    double shown = now == row.standard ? was : now;
    if (row.adjustable == Adjustable::stricter) {
      shown = stricter_of(row, was, now);
      result.used.set(row.threshold, shown);
    }
    parts.push_back(fmt::format("{}={:g} (default {:g}{})", row.name, shown, row.standard,
                                origin_of(row, was, now)));
  }
  std::vector<std::string> named;  // by the report, which has no values of them
  for (const std::string& banner : report.banners) {
    if (!banner.starts_with(kThresholdBanner)) {
      result.banners.push_back(banner);
    } else if (banner != threshold_banner(stored)) {
      named.push_back(banner.substr(std::string_view(kThresholdBanner).size()));
      result.lost = result.lost || !covers(result.used, banner);
    }
  }
  if (auto banner = banner_of(parts, named)) result.banners.push_back(std::move(*banner));
  return result;
}

}  // namespace tpp
