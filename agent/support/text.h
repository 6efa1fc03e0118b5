// Numbers and text, never by the locale: a comma-decimal desktop must read and write the same
// files.
#ifndef TPP_AGENT_SUPPORT_TEXT_H
#define TPP_AGENT_SUPPORT_TEXT_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tpp {

// The whole of `text` as a number; nullopt if anything is left over or it does not fit.
std::optional<double> parse_double(std::string_view text);
std::optional<std::int64_t> parse_int(std::string_view text);

// "90", "90s", "10m", "2h" -> seconds, > 0; nullopt otherwise.
std::optional<double> parse_duration_s(std::string_view text);

std::string_view trim(std::string_view text);
std::vector<std::string> split(std::string_view text, char separator);
std::string to_lower(std::string_view text);

// Closest of `candidates` to a mistyped `word` for "did you mean"; "" if none is near.
std::string closest(std::string_view word, const std::vector<std::string>& candidates);

// Three significant digits with an SI prefix: 1.23e12 -> "1.23 T". For people, not for machines.
std::string si(double value);

// Whether `text` is a day that exists, as "2023-11-17".
bool is_day(std::string_view text);

// "2023-11-17", or "2023-11-17T06:30:00Z" as utc_now() writes it, in seconds since 1970; nullopt
// for any other text.
std::optional<double> parse_utc_s(std::string_view text);

// The same time of day so many days earlier: "2026-11-29T06:49:35Z", 3 -> "2026-11-26T06:49:35Z".
// nullopt unless `time` begins with a day.
std::optional<std::string> days_before(std::string_view time, int days);

// Time now as ISO 8601 in UTC, seconds.
std::string utc_now();

}  // namespace tpp

#endif
