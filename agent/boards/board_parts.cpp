#include "agent/boards/board_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "agent/boards/part_outcomes.h"

namespace tpp {
namespace {

Part& part_for(std::vector<Part>& parts, const Device& device) {
  for (Part& part : parts) {
    const bool same_package = part.devices.front()->package == device.package;
    if (part.sliced && device.slice && same_package) return part;
  }
  parts.emplace_back().sliced = device.slice;
  return parts.back();
}

// The best rate per clock of a part in one precision, and whether a shortfall would mean anything.
struct Issue {
  double per_clock = 0;
  std::string kernel;
  bool can_show_less = true;
};

void take_better(const Issue& issue, std::optional<Issue>& best) {
  if (!best || issue.per_clock > best->per_clock) best = issue;
}

// What the kernels of a part issue in one precision. Generic code can show that a device does more
// than is declared, and makes up for no shortfall of its own kernels.
class Issues {
 public:
  Issues(const Part& part, const Chip& chip, Precision precision) : part_(part) {
    for (const Measurement* measurement : part.measurements) {
      if (precision_of(measurement->id) == precision) add(*measurement);
    }
    // Where the row declares a matrix rate that nobody tried to measure, the vector rate alone says
    // nothing about it. A host core has one set of ports, whatever the instruction is called.
    const bool host = is_host_cpu(*part.devices.front());
    const bool untried = !host && !matrix_asked_ && chip.declared.contains(precision);
    // Of vector units makers state what a program may hope for, and not what each loop reaches.
    const bool of_vector = !chip.per_clock_per_unit.contains(precision);
    const bool only_generic = generic_matrix_ && !native_matrix_;
    says_nothing_of_less_ = part.sliced || path_lost_ || untried || of_vector || only_generic;
  }

  // `declared`, a clock and unit: what generic code has to exceed to be told before native code.
  std::optional<Issue> best(double declared, const Thresholds& thresholds) const {
    std::optional<Issue> best = native_;
    const double over = declared * thresholds[Threshold::unlocked_above];
    if (generic_ && (!native_ || generic_->per_clock > over)) take_better(*generic_, best);
    if (best && says_nothing_of_less_) best->can_show_less = false;
    return best;
  }

 private:
  void add(const Measurement& measurement) {
    const bool matrix = measurement.id.kernel == "mma";
    matrix_asked_ = matrix_asked_ || matrix;
    const auto* rate = std::get_if<Rate>(&measurement.outcome);
    if (!rate) {
      const auto* none = std::get_if<Unsupported>(&measurement.outcome);
      // The matrix path exists and was not measured: then the vector path alone says nothing.
      path_lost_ = path_lost_ || (matrix && !(none && none->by == "hardware"));
      return;
    }
    const auto value = per_clock(*rate);
    if (!value || !counts(*rate)) {
      path_lost_ = path_lost_ || matrix;
      return;
    }
    (rate->generic ? generic_matrix_ : native_matrix_) |= matrix;
    const Device* device = device_of(part_, measurement.id.device);
    // A library's GEMM stays a few percent under the issue rate on every device.
    const bool own_kernel = measurement.id.kernel != "gemm";
    take_better({*value, measurement.id.kernel,
                 own_kernel && !rate->generic && !(device && device->forced)},
                rate->generic ? generic_ : native_);
  }

