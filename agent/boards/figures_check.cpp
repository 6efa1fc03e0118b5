#include "agent/boards/figures_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "agent/model/names.h"

namespace tpp {
namespace {

constexpr double kRounding = 1e-9;
constexpr double kTera = 1e12;
constexpr std::array kInferred = {Basis::inferred_advertised_clock, Basis::inferred_max_clock};

std::optional<Better> differ(const std::string& stored, const std::string& shown) {
  return Better{stored, shown};
}

const std::vector<PrecisionRate>& rates_on(const BoardPerformance& board, Basis basis) {
  static const std::vector<PrecisionRate> kNone;
  const auto found = board.rates.find(basis);
  return found == board.rates.end() ? kNone : found->second;
}

bool like_value(double one, double other) { return !is_below(one, other) && !is_below(other, one); }

bool same_declared(const PrecisionRate& one, const PrecisionRate& other) {
  return one.precision == other.precision && one.deciding == other.deciding &&
         one.only_over == other.only_over && like_value(one.ops_per_second, other.ops_per_second);
}

const TppReading* like(const Tpp& tpp, const TppReading& wanted) {
  const auto same = [&](const TppReading& one) {
    return one.tf32_bits == wanted.tf32_bits && one.board_sum == wanted.board_sum &&
           one.processing_units == wanted.processing_units;
  };
  const auto found = std::ranges::find_if(tpp.readings, same);
  return found == tpp.readings.end() ? nullptr : &*found;
}

std::string way_of(Basis basis, const TppReading& reading) {
  return fmt::format("{} ({}, TF32 as {} bits, units {})", enum_name(basis), reading.board_sum,
                     reading.tf32_bits, reading.processing_units);
}

// Declared and achieved figures decide by their lower ends; an inferred one objects to a declared
// one by being higher, and corroborates it by being alike.
std::optional<Better> lower_reading(Basis basis, const TppReading* stored,
                                    const TppReading& again) {
  const std::string way = way_of(basis, again);
  if (stored == nullptr) return differ(way + " none", value_text(again.value));
  if (is_below(stored->value, again.value)) {
    return differ(way + " " + value_text(stored->value), value_text(again.value));
  }
  const double decides = again.deciding_value.value_or(0);
  const double least = again.deciding_interval.value_or(Interval{}).low;
  if (is_below(stored->deciding_value.value_or(0), decides) ||
      is_below(stored->deciding_interval.value_or(Interval{}).low, least)) {
    return differ(way + " deciding " + value_text(stored->deciding_value), value_text(decides));
  }
  if (is_below(stored->interval.low, again.interval.low)) {
    return differ(way + " from " + value_text(stored->interval.low),
                  value_text(again.interval.low));
  }
  return std::nullopt;
}

std::optional<Better> lower_tpp(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const auto& [basis, tpp] : again.tpp) {
    const auto found = stored.tpp.find(basis);
    for (const TppReading& reading : tpp.readings) {
      const TppReading* mine = found == stored.tpp.end() ? nullptr : like(found->second, reading);
      if (auto lower = lower_reading(basis, mine, reading)) return lower;
    }
  }
  return std::nullopt;
}

// Of two that are alike the higher would decide, with the interval of either; and where units are
// not known apart, one that adds them would decide what is a lower bound without it.
std::optional<Better> reading_of_nothing(const BoardPerformance& stored,
                                         const BoardPerformance& again) {
  for (const auto& [basis, tpp] : stored.tpp) {
    const auto shown = again.tpp.find(basis);
    for (const TppReading& reading : tpp.readings) {
      const std::string text = fmt::format("{} {:.6g}", way_of(basis, reading), reading.value);
      if (like(tpp, reading) != &reading) return differ(text + " twice", "each reading once");
      if (shown == again.tpp.end() || !like(shown->second, reading)) return differ(text, "none");
    }
  }
  return std::nullopt;
}

// Of a whole board, by which a rate that it has not may be explained.
std::optional<Better> lower_whole(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const auto& [basis, tpp] : again.tpp) {
    const auto found = stored.tpp.find(basis);
    if (found == stored.tpp.end()) continue;  // said of its readings
    const Tpp& mine = found->second;
    if (!is_below(mine.value, tpp.value) && !is_below(mine.interval.low, tpp.interval.low))
      continue;
    return differ(
        fmt::format("{} {:.6g} from {:.6g}", enum_name(basis), mine.value, mine.interval.low),
        fmt::format("{:.6g} from {:.6g}", tpp.value, tpp.interval.low));
  }
  return std::nullopt;
}

