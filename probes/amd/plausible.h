// Which answers of AMD's libraries can be true. They are known to report success with a value that
// means nothing: all ones, 0 W under load, clocks of 0, serial numbers that are blank. What cannot
// be is "not known". Pure.
#ifndef TPP_PROBES_AMD_PLAUSIBLE_H
#define TPP_PROBES_AMD_PLAUSIBLE_H

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tpp::amd {

std::optional<double> power_w(std::optional<double> watts);
std::optional<double> temperature_c(std::optional<double> celsius);
std::optional<double> clock_hz(std::optional<double> hertz);

// Of a counter; 15.259 uJ a count on every part.
std::optional<double> energy_of(std::uint64_t counts, float microjoules_a_count);

// 0 to 1.
std::optional<double> share(std::optional<std::uint32_t> percent);

// A number that names a thing: neither 0 nor all ones.
std::optional<std::uint64_t> number(std::optional<std::uint64_t> value);
std::optional<std::uint64_t> memory_bytes(std::optional<std::uint64_t> bytes);

// Trimmed; printable, and no word for "nothing".
std::optional<std::string> label(const std::optional<std::string>& text);

// One of a mode's names: up to eight capitals and digits ("SPX", "NPS4").
std::optional<std::string> mode(const std::optional<std::string>& text);

}  // namespace tpp::amd

#endif
