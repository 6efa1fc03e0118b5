#include "exporters/number_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/support/text.h"

namespace tpp {
namespace {

constexpr int kMostDecimals = 12;

int decimals_of(double value) {
  const double magnitude = std::fabs(value);
  return magnitude >= 999.95 ? 0 : magnitude >= 99.995 ? 1 : magnitude >= 9.9995 ? 2 : 3;
}

int side(double value, double threshold) {
  return value < threshold ? -1 : value > threshold ? 1 : 0;
}

}  // namespace

std::string figure_text(double value) { return fmt::format("{:.{}f}", value, decimals_of(value)); }

std::string figure_text_beside(double value, double threshold) {
  for (int decimals = decimals_of(value); decimals < kMostDecimals; ++decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    const auto shown = parse_double(text);
    if (shown && side(*shown, threshold) == side(value, threshold)) return text;
  }
  return fmt::format("{}", value);
}

std::string rate_text(const std::optional<double>& per_second) {
  if (!per_second) return kUnknown;
  return *per_second < 999.5e12 ? si(*per_second) : fmt::format("{:.0f} T", *per_second / 1e12);
}

std::string percent_text(double fraction) {
  const double percent = 100 * fraction;
  const double magnitude = std::fabs(percent);
  if (magnitude > 0 && magnitude < 0.005) return "<0.01 %";
  // 99.8 % must not read as the whole.
  const bool almost_whole = magnitude >= 99.5 && magnitude < 100;
  const int decimals = magnitude >= 9.95 && !almost_whole ? 0 : magnitude >= 0.995 ? 1 : 2;
  return fmt::format("{:.{}f} %", percent, decimals);
}

std::string deviation_text(const Interval& interval, double median) {
  if (median == 0) return kUnknown;
  const double deviation = std::max(interval.high - median, median - interval.low);
  return percent_text(deviation / std::fabs(median));
}

std::string megahertz_text(const std::optional<double>& hz) {
  return hz ? fmt::format("{:.0f}", *hz / 1e6) : kUnknown;
}

std::string bandwidth_text(const std::optional<double>& bytes_per_s) {
  return bytes_per_s ? rate_text(*bytes_per_s) + "B/s" : kUnknown;
}

std::string memory_text(const std::optional<std::uint64_t>& bytes) {
  if (!bytes) return kUnknown;
  const double gib = static_cast<double>(*bytes) / (1024.0 * 1024.0 * 1024.0);
  return fmt::format("{:.{}f} GiB", gib, gib >= 99.95 ? 0 : gib >= 9.995 ? 1 : 2);
}

std::string duration_text(double seconds) {
  if (seconds < 59.95) return fmt::format("{:.{}f} s", seconds, seconds < 0.995 ? 2 : 1);
  const auto whole = static_cast<long>(std::lround(seconds));
  if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
  return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace tpp