  const Part& part_;
  std::optional<Issue> native_;
  std::optional<Issue> generic_;
  bool path_lost_ = false;
  bool matrix_asked_ = false;
  bool native_matrix_ = false;
  bool generic_matrix_ = false;
  bool says_nothing_of_less_ = false;
};

// Declared operations per clock of one board of the row. Not from rate and clock: a sheet's rates
// hold at different clocks, and a wrong one would contradict a board that is right.
// Of vector units where the row has none of matrix units in that precision.
std::optional<Figure> declared_grid(const Chip& chip, Precision precision) {
  if (!chip.units) return std::nullopt;
  for (const auto* table : {&chip.per_clock_per_unit, &chip.details.vector_per_clock_per_unit}) {
    const auto grid = table->find(precision);
    if (grid == table->end()) continue;
    return Figure{grid->second.value * chip.units->value,
                  std::min(grid->second.confidence, chip.units->confidence), ""};
  }
  return std::nullopt;
}

// Whether a part of a board whose parts are alike is so far from its share that it is held against
// the row by itself.
bool departs(const GridCheck& part, const GridCheck& board, const Thresholds& thresholds) {
  const double own = part.measured_per_clock / part.declared_per_clock;
  const double mean = board.measured_per_clock / board.declared_per_clock;
  return std::abs(own / mean - 1) > thresholds[Threshold::parts_within];
}

// Of one of `count` parts of the board that `board` declares. nullopt without a rate of which the
// clock is known, or units to multiply it with.
std::optional<GridCheck> check_part(const Part& part, const BoardParts& parts, const Chip& chip,
                                    const GridCheck& board) {
  const auto count = static_cast<double>(parts.parts.size());
  const double whole = chip.units->value * parts.share / count;
  const auto& units = part.devices.front()->units;
  // Units of a slice are not the device's: only what each unit does can be compared.
  if (!part.sliced && !units) return std::nullopt;
  const double worked = part.sliced ? whole : *units;
  GridCheck own = board;
  own.declared_per_clock = board.declared_per_clock / count;
  const auto issue =
      Issues(part, chip, board.precision).best(own.declared_per_clock / whole, parts.thresholds);
  if (!issue) return std::nullopt;
  own.measured_per_clock = issue->per_clock * worked;
  own.can_show_less = issue->can_show_less;
  own.kernel = issue->kernel;
  return own;
}

// The board's, and behind it those of parts that depart from it; of a board of which one part has
// none, each of the others'.
std::vector<GridCheck> check_grid(const BoardParts& parts, const Chip& chip, Precision precision) {
  const auto declared = declared_grid(chip, precision);
  if (!declared) return {};
  GridCheck board{precision, 0, declared->value * parts.share, declared->confidence, true, ""};
  std::vector<GridCheck> each;
  for (const Part& part : parts.parts) {
    if (auto own = check_part(part, parts, chip, board)) each.push_back(std::move(*own));
  }
  if (each.empty() || each.size() < parts.parts.size()) return each;
  for (const GridCheck& own : each) {
    board.measured_per_clock += own.measured_per_clock;
    board.can_show_less = board.can_show_less && own.can_show_less;
    board.kernel = own.kernel;
  }
  std::erase_if(each, [&](const GridCheck& own) { return !departs(own, board, parts.thresholds); });
  each.insert(each.begin(), board);
  return each;
}

}  // namespace

BoardParts collect_parts(const Inventory& inventory, const Board& board,
                         const std::vector<Measurement>& measurements) {
  BoardParts result;
  result.board = &board;
  const bool accelerates = std::ranges::any_of(board.devices, [&](const DeviceId& id) {
    const Device* device = find_device(inventory, id);
    return device && !is_host_cpu(*device);
  });
  for (const DeviceId& id : board.devices) {
    const Device* device = find_device(inventory, id);
    if (!device) {
      result.lost.push_back(fmt::format("device {} is gone from the inventory", id.value));
      continue;
    }
    // A processor beside accelerators is information: it is none of what is added up.
    if (accelerates && is_host_cpu(*device)) continue;
    result.devices.push_back(device);
    Part& part = part_for(result.parts, *device);
    part.devices.push_back(device);
    for (const Measurement& measurement : measurements) {
      if (measurement.id.device == id) part.measurements.push_back(&measurement);
    }
  }
  return result;
}

void count_devices(BoardParts& parts, const Chip* chip) {
  const bool sliced = std::ranges::any_of(parts.parts, &Part::sliced);
  double present = static_cast<double>(parts.parts.size());
  // Slices hide how many devices a package has; packages can still be counted.
  if (sliced && chip) present *= chip->devices_per_package;
  const auto& expected = parts.board->expected_devices;
  if (expected && present < *expected) {
    parts.lost.push_back(fmt::format("{} of {} devices of the board present", present, *expected));
  }
  if (!chip || parts.devices.empty()) return;
  const double row = chip->devices_per_package * chip->packages_per_board;
  const double board = row * chip->details.copies_on_board;
  parts.share = present / row;
  // Of boards that were merged, those that lost a device count whole as well.
  const double whole = std::max<double>(present, expected.value_or(0));
  parts.copies = std::max(1.0, std::ceil(whole / board)) * chip->details.copies_on_board;
  if (!parts.lost.empty()) return;
  if (present < board) {
    const char* part_of = chip->details.copies_on_board > 1 ? "a board of " : "";
    parts.lost.push_back(
        fmt::format("{} of the {} devices that {}{} has", present, board, part_of, chip->id.value));
  } else if (std::fmod(present, board) != 0) {
    parts.lost.push_back(fmt::format("{} devices are no whole number of {} with {} each", present,
                                     chip->id.value, board));
  }
}

const Device* device_of(const Part& part, const DeviceId& id) {
  for (const Device* device : part.devices) {
    if (device->id == id) return device;
  }
  return nullptr;
}

void add_measured_facts(const BoardParts& parts, const Chip* chip, BoardFacts& facts) {
  facts.failed = parts.lost;
  for (const Device* device : parts.devices) {
    if (device->slice) {
      facts.partial.push_back(
          fmt::format("{} is a slice: {}", device->id.value, device->slice_reason));
    }
    if (device->forced) {
      facts.partial.push_back(fmt::format("{} was narrowed by an option", device->id.value));
    }
  }
  for (const Part& part : parts.parts) add_outcomes(part, chip, parts.thresholds, facts);
  if (!chip) return;
  for (const Precision precision : native_precisions(*chip)) {
    const std::vector<GridCheck> checks = check_grid(parts, *chip, precision);
    facts.grid.insert(facts.grid.end(), checks.begin(), checks.end());
  }
}

std::optional<double> per_clock(const Rate& rate) {
  return rate.snapped_per_clock ? rate.snapped_per_clock : rate.per_clock_per_unit;
}

}  // namespace tpp
