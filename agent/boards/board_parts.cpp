#include "agent/boards/board_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

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

std::set<Precision> native_precisions(const Chip& chip) {
  std::set<Precision> native;
  for (const auto& [precision, figure] : chip.declared) native.insert(precision);
  for (const auto& [precision, figure] : chip.declared_vector) native.insert(precision);
  for (const auto& [precision, figure] : chip.per_clock_per_unit) native.insert(precision);
  return native;
}

// How far one measurement is from an outcome of the native path; more is nearer.
enum class Nearness { none, library_lacks, hardware_denies, build_lacks, generic_only, outcome };

Nearness nearness(const Outcome& outcome) {
  if (const auto* rate = std::get_if<Rate>(&outcome)) {
    return rate->generic || rate->emulated ? Nearness::generic_only : Nearness::outcome;
  }
  const auto* none = std::get_if<Unsupported>(&outcome);
  const auto* failed = std::get_if<Failed>(&outcome);
  // An outcome, and in `failed`; what was given up says nothing of the board.
  if (failed != nullptr) return failed->interrupted ? Nearness::none : Nearness::outcome;
  // None of them says anything of a path that the row declares: that the hardware lacks it is news,
  // another build could have measured it, and a library is one that somebody chose.
  if (none->by == "hardware") return Nearness::hardware_denies;
  return none->by == "build" ? Nearness::build_lacks : Nearness::library_lacks;
}

// "" if the part has an outcome of its native path in this precision; else what is missing.
std::string missing_outcome(const Part& part, Precision precision) {
  Nearness nearest = Nearness::none;
  for (const Measurement* one : part.measurements) {
    if (precision_of(one->id) == precision) nearest = std::max(nearest, nearness(one->outcome));
  }
  switch (nearest) {
    case Nearness::outcome:
      return "";
    case Nearness::generic_only:
      return "measured by a generic or emulated path only";
    case Nearness::build_lacks:
      return "this build cannot measure it";
    case Nearness::hardware_denies:
      return "declared, but the hardware reports that it has none";
    case Nearness::library_lacks:
      return "the library has none, and nothing else was measured";
    case Nearness::none:
      return "not measured";
  }
  return "not measured";
}

// One line a reason: a lost device fails every benchmark with the same words.
void add_failures(const Part& part, BoardFacts& facts) {
  std::vector<std::pair<std::string, std::vector<std::string>>> ids_by_reason;
  for (const Measurement* measurement : part.measurements) {
    const auto* failed = std::get_if<Failed>(&measurement->outcome);
    if (!failed || failed->interrupted || !precision_of(measurement->id)) continue;
    auto known = std::ranges::find_if(
        ids_by_reason, [&](const auto& entry) { return entry.first == failed->reason; });
    if (known == ids_by_reason.end()) known = ids_by_reason.insert(known, {failed->reason, {}});
    known->second.push_back(to_string(measurement->id));
  }
  for (const auto& [reason, ids] : ids_by_reason) {
    facts.failed.push_back(fmt::format("{}: {}", fmt::join(ids, ", "), reason));
  }
}

// No library issues more than a loop of nothing but the instruction. Where one does, something held
// the loop up, or there is a faster instruction than ours.
void add_overtaken(const Part& part, double overtaken_above, BoardFacts& facts) {
  const auto issue_of = [](const Measurement& measurement) {
    const auto* rate = std::get_if<Rate>(&measurement.outcome);
    return rate && counts(*rate) ? rate->per_clock_per_unit : std::nullopt;
  };
  for (const Measurement* product : part.measurements) {
    const auto reached = product->id.kernel == "gemm" ? issue_of(*product) : std::nullopt;
    if (!reached) continue;
    double own = 0;
    for (const Measurement* loop : part.measurements) {
      const bool alike = loop->id.kernel != "gemm" && loop->id.device == product->id.device &&
                         precision_of(loop->id) == precision_of(product->id);
      if (alike) own = std::max(own, issue_of(*loop).value_or(0));
    }
    if (own == 0 || *reached <= overtaken_above * own) continue;
    facts.overtaken.push_back(
        fmt::format("{}: {:.4g} operations per clock and unit, where our own loop shows {:.4g}",
                    to_string(product->id), *reached, own));
  }
}

