// Numbers as a person reads them, with their units. Never by the locale; an unknown number is "-",
// never 0. Machine-readable output does not come through here.
#ifndef TPP_EXPORTERS_NUMBER_TEXT_H
#define TPP_EXPORTERS_NUMBER_TEXT_H

#include <optional>
#include <string>

#include "agent/model/measurement.h"

namespace tpp {

inline constexpr const char* kUnknown = "-";

// Four significant digits or all digits before the point, without exponent: "15832", "57.14".
std::string figure_text(double value);

// As figure_text, with as many digits as it takes to stay on the same side of `threshold`: 4799.97
// beside 4800 must not read "4800".
std::string figure_text_beside(double value, double threshold);

// The larger deviation of an interval from its median: "0.42 %". "-" if the median is 0.
std::string deviation_text(const Interval& interval, double median);

// Operations or bytes per second with an SI prefix, T being the largest, so that a column of rates
// can be compared at a glance: "1934 T", "64.8 T", "287 G". "-" if there is none.
std::string rate_text(const std::optional<double>& per_second);

std::string percent_text(double fraction);                             // "0.42 %", "7.1 %", "231 %"
std::string megahertz_text(const std::optional<double>& hz);           // "1830"
std::string bandwidth_text(const std::optional<double>& bytes_per_s);  // "3.35 TB/s"
std::string memory_text(const std::optional<std::uint64_t>& bytes);    // "79.6 GiB"
std::string duration_text(double seconds);  // "0.42 s", "8.4 s", "3 min 5 s"

}  // namespace tpp

#endif
