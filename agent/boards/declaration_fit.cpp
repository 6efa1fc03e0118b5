#include "agent/boards/declaration_fit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

namespace tpp {
namespace {

constexpr double kTera = 1e12;

// The highest inferred TPP over the precisions that the row declares. A path that the row does not
// know would otherwise excuse itself.
double inferred_of_declared(const BoardPerformance& board, Basis basis) {
  const auto inferred = board.rates.find(basis);
  const auto declared = board.rates.find(Basis::declared);
  if (inferred == board.rates.end() || declared == board.rates.end()) return 0;
  double highest = 0;
  for (const PrecisionRate& rate : inferred->second) {
    const bool known = std::ranges::find(declared->second, rate.precision,
                                         &PrecisionRate::precision) != declared->second.end();
    if (!known || !rate.deciding) continue;
    highest = std::max(highest, rate.ops_per_second * info(rate.precision).bit_length / kTera);
  }
  return highest;
}

// The most that a basis has in a precision, of figures that decide; 0 without.
double deciding_rate(const BoardPerformance& board, Basis basis, Precision precision) {
  const auto rates = board.rates.find(basis);
  if (rates == board.rates.end()) return 0;
  double most = 0;
  for (const PrecisionRate& rate : rates->second) {
    if (rate.precision == precision && rate.deciding) most = std::max(most, rate.ops_per_second);
  }
  return most;
}

// Over the precisions that the row declares by figures that decide.
double allowed_tpp(const BoardPerformance& board, const ClockAllowance& clocks) {
  double highest = 0;
  for (const auto& [precision, ops_per_second] : clocks) {
    if (deciding_rate(board, Basis::declared, precision) == 0) continue;
    highest = std::max(highest, ops_per_second * info(precision).bit_length / kTera);
  }
  return highest;
}

// The ratio, where it is out of the tolerance.
std::optional<double> excess_over(double achieved, double allowed, const Thresholds& thresholds) {
  const double ratio = achieved / allowed;
  return ratio > 1 + thresholds[Threshold::corroborates_within] ? std::optional(ratio)
                                                                : std::nullopt;
}

struct RateExcess {
  const PrecisionRate* rate = nullptr;
  double allowed = 0;  // operations/s
  double ratio = 0;
};

// Of the kernels of the maker's own runtime, or of portable code alone.
enum class Code { native, portable };

std::vector<RateExcess> rates_over(const BoardPerformance& board, const Thresholds& thresholds,
                                   const ClockAllowance& clocks, Code code = Code::native) {
  std::vector<RateExcess> found;
  const auto achieved = board.rates.find(Basis::achieved);
  if (achieved == board.rates.end()) return found;
  for (const PrecisionRate& rate : achieved->second) {
    const double declared = deciding_rate(board, Basis::declared, rate.precision);
    if (declared == 0 || !rate.deciding) continue;
    if (rate.only_over != (code == Code::portable)) continue;
    const auto by_clocks = clocks.find(rate.precision);
    const double allowed =
        std::max({declared, deciding_rate(board, Basis::inferred_max_clock, rate.precision),
                  deciding_rate(board, Basis::inferred_advertised_clock, rate.precision),
                  by_clocks == clocks.end() ? 0 : by_clocks->second});
    const auto ratio = excess_over(rate.interval.low, allowed, thresholds);
    if (ratio) found.push_back({&rate, allowed, *ratio});
  }
  return found;
}

}  // namespace

std::string percent(double ratio) {
  const double tenths = std::round((ratio - 1) * 1000);
  return tenths == 0 ? "0.0 %" : fmt::format("{:+.1f} %", tenths / 10);
}

std::optional<double> default_value(const BoardPerformance& board, Basis basis) {
  const auto found = board.tpp.find(basis);
  if (found == board.tpp.end()) return std::nullopt;
  std::optional<double> value;
  for (const TppReading& reading : found->second.readings) {
    if (reading.tf32_bits == 32 && reading.processing_units == "best") {
      value = std::max(value, reading.deciding_value);
    }
  }
  return value;
}

std::optional<double> inferred_ratio(const BoardPerformance& board) {
  const auto declared = default_value(board, Basis::declared);
  auto inferred = default_value(board, Basis::inferred_advertised_clock);
  if (!inferred) inferred = default_value(board, Basis::inferred_max_clock);
  if (!declared || !inferred) return std::nullopt;
  return *inferred / *declared;
}

bool corroborates(double ratio, const Thresholds& thresholds) {
  return std::abs(ratio - 1) <= thresholds[Threshold::corroborates_within];
}

std::optional<double> unexplained_excess(const BoardPerformance& board,
                                         const Thresholds& thresholds,
                                         const ClockAllowance& clocks) {
  const auto achieved = board.tpp.find(Basis::achieved);
  const auto declared = default_value(board, Basis::declared);
  if (!declared || achieved == board.tpp.end()) return std::nullopt;
  const double allowed = std::max(
      {*declared, inferred_of_declared(board, Basis::inferred_max_clock),
       inferred_of_declared(board, Basis::inferred_advertised_clock), allowed_tpp(board, clocks)});
  return excess_over(achieved->second.interval.low, allowed, thresholds);
}

std::string describe_excess(const BoardPerformance& board, double ratio) {
  const Tpp& achieved = board.tpp.at(Basis::achieved);
  return fmt::format(
      "achieved TPP {:.6g} in {} is {} over what is declared and what the clocks allow in the "
      "precisions that the row declares",
      achieved.value, name(achieved.precision), percent(ratio));
}

std::vector<std::string> rates_in_excess(const BoardPerformance& board,
                                         const Thresholds& thresholds,
                                         const ClockAllowance& clocks) {
  std::vector<std::string> found;
  for (const RateExcess& excess : rates_over(board, thresholds, clocks)) {
    found.push_back(fmt::format(
        "achieved {:.4g} T in {} is {} over the {:.4g} T that are declared, or that the clocks "
        "allow",
        excess.rate->ops_per_second / kTera, name(excess.rate->precision), percent(excess.ratio),
        excess.allowed / kTera));
  }
  return found;
}

std::optional<std::string> explained_by_clocks_alone(const BoardPerformance& board,
                                                     const Thresholds& thresholds,
                                                     const ClockAllowance& clocks) {
  std::vector<std::string> over;
  const auto tpp = unexplained_excess(board, thresholds);
  if (tpp && !unexplained_excess(board, thresholds, clocks)) over.push_back("TPP " + percent(*tpp));
  const std::vector<RateExcess> unexplained = rates_over(board, thresholds, clocks);
  for (const RateExcess& excess : rates_over(board, thresholds, {})) {
    if (std::ranges::find(unexplained, excess.rate, &RateExcess::rate) != unexplained.end()) {
      continue;
    }
    over.push_back(fmt::format("{} {}", name(excess.rate->precision), percent(excess.ratio)));
  }
  if (over.empty()) return std::nullopt;
  return fmt::format(
      "achieved over what is declared ({}), by clocks alone that the device does not call "
      "possible, or that were not measured in that precision",
      fmt::join(over, ", "));
}

std::optional<std::string> portable_excess(const BoardPerformance& board,
                                           const Thresholds& thresholds,
                                           const ClockAllowance& clocks) {
  std::vector<std::string> over;
  for (const RateExcess& excess : rates_over(board, thresholds, clocks, Code::portable)) {
    over.push_back(fmt::format("{} {}", name(excess.rate->precision), percent(excess.ratio)));
  }
  if (over.empty()) return std::nullopt;
  return fmt::format(
      "portable code achieved over what is declared and what the clocks allow ({}): it can show "
      "that a board is more than its row says",
      fmt::join(over, ", "));
}

// Written so that a ratio that is no number fits nothing.
Fit grid_fit(const GridCheck& check, const Thresholds& thresholds) {
  const double ratio = check.measured_per_clock / check.declared_per_clock;
  if (!(ratio <= thresholds[Threshold::unlocked_above])) return Fit::unlocked;
  return check.can_show_less && ratio < thresholds[Threshold::cut_below] ? Fit::cut : Fit::fits;
}

std::string describe(const GridCheck& check) {
  return fmt::format("{} by {}: {:.6g} operations a clock measured, {:.6g} declared ({})",
                     name(check.precision), check.kernel, check.measured_per_clock,
                     check.declared_per_clock,
                     percent(check.measured_per_clock / check.declared_per_clock));
}

}  // namespace tpp