// Single bits are multiplied by parts whose sheets do not say so (Hopper, several Ampere boards).
// As long as they come to no more than the row's other formats, they tell of no other product.
bool is_silent_on_bits(const Chip& chip, Precision precision, const Rate& rate) {
  if (precision != Precision::int1 || !rate.per_clock_per_unit) return false;
  double most = 0;
  for (const auto& [other, figure] : chip.per_clock_per_unit) {
    most = std::max(most, figure.value * info(other).bit_length);
  }
  return *rate.per_clock_per_unit * info(precision).bit_length <=
         info(Threshold::unlocked_above).standard * most;
}

// A path that the row does not know: its maker has made no claim for it, and what the row says of
// the board may be said of another product.
void add_undeclared(const Part& part, const Chip& chip, BoardFacts& facts) {
  std::vector<std::string> ids;
  for (const Measurement* measurement : part.measurements) {
    const auto precision = precision_of(measurement->id);
    const auto* rate = std::get_if<Rate>(&measurement->outcome);
    const std::string& kernel = measurement->id.kernel;
    if (!rate || (kernel != "mma" && kernel != "gemm")) continue;
    const bool native = counts(*rate) && !rate->generic && rate->quantity == Quantity::operations;
    // One that this program does not know, of a newer module, no row declares either.
    const bool declared = precision && (chip.declared.contains(*precision) ||
                                        chip.declared_vector.contains(*precision) ||
                                        is_silent_on_bits(chip, *precision, *rate));
    if (native && !declared) ids.push_back(to_string(measurement->id));
  }
  if (ids.empty()) return;
  facts.undeclared.push_back(fmt::format("{}: {} declares no rate in that precision",
                                         fmt::join(ids, ", "), chip.id.value));
}

// More units than the device tells of: per clock and unit all fits the smaller product, and at a
// low clock so does what was achieved. A portable runtime's units are no maker's.
void add_hidden_units(const Part& part, BoardFacts& facts) {
  for (const Measurement* measurement : part.measurements) {
    const auto* rate = std::get_if<Rate>(&measurement->outcome);
    const Device* device = device_of(part, measurement->id.device);
    if (!rate || rate->generic || !device || !device->units || is_host_cpu(*device)) continue;
    if (rate->units <= *device->units) continue;
    const std::string text = fmt::format("units: {} worked in {}, {} reported", rate->units,
                                         to_string(measurement->id), *device->units);
    facts.identity_differs.push_back(text);
    facts.units_differ.push_back(text);
    return;
  }
}

void add_outcomes(const Part& part, const Chip* chip, const Thresholds& thresholds,
                  BoardFacts& facts) {
  add_failures(part, facts);
  add_hidden_units(part, facts);
  add_overtaken(part, thresholds[Threshold::overtaken_above], facts);
  for (const Measurement* measurement : part.measurements) {
    if (!precision_of(measurement->id)) continue;
    const std::string id = to_string(measurement->id);
    const auto* rate = std::get_if<Rate>(&measurement->outcome);
    if (rate && rate->suspect) facts.suspect.push_back(fmt::format("{}: {}", id, *rate->suspect));
    if (rate && !verified(*rate)) facts.suspect.push_back(id + ": the product was not verified");
  }
  if (!chip) return;
  add_undeclared(part, *chip, facts);
  for (const Precision precision : native_precisions(*chip)) {
    const std::string missing = missing_outcome(part, precision);
    if (missing.empty()) continue;
    facts.outcomes_missing.push_back(
        fmt::format("{} {}: {}", part.devices.front()->id.value, name(precision), missing));
  }
}

