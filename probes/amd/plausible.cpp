#include "probes/amd/plausible.h"

#include <algorithm>
#include <array>

#include "agent/support/text.h"
#include "probes/library_answers.h"

namespace tpp::amd {
namespace {

// Wide of every part on sale, and far from what stands for "not known".
constexpr double kMostWatts = 10'000;
constexpr double kLeastCelsius = -50;
constexpr double kMostCelsius = 150;
constexpr double kLeastHertz = 1e6;
constexpr double kMostHertz = 10e9;
constexpr std::uint64_t kLeastMemory = 16ull << 20;
constexpr std::uint64_t kMostMemory = 64ull << 40;
constexpr std::size_t kLongestMode = 8;

std::optional<double> within(std::optional<double> value, double least, double most) {
  // Written so that a value that is no number fails.
  const bool can_be = value && *value >= least && *value <= most;
  return can_be ? value : std::nullopt;
}

}  // namespace

std::optional<double> power_w(std::optional<double> watts) {
  return watts > 0.0 ? within(watts, 0, kMostWatts) : std::nullopt;
}

// Exactly 0 is what tables hold that have no such sensor.
std::optional<double> temperature_c(std::optional<double> celsius) {
  return celsius != 0.0 ? within(celsius, kLeastCelsius, kMostCelsius) : std::nullopt;
}

std::optional<double> clock_hz(std::optional<double> hertz) {
  return within(hertz, kLeastHertz, kMostHertz);
}

std::optional<double> energy_of(std::uint64_t counts, float microjoules_a_count) {
  constexpr float kMostMicrojoules = 1e6f;
  const bool can_be = microjoules_a_count > 0 && microjoules_a_count < kMostMicrojoules;
  if (!can_be || !number(counts)) return std::nullopt;
  return static_cast<double>(counts) * static_cast<double>(microjoules_a_count) * 1e-6;
}

std::optional<double> share(std::optional<std::uint32_t> percent) {
  if (!percent || *percent > 100) return std::nullopt;
  return *percent / 100.0;
}

std::optional<std::uint64_t> number(std::optional<std::uint64_t> value) {
  return value && *value != 0 ? told(*value) : std::nullopt;
}

std::optional<std::uint64_t> memory_bytes(std::optional<std::uint64_t> bytes) {
  return bytes && *bytes >= kLeastMemory && *bytes <= kMostMemory ? bytes : std::nullopt;
}

std::optional<std::string> label(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const std::string trimmed(trim(*text));
  constexpr std::array kNothing = {"n/a", "na", "none", "null", "unknown", "not available"};
  const std::string lower = to_lower(trimmed);
  const bool says_nothing = std::ranges::find(kNothing, lower) != kNothing.end() ||
                            lower.find_first_not_of("0fx-. ") == std::string::npos ||
                            lower.find('?') != std::string::npos;
  return says_nothing ? std::nullopt : std::optional(trimmed);
}

std::optional<std::string> mode(const std::optional<std::string>& text) {
  const auto said = label(text);
  const bool named =
      said && said->size() <= kLongestMode &&
      said->find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") == std::string::npos;
  return named ? said : std::nullopt;
}

}  // namespace tpp::amd