// Inferred and declared figures that nothing shows corroborate a row, and explain a rate that it
// has not; what is declared from memory would decide.
std::optional<Better> higher_tpp(const BoardPerformance& stored, const BoardPerformance& again) {
  for (const Basis basis : {kInferred[0], kInferred[1], Basis::declared}) {
    const auto found = stored.tpp.find(basis);
    if (found == stored.tpp.end()) continue;
    const auto shown = again.tpp.find(basis);
    const double most = shown == again.tpp.end() ? 0 : shown->second.value;
    if (is_below(most, found->second.value)) {
      return differ(fmt::format("{} {:.6g}", enum_name(basis), found->second.value),
                    value_text(most));
    }
    for (const TppReading& reading : found->second.readings) {
      const TppReading* other = shown == again.tpp.end() ? nullptr : like(shown->second, reading);
      const double decides = reading.deciding_value.value_or(0);
      if (!other || !is_below(other->deciding_value.value_or(0), decides)) continue;
      return differ(fmt::format("{} deciding {:.6g}", way_of(basis, reading), decides),
                    value_text(other->deciding_value));
    }
  }
  return std::nullopt;
}

// Which precision makes the TPP: that one has to have been measured.
std::optional<Better> other_precision(const BoardPerformance& stored,
                                      const BoardPerformance& again) {
  const auto mine = stored.tpp.find(Basis::declared);
  const auto shown = again.tpp.find(Basis::declared);
  if (mine == stored.tpp.end() || shown == again.tpp.end()) return std::nullopt;
  const auto words = [](const Tpp& tpp) {
    return fmt::format("declared in {} ({})", name(tpp.precision), enum_name(tpp.confidence));
  };
  const bool better = mine->second.precision != shown->second.precision ||
                      mine->second.confidence > shown->second.confidence;
  return better ? differ(words(mine->second), words(shown->second)) : std::nullopt;
}

bool is_native(const PrecisionRate& rate) { return rate.deciding && !rate.only_over; }

std::optional<Better> native_of_nothing(const BoardPerformance& stored,
                                        const BoardPerformance& again) {
  for (const Basis basis : {Basis::inferred_advertised_clock, Basis::inferred_max_clock}) {
    const auto found = stored.rates.find(basis);
    if (found == stored.rates.end()) continue;
    const auto shown = again.rates.find(basis);
    for (const PrecisionRate& rate : found->second) {
      const auto same = [&](const PrecisionRate& other) {
        return other.precision == rate.precision && is_native(other);
      };
      if (!is_native(rate)) continue;
      if (shown != again.rates.end() && std::ranges::any_of(shown->second, same)) continue;
      return differ(fmt::format("{} {}", enum_name(basis), name(rate.precision)), "no native rate");
    }
  }
  return std::nullopt;
}

// The highest lower end, and the highest rate, of figures in a precision that decide, native or of
// portable code as `like` is; 0 without.
Interval most_like(const std::vector<PrecisionRate>& rates, const PrecisionRate& like) {
  Interval most;
  for (const PrecisionRate& rate : rates) {
    if (rate.precision != like.precision || rate.only_over != like.only_over) continue;
    if (!rate.deciding) continue;
    most.low = std::max(most.low, rate.interval.low);
    most.high = std::max(most.high, rate.ops_per_second);
  }
  return most;
}

// A rate that is more than is declared contradicts a row in any precision, whatever makes the TPP;
// of portable code it keeps it from being corroborated.
std::optional<Better> lower_rate(const BoardPerformance& stored, const BoardPerformance& again) {
  const auto& shown = rates_on(again, Basis::achieved);
  for (const PrecisionRate& rate : shown) {
    const Interval most = most_like(shown, rate);
    const Interval mine = most_like(rates_on(stored, Basis::achieved), rate);
    if (!is_below(mine.low, most.low) && !is_below(mine.high, most.high)) continue;
    const auto words = [](const Interval& native) {
      return fmt::format("{:.6g} T from {:.6g}", native.high / kTera, native.low / kTera);
    };
    return differ(fmt::format("achieved {} {}", name(rate.precision), words(mine)), words(most));
  }
  return std::nullopt;
}

