#include "agent/support/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <ctime>
#include <numeric>
#include <utility>

namespace tpp {
namespace {

template <class Number>
std::optional<Number> parse_whole(std::string_view text) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || rest != end || text.empty()) return std::nullopt;
  return value;
}

// Insertions, deletions, replacements and swaps of neighbours (the commonest slip of the fingers).
std::size_t edit_distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::iota(last.begin(), last.end(), std::size_t{0});
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::vector<std::size_t> row(to.size() + 1, i);
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      const bool swapped = i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1];
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(last, std::move(row));
  }
  return last.back();
}

}  // namespace

std::optional<double> parse_double(std::string_view text) { return parse_whole<double>(text); }

std::optional<std::int64_t> parse_int(std::string_view text) {
  return parse_whole<std::int64_t>(text);
}

std::optional<double> parse_duration_s(std::string_view text) {
  double scale = 1;
  if (!text.empty()) {
    const char unit = text.back();
    if (unit == 's' || unit == 'm' || unit == 'h') {
      scale = unit == 's' ? 1 : unit == 'm' ? 60 : 3600;
      text.remove_suffix(1);
    }
  }
  const auto value = parse_double(text);
  if (!value || !std::isfinite(*value) || *value <= 0) return std::nullopt;
  return *value * scale;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (true) {
    const auto at = text.find(separator);
    parts.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

std::string to_lower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

std::string closest(std::string_view word, const std::vector<std::string>& candidates) {
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(word.size() / 2, 1) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best_distance = distance;
      best = candidate;
    }
  }
  return best;
}

std::string si(double value) {
  static constexpr std::array<const char*, 6> prefixes = {"", " k", " M", " G", " T", " P"};
  std::size_t step = 0;
  while (std::fabs(value) >= 999.5 && step + 1 < prefixes.size()) {
    value /= 1000;
    ++step;
  }
  const double magnitude = std::fabs(value);
  const int decimals = magnitude >= 99.95 ? 0 : magnitude >= 9.995 ? 1 : 2;
  return fmt::format("{:.{}f}{}", value, decimals, prefixes[step]);
}

namespace {

// nullopt unless `text` is a day that exists, as "2023-11-17".
std::optional<std::chrono::year_month_day> parse_day(std::string_view text) {
  const auto parts = split(text, '-');
  if (text.size() != 10 || parts.size() != 3 || parts[0].size() != 4 || parts[1].size() != 2) {
    return std::nullopt;
  }
  const auto year = parse_int(parts[0]);
  const auto month = parse_int(parts[1]);
  const auto day = parse_int(parts[2]);
  if (!year || !month || !day || *year < 0 || *month < 0 || *day < 0) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  return date.ok() ? std::optional(date) : std::nullopt;
}

}  // namespace

bool is_day(std::string_view text) { return parse_day(text).has_value(); }

std::optional<std::string> days_before(std::string_view time, int days) {
  constexpr std::size_t kDay = 10;
  const auto date = parse_day(time.substr(0, kDay));
  if (!date) return std::nullopt;
  const std::chrono::year_month_day earlier(std::chrono::sys_days(*date) - std::chrono::days(days));
  return fmt::format("{:04}-{:02}-{:02}{}", static_cast<int>(earlier.year()),
                     static_cast<unsigned>(earlier.month()), static_cast<unsigned>(earlier.day()),
                     time.substr(std::min(kDay, time.size())));
}

std::optional<double> parse_utc_s(std::string_view text) {
  constexpr std::string_view kForm = "2023-11-17T06:30:00Z";
  const std::string_view day = text.substr(0, 10);
  if (!is_day(day) || (text.size() != day.size() && text.size() != kForm.size())) {
    return std::nullopt;
  }
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(*parse_int(day.substr(0, 4)))),
      std::chrono::month(static_cast<unsigned>(*parse_int(day.substr(5, 2)))),
      std::chrono::day(static_cast<unsigned>(*parse_int(day.substr(8, 2)))));
  const double midnight_s =
      std::chrono::duration<double>(std::chrono::sys_days(date).time_since_epoch()).count();
  if (text.size() == day.size()) return midnight_s;
  for (const std::size_t mark : {10U, 13U, 16U, 19U}) {
    if (text[mark] != kForm[mark]) return std::nullopt;
  }
  const auto hour = parse_int(text.substr(11, 2));
  const auto minute = parse_int(text.substr(14, 2));
  const auto second = parse_int(text.substr(17, 2));
  const auto within = [](const std::optional<std::int64_t>& value, int most) {
    return value && *value >= 0 && *value <= most;
  };
  // 60: a leap second.
  if (!within(hour, 23) || !within(minute, 59) || !within(second, 60)) return std::nullopt;
  return midnight_s + static_cast<double>(*hour * 3600 + *minute * 60 + *second);
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", parts.tm_year + 1900, parts.tm_mon + 1,
                     parts.tm_mday, parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace tpp
