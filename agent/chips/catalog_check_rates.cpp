#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <string_view>

#include "agent/chips/catalog_row_checks.h"

namespace tpp {
namespace {

// Sheets print three or four digits and round clocks to tens of megahertz.
constexpr double kConsistentWithin = 0.03;
// Twice, as structured sparsity makes a headline, and not by chance.
constexpr double kTwiceWithin = 0.01;

using Table = std::map<Precision, Figure>;

bool about(double value, double expected, double tolerance) {
  return std::abs(value / expected - 1) <= tolerance;
}

const Figure* find(const Table& table, Precision precision) {
  const auto found = table.find(precision);
  return found == table.end() ? nullptr : &found->second;
}

// Wide formats run on the vector units too, which sheets quote at the boost clock while the matrix
// rates of the same sheet hold at a lower one (H100 SXM: 1980 and 1830 MHz).
bool may_hold_at_boost(Precision precision) {
  return precision == Precision::fp64 || precision == Precision::fp32;
}

// One table of rates, the grid that goes with it, and the clock that its rates hold at.
struct RateTable {
  std::string_view name;
  std::string_view grid_name;
  std::string_view clock_name;
  const Table& rates;
  const Table& grid;
  std::optional<double> clock_hz;
  bool matrix = true;
};

// Whether the row says in words why a check does not hold for a precision.
bool accepted(const Chip& chip, const std::string& check, Precision precision) {
  const auto table = chip.details.accepted.find(check);
  return table != chip.details.accepted.end() && table->second.contains(precision);
}

class RateChecks {
 public:
  RateChecks(const Chip& chip, CatalogFaults& faults) : chip_(chip), faults_(faults) {}

  // Where rate, grid, units and clock all stand, one of four wrong figures shows.
  void peaks(const RateTable& table) {
    for (const auto& [precision, rate] : table.rates) {
      const Figure* grid = find(table.grid, precision);
      if (!grid || !chip_.units || !table.clock_hz) continue;
      const double per_clock = grid->value * chip_.units->value;
      const double peak = per_clock * *table.clock_hz;
      const bool at_boost =
          table.matrix && may_hold_at_boost(precision) && chip_.boost_clock_hz &&
          about(rate.value, per_clock * chip_.boost_clock_hz->value, kConsistentWithin);
      const bool agrees = at_boost || about(rate.value, peak, kConsistentWithin);
      const bool looked_at = table.matrix && accepted(chip_, "peaks", precision);
      if (agrees && looked_at) needless("peaks", precision);
      if (agrees || looked_at) continue;
      std::string message =
          fmt::format("found {:.6g} T in {}, expected units x {} x {} = {:.6g} T within {:.0f} %",
                      rate.value * 1e-12, name(precision), table.grid_name, table.clock_name,
                      peak * 1e-12, kConsistentWithin * 100);
      if (about(rate.value, 2 * peak, kTwiceWithin))
        message += "; a sparse figure is twice a dense";
      fault(fmt::format("{}.{}", table.name, name(precision)), message, true);
    }
  }

  // Halving the bits doubles the rate. Where it doubles twice and no grid says so, or formats of
  // one width differ by two, the higher may be a sparse figure among dense ones.
  void sparse() {
    for (const Pair& pair : kPairs) {
      const Figure* wide = find(chip_.declared, pair.wide);
      const Figure* narrow = find(chip_.declared, pair.narrow);
      if (!wide || !narrow) continue;
      const Figure* wide_grid = find(chip_.per_clock_per_unit, pair.wide);
      const Figure* narrow_grid = find(chip_.per_clock_per_unit, pair.narrow);
      const bool grids = wide_grid && narrow_grid;
      const double expected = grids ? narrow_grid->value / wide_grid->value : pair.ratio;
      const bool twice = about(narrow->value / wide->value, 2 * expected, kTwiceWithin);
      const bool looked_at = accepted(chip_, "sparse", pair.narrow);
      if (twice && looked_at) used_.push_back(pair.narrow);
      if (!twice || looked_at) continue;
      fault(fmt::format("declared_tops.{}", name(pair.narrow)),
            fmt::format("found {:.6g} T in {}, expected {:.6g} T beside {:.6g} T in {}; a sparse "
                        "figure is twice a dense one",
                        narrow->value * 1e-12, name(pair.narrow), wide->value * expected * 1e-12,
                        wide->value * 1e-12, name(pair.wide)),
            false);
    }
    const auto table = chip_.details.accepted.find("sparse");
    if (table == chip_.details.accepted.end()) return;
    for (const auto& [precision, words] : table->second) {
      if (std::ranges::find(used_, precision) == used_.end()) needless("sparse", precision);
    }
  }

 private:
  struct Pair {
    Precision wide;
    Precision narrow;
    double ratio;
  };
  static constexpr std::array kPairs = {
      Pair{Precision::fp16, Precision::bf16, 1},
      Pair{Precision::bf16, Precision::fp16, 1},
      Pair{Precision::fp16, Precision::fp8_e4m3, 2},
      Pair{Precision::bf16, Precision::fp8_e4m3, 2},
      Pair{Precision::fp16, Precision::int8, 2},
      Pair{Precision::bf16, Precision::int8, 2},
      Pair{Precision::fp8_e4m3, Precision::fp4_e2m1, 2},
      Pair{Precision::int8, Precision::int4, 2},
  };

  void fault(const std::string& path, std::string message, bool refused) {
    faults_.push_back({place_of(chip_, path), chip_.id.value, std::move(message), refused});
  }

  void needless(const std::string& check, Precision precision) {
    const std::string path = fmt::format("{}.{}", check, name(precision));
    fault(path,
          fmt::format(
              "found an accepted disagreement ({}) that is none, expected it to be left out", path),
          false);
  }

  const Chip& chip_;
  CatalogFaults& faults_;
  std::vector<Precision> used_;
};

std::optional<double> clock_of(const std::optional<Figure>& first,
                               const std::optional<Figure>& second) {
  const std::optional<Figure>& clock = first ? first : second;
  return clock ? std::optional(clock->value) : std::nullopt;
}

}  // namespace

void check_rates(const Chip& chip, CatalogFaults& faults) {
  RateChecks checks(chip, faults);
  checks.peaks({"declared_tops", "ops_per_clock_per_unit",
                chip.matrix_clock_hz ? "matrix_clock" : "boost_clock", chip.declared,
                chip.per_clock_per_unit, clock_of(chip.matrix_clock_hz, chip.boost_clock_hz),
                true});
  checks.peaks({"declared_vector_tops", "vector_ops_per_clock_per_unit",
                chip.boost_clock_hz ? "boost_clock" : "matrix_clock", chip.declared_vector,
                chip.details.vector_per_clock_per_unit,
                clock_of(chip.boost_clock_hz, chip.matrix_clock_hz), false});
  checks.sparse();
}

}  // namespace tpp