double most_deciding(const std::vector<PrecisionRate>& rates, Precision precision) {
  double most = 0;
  for (const PrecisionRate& rate : rates) {
    if (rate.precision == precision && rate.deciding) most = std::max(most, rate.ops_per_second);
  }
  return most;
}

// What the clocks allow is no contradiction.
std::optional<Better> higher_inferred(const BoardPerformance& stored,
                                      const BoardPerformance& again) {
  for (const Basis basis : kInferred) {
    for (const PrecisionRate& rate : rates_on(stored, basis)) {
      const double mine = most_deciding(rates_on(stored, basis), rate.precision);
      const double most = most_deciding(rates_on(again, basis), rate.precision);
      if (!is_below(most, mine)) continue;
      return differ(
          fmt::format("{} {} {:.6g} T", enum_name(basis), name(rate.precision), mine / kTera),
          fmt::format("{:.6g} T", most / kTera));
    }
  }
  return std::nullopt;
}

// What is declared allows as much, one that is left out holds nothing, and by what is lower the
// board would be fewer of its row.
std::optional<Better> other_declared(const BoardPerformance& stored,
                                     const BoardPerformance& again) {
  const auto& mine = rates_on(stored, Basis::declared);
  const auto& shown = rates_on(again, Basis::declared);
  const auto words = [](const PrecisionRate& rate) {
    return fmt::format("{:.6g} T{}", rate.ops_per_second / kTera,
                       rate.deciding ? "" : " from memory");
  };
  for (const PrecisionRate& rate : shown) {
    const auto same = [&](const PrecisionRate& one) { return same_declared(one, rate); };
    if (std::ranges::any_of(mine, same)) continue;
    return differ(fmt::format("declared {} another, or none", name(rate.precision)), words(rate));
  }
  for (const PrecisionRate& rate : mine) {
    const auto same = [&](const PrecisionRate& one) { return same_declared(rate, one); };
    if (std::ranges::any_of(shown, same)) continue;
    return differ(fmt::format("declared {} {}", name(rate.precision), words(rate)),
                  "another, or none");
  }
  return std::nullopt;
}

std::optional<Better> claims_more(const BoardPerformance& stored, const BoardPerformance& again) {
  const auto& claimed = stored.facts.claimed_tpp;
  const bool better = claimed && is_below(again.facts.claimed_tpp.value_or(0), *claimed);
  return better ? differ(value_text(claimed), value_text(again.facts.claimed_tpp)) : std::nullopt;
}

std::optional<Better> lower_bandwidth(const BoardPerformance& stored,
                                      const BoardPerformance& again) {
  for (const auto& [basis, bytes] : again.memory_bandwidth) {
    const auto found = stored.memory_bandwidth.find(basis);
    const double mine = found == stored.memory_bandwidth.end() ? 0 : found->second;
    if (is_below(mine, bytes)) {
      return differ(fmt::format("{} {:.6g} bytes/s", enum_name(basis), mine), value_text(bytes));
    }
  }
  return std::nullopt;
}

constexpr BetterRule kRules[] = {
    {"tpp", lower_tpp},
    {"tpp", reading_of_nothing},
    {"tpp", lower_whole},
    {"tpp", higher_tpp},
    {"tpp", other_precision},
    {"rates", native_of_nothing},
    {"rates", lower_rate},
    {"rates", higher_inferred},
    {"rates", other_declared},
    {"memory_bandwidth", lower_bandwidth},
    {"facts.claimed_tpp", claims_more},
};

}  // namespace

bool is_below(double one, double other) { return one < other * (1 - kRounding); }

std::string value_text(const std::optional<double>& value) {
  return value ? fmt::format("{:.6g}", *value) : "none";
}

std::span<const BetterRule> figure_rules() { return kRules; }

}  // namespace tpp
