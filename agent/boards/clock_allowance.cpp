#include "agent/boards/clock_allowance.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "agent/boards/board_parts.h"
#include "agent/boards/part_outcomes.h"
#include "agent/chips/catalog_row.h"
#include "agent/model/thresholds.h"

namespace tpp {
namespace {

// What the row says of one device of the board in one precision; 0 where it says nothing.
struct OfDevice {
  double per_second = 0;        // at the advertised clock
  double per_clock = 0;         // of all its units, by the grid
  double advertised_clock = 0;  // Hz, at which per_second holds
};

double value_or_0(const std::optional<Figure>& figure) { return figure ? figure->value : 0; }

// A sheet's vector rates hold at the boost clock, where the clock of the matrix units is another.
OfDevice of_device(const Chip& chip, Precision precision) {
  const double devices = chip.devices_per_package * chip.packages_per_board;
  const double boost = value_or_0(chip.boost_clock_hz);
  const double matrix = value_or_0(chip.matrix_clock_hz);
  const auto declared = chip.declared.find(precision);
  const auto vector = chip.declared_vector.find(precision);
  OfDevice result;
  if (declared != chip.declared.end()) {
    result.per_second = declared->second.value / devices;
    result.advertised_clock = matrix > 0 ? matrix : boost;
  } else if (vector != chip.declared_vector.end()) {
    result.per_second = vector->second.value / devices;
    result.advertised_clock = boost > 0 ? boost : matrix;
  }
  const auto grid = chip.per_clock_per_unit.find(precision);
  if (grid != chip.per_clock_per_unit.end() && chip.units) {
    result.per_clock = grid->second.value * chip.units->value / devices;
  }
  return result;
}

// Operations per clock and unit; of a precision without a grid what rate and clock give.
double declared_issue(const Chip& chip, Precision precision) {
  const auto grid = chip.per_clock_per_unit.find(precision);
  if (grid != chip.per_clock_per_unit.end()) return grid->second.value;
  const OfDevice device = of_device(chip, precision);
  const double units =
      value_or_0(chip.units) / (chip.devices_per_package * chip.packages_per_board);
  const double per_unit = units * device.advertised_clock;
  return per_unit > 0 ? device.per_second / per_unit : 0;
}

// The clock that a rate shows, Hz: no more than the one that was read, nor than the work that was
// done takes. A clock that is overstated leaves too few operations to each of its cycles. 0 where
// the rate shows none.
double shown_clock(const Measurement& measurement, const Chip& chip) {
  const auto* rate = std::get_if<Rate>(&measurement.outcome);
  const auto precision = precision_of(measurement.id);
  if (!rate || !precision || !counts(*rate) || rate->generic || rate->units <= 0) return 0;
  const double declared = declared_issue(chip, *precision);
  const auto issue = per_clock(*rate);
  if (!rate->clock_hz || !rate->per_clock_per_unit || !issue || declared <= 0) return 0;
  if (!(*issue >= info(Threshold::cut_below).standard * declared)) return 0;
  const double by_work = rate->per_second / (*rate->per_clock_per_unit * rate->units);
  const double clock = std::min(*rate->clock_hz, by_work);
  return std::isfinite(clock) ? clock : 0;
}

// The highest that the devices of a part tell of or were seen at, Hz; 0 without either.
double highest_clock(const Part& part, const Chip& chip) {
  double highest = 0;
  for (const Device* device : part.devices) {
    highest = std::max(highest, device->max_clock_hz.value_or(0));
  }
  for (const Measurement* measurement : part.measurements) {
    highest = std::max(highest, shown_clock(*measurement, chip));
  }
  return highest;
}

double allowed_of(const OfDevice& declared, double highest_hz) {
  const double clock = std::max(declared.advertised_clock, highest_hz);
  if (declared.per_clock > 0) return std::max(declared.per_second, declared.per_clock * clock);
  if (declared.advertised_clock <= 0) return declared.per_second;
  return declared.per_second * clock / declared.advertised_clock;
}

}  // namespace

ClockAllowance clock_allowance(const Inventory& inventory, const Board& board,
                               const std::vector<Measurement>& measurements, const Chip& chip) {
  ClockAllowance allowance;
  const BoardParts parts = collect_parts(inventory, board, measurements);
  for (const Part& part : parts.parts) {
    const double highest = highest_clock(part, chip);
    for (const Precision precision : native_precisions(chip)) {
      allowance[precision] += allowed_of(of_device(chip, precision), highest);
    }
  }
  return allowance;
}

std::map<BoardId, ClockAllowance> clock_allowances(
    const Inventory& inventory, const std::vector<Measurement>& measurements,
    const std::vector<BoardPerformance>& performances, const std::vector<Chip>& chips) {
  std::map<BoardId, ClockAllowance> allowances;
  for (const BoardPerformance& performance : performances) {
    const Board* board = find_board(inventory, performance.board);
    const Chip* chip = performance.chip ? row_of(chips, *performance.chip) : nullptr;
    if (board == nullptr || chip == nullptr) continue;
    allowances.emplace(performance.board, clock_allowance(inventory, *board, measurements, *chip));
  }
  return allowances;
}

}  // namespace tpp
