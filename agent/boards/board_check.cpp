#include "agent/boards/board_check.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "agent/model/names.h"
#include "agent/support/error.h"

namespace tpp {
namespace {

// More than a wafer has, and much room beside it.
constexpr double kHighestTpp = 1e8;
constexpr double kHighestRate = 1e21;
constexpr double kHighestArea = 1e5;
constexpr double kHighestBytes = 1e18;
// Sums of the same terms in another order.
constexpr double kRounding = 1e-9;
constexpr double kTera = 1e12;

// Where a figure stands, for the reader: "board 0000:17:00.0: tpp.declared.value".
struct Place {
  std::string words;
  Place member(std::string_view name) const { return {fmt::format("{}.{}", words, name)}; }
};

void check(const Place& place, double value, double highest) {
  if (std::isfinite(value) && value >= 0 && value <= highest) return;
  throw UsageError(fmt::format("{}: {:g} is out of range; expected from 0 to {:g}", place.words,
                               value, highest));
}

void check(const Place& place, const Interval& interval, double highest) {
  check(place, interval.low, highest);
  check(place, interval.high, highest);
  if (interval.low <= interval.high) return;
  throw UsageError(fmt::format("{}: from {:g} to {:g} is no interval; expected the lower end first",
                               place.words, interval.low, interval.high));
}

void check(const Place& place, const std::optional<Figure>& area) {
  if (!area) return;
  check(place, area->value, kHighestArea);
  if (area->value > 0) return;
  throw UsageError(fmt::format("{}: 0 is out of range; expected above 0 to {:g} (mm2)", place.words,
                               kHighestArea));
}

// The TPP that the board's fastest rate makes by itself, which no sum is below; of what decides,
// what can only prove "over" is no part.
double least_tpp(const std::vector<PrecisionRate>& rates, int tf32_bits, bool deciding_only) {
  double least = 0;
  for (const PrecisionRate& rate : rates) {
    if (deciding_only && (!rate.deciding || rate.only_over)) continue;
    const int bits =
        rate.precision == Precision::tf32 ? tf32_bits : info(rate.precision).bit_length;
    least = std::max(least, rate.ops_per_second * bits / kTera);
  }
  return least;
}

void check_reaches(const Place& place, double value, double least) {
  if (value >= least * (1 - kRounding)) return;
  throw UsageError(
      fmt::format("{}: {:g} is below the {:g} that the board's own rates make: the report was "
                  "changed or damaged",
                  place.words, value, least));
}

void check_reading(const Place& place, const TppReading& reading,
                   const std::vector<PrecisionRate>& rates) {
  check(place.member("value"), reading.value, kHighestTpp);
  check(place.member("interval"), reading.interval, kHighestTpp);
  check_reaches(place.member("value"), reading.value, least_tpp(rates, reading.tf32_bits, false));
  const double least = least_tpp(rates, reading.tf32_bits, true);
  if (reading.deciding_value) {
    check(place.member("deciding_value"), *reading.deciding_value, kHighestTpp);
    check_reaches(place.member("deciding_value"), *reading.deciding_value, least);
  }
  if (reading.deciding_interval.has_value() != reading.deciding_value.has_value()) {
    throw UsageError(
        fmt::format("{}: deciding_value and deciding_interval stand together or not at all: the "
                    "report was changed or damaged",
                    place.words));
  }
  if (reading.deciding_interval) {
    check(place.member("deciding_interval"), *reading.deciding_interval, kHighestTpp);
  }
}

void check_tpp(const Place& place, const Tpp& tpp, const std::vector<PrecisionRate>& rates) {
  check(place.member("value"), tpp.value, kHighestTpp);
  check(place.member("interval"), tpp.interval, kHighestTpp);
  check(place.member("best_then_sum"), tpp.best_then_sum, kHighestTpp);
  check(place.member("sum_then_best"), tpp.sum_then_best, kHighestTpp);
  if (tpp.tf32_at_19) check(place.member("tf32_at_19"), *tpp.tf32_at_19, kHighestTpp);
  check_reaches(place.member("value"), tpp.value, least_tpp(rates, 32, false));
  for (const TppReading& reading : tpp.readings) {
    check_reading(place.member("readings"), reading, rates);
  }
}

void check_products(const Place& place, const std::optional<std::vector<DeclaredProduct>>& all,
                    const std::optional<ChipId>& chip) {
  if (!all) return;
  if (all->empty() || chip) {
    throw UsageError(fmt::format(
        "{}: {}: the report was changed or damaged", place.words,
        chip ? "a board with a row of its own has none" : "an empty list, expected products"));
  }
  for (const DeclaredProduct& product : *all) {
    const Place at = place.member(product.chip.value);
    if (product.tpp) check_tpp(at.member("tpp"), *product.tpp, {});
    check(at.member("die_area_mm2"), product.die_area_mm2);
    check(at.member("computing_die_area_mm2"), product.computing_die_area_mm2);
  }
}

// Those that the sum of a basis is made of: one that was measured and counts nowhere (emulated,
// suspect) is shown beside it, one that is declared from memory is part of it.
std::vector<PrecisionRate> summed_rates(const BoardPerformance& board, Basis basis) {
  const auto found = board.rates.find(basis);
  if (found == board.rates.end()) return {};
  std::vector<PrecisionRate> rates = found->second;
  if (basis != Basis::declared) {
    std::erase_if(rates, [](const PrecisionRate& rate) { return !rate.deciding; });
  }
  return rates;
}

void check_board(const BoardPerformance& board) {
  const Place place{fmt::format("board {}", board.board.value)};
  for (const auto& [basis, rates] : board.rates) {
    const Place at{fmt::format("{}: rates.{}", place.words, enum_name(basis))};
    for (const PrecisionRate& rate : rates) {
      check(at.member(name(rate.precision)), rate.ops_per_second, kHighestRate);
      check(at.member(name(rate.precision)), rate.interval, kHighestRate);
    }
  }
  for (const auto& [basis, tpp] : board.tpp) {
    check_tpp({fmt::format("{}: tpp.{}", place.words, enum_name(basis))}, tpp,
              summed_rates(board, basis));
  }
  check(Place{place.words + ": die_area_mm2"}, board.die_area_mm2);
  check(Place{place.words + ": computing_die_area_mm2"}, board.computing_die_area_mm2);
  check_products({place.words + ": candidates"}, board.candidates, board.chip);
  check_products({place.words + ": parts"}, board.parts, board.chip);
  for (const auto& [basis, bytes] : board.memory_bandwidth) {
    check(Place{fmt::format("{}: memory_bandwidth.{}", place.words, enum_name(basis))}, bytes,
          kHighestBytes);
  }
}

}  // namespace

void check_boards(const std::vector<BoardPerformance>& boards) {
  std::set<std::string> seen;
  for (const BoardPerformance& board : boards) {
    check_board(board);
    if (seen.insert(board.board.value).second) continue;
    throw UsageError(fmt::format("board {}: stands in the report twice; expected each board once",
                                 board.board.value));
  }
}

}  // namespace tpp
