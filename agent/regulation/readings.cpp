#include "agent/regulation/readings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "agent/support/error.h"
#include "agent/support/text.h"

namespace tpp {
namespace {

[[noreturn]] void fail_unknown(const std::string& what, const std::string& word,
                               const std::vector<std::string>& known) {
  const std::string near = closest(word, known);
  throw UsageError(fmt::format("--reading: unknown {} '{}'; known: {}{}", what, word,
                               fmt::join(known, ", "),
                               near.empty() ? "" : fmt::format("; did you mean '{}'?", near)));
}

void check_choice(const Rule& rule, const std::string& name, const std::string& option) {
  std::vector<std::string> names;
  for (const Reading& reading : rule.readings) names.push_back(reading.name);
  const auto reading = std::ranges::find(rule.readings, name, &Reading::name);
  if (reading == rule.readings.end()) fail_unknown("reading of " + rule.id.value, name, names);
  std::vector<std::string> options;
  for (const ReadingOption& row : reading->options) options.push_back(row.name);
  if (std::ranges::find(options, option) == options.end()) {
    fail_unknown("option of " + name, option, options);
  }
}

}  // namespace

const std::vector<KnownReading>& known_readings() {
  static const std::vector<KnownReading> rows = {
      {"tf32_bits", {"32", "19"}},
      {"board_sum", {"larger", "best_then_sum", "sum_then_best"}},
      {"processing_units", {"best", "added"}},
      {"chiplet_dies", {"logic", "compute"}},
  };
  return rows;
}

Readings settle_readings(const Rule& rule, const std::map<std::string, std::string>& chosen) {
  for (const auto& [name, option] : chosen) check_choice(rule, name, option);
  Readings settled;
  for (const KnownReading& known : known_readings()) {
    settled[std::string(known.name)] = known.options.front();
  }
  for (const Reading& reading : rule.readings) settled[reading.name] = reading.default_option;
  for (const auto& [name, option] : chosen) settled[name] = option;
  return settled;
}

std::optional<TppReading> tpp_under(const Tpp& tpp, const Readings& readings) {
  const std::string& sum = readings.at("board_sum");
  std::optional<TppReading> best;
  for (const TppReading& row : tpp.readings) {
    if (std::to_string(row.tf32_bits) != readings.at("tf32_bits")) continue;
    if (row.processing_units != readings.at("processing_units")) continue;
    if (sum != "larger" && row.board_sum != sum) continue;
    if (!best) {
      best = row;
      continue;
    }
    // Of two sums each member may be the larger one: what decides is not always what is shown.
    if (row.deciding_value > best->deciding_value) {
      best->deciding_value = row.deciding_value;
      best->deciding_interval = row.deciding_interval;
    }
    if (row.value > best->value) {
      const auto value = best->deciding_value;
      const auto interval = best->deciding_interval;
      best = row;
      best->deciding_value = value;
      best->deciding_interval = interval;
    }
  }
  return best;
}

}  // namespace tpp