// The best rate per clock of a part in one precision, and whether a shortfall would mean anything.
struct Issue {
  double per_clock = 0;
  std::string kernel;
  bool can_show_less = true;
};

std::optional<Issue> best_issue(const Part& part, const Chip& chip, Precision precision) {
  std::optional<Issue> best;
  bool path_lost = part.sliced;
  bool matrix_asked = false;
  for (const Measurement* measurement : part.measurements) {
    if (precision_of(measurement->id) != precision) continue;
    matrix_asked = matrix_asked || measurement->id.kernel == "mma";
    const auto* rate = std::get_if<Rate>(&measurement->outcome);
    if (!rate) {
      const auto* none = std::get_if<Unsupported>(&measurement->outcome);
      // The matrix path exists and was not measured: then the vector path alone says nothing.
      path_lost =
          path_lost || (measurement->id.kernel == "mma" && !(none && none->by == "hardware"));
      continue;
    }
    const auto value = per_clock(*rate);
    if (!value || !counts(*rate)) {
      path_lost = path_lost || measurement->id.kernel == "mma";
      continue;
    }
    if (best && best->per_clock >= *value) continue;
    const Device* device = device_of(part, measurement->id.device);
    // A library's GEMM stays a few percent under the issue rate on every device.
    const bool own_kernel = measurement->id.kernel != "gemm";
    best = Issue{*value, measurement->id.kernel,
                 own_kernel && !rate->generic && !(device && device->forced)};
  }
  // Where the row declares a matrix rate that nobody tried to measure, the vector rate alone says
  // nothing about it. A host core has one set of ports, whatever the instruction is called.
  const bool host = is_host_cpu(*part.devices.front());
  if (!host && !matrix_asked && chip.declared.contains(precision)) path_lost = true;
  if (best && path_lost) best->can_show_less = false;
  return best;
}

// Declared operations per clock of one board of the row. Not from rate and clock: a sheet's rates
// hold at different clocks, and a wrong one would contradict a board that is right.
std::optional<Figure> declared_grid(const Chip& chip, Precision precision) {
  const auto grid = chip.per_clock_per_unit.find(precision);
  if (grid == chip.per_clock_per_unit.end() || !chip.units) return std::nullopt;
  return Figure{grid->second.value * chip.units->value,
                std::min(grid->second.confidence, chip.units->confidence), ""};
}

// Whether a part of a board whose parts are alike is so far from its share that it is held against
// the row by itself.
bool departs(const GridCheck& part, const GridCheck& board, const Thresholds& thresholds) {
  const double own = part.measured_per_clock / part.declared_per_clock;
  const double mean = board.measured_per_clock / board.declared_per_clock;
  return std::abs(own / mean - 1) > thresholds[Threshold::parts_within];
}

// The board's, and behind it those of parts that depart from it. Empty if one part has no rate.
std::vector<GridCheck> check_grid(const BoardParts& parts, const Chip& chip, Precision precision) {
  const auto declared = declared_grid(chip, precision);
  if (!declared) return {};
  GridCheck board{precision, 0, declared->value * parts.share, declared->confidence, true, ""};
  std::vector<GridCheck> each;
  const auto count = static_cast<double>(parts.parts.size());
  for (const Part& part : parts.parts) {
    const auto issue = best_issue(part, chip, precision);
    if (!issue) return {};
    const auto& units = part.devices.front()->units;
    // Units of a slice are not the device's: only what each unit does can be compared.
    if (part.sliced ? !chip.units : !units) return {};
    const double worked = part.sliced ? chip.units->value * parts.share / count : *units;
    GridCheck& own = each.emplace_back(board);
    own.measured_per_clock = issue->per_clock * worked;
    own.declared_per_clock = board.declared_per_clock / count;
    own.can_show_less = issue->can_show_less;
    own.kernel = issue->kernel;
  }
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
