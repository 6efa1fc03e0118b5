#include "agent/boards/part_outcomes.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tpp {
namespace {

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

// What one unit of one device does per clock, and one device a second, by the row: its matrix
// figures, else its vector's; 0 where it has none.
struct DeclaredOfDevice {
  double per_clock_per_unit = 0;
  double per_second = 0;
};

double figure_of(const std::map<Precision, Figure>& matrix,
                 const std::map<Precision, Figure>& vector, Precision precision) {
  for (const auto* table : {&matrix, &vector}) {
    const auto found = table->find(precision);
    if (found != table->end()) return found->second.value;
  }
  return 0;
}

DeclaredOfDevice declared_of_device(const Chip& chip, Precision precision) {
  const double board = figure_of(chip.declared, chip.declared_vector, precision);
  DeclaredOfDevice declared{
      figure_of(chip.per_clock_per_unit, chip.details.vector_per_clock_per_unit, precision),
      board / (chip.devices_per_package * chip.packages_per_board)};
  // A stored report does not hold the vector units' grid: what their rate and clock give is near
  // enough.
  const auto& clock = chip.matrix_clock_hz ? chip.matrix_clock_hz : chip.boost_clock_hz;
  if (declared.per_clock_per_unit == 0 && chip.units && clock) {
    declared.per_clock_per_unit = board / (chip.units->value * clock->value);
  }
  return declared;
}

// What the vector units of one device do in a precision in which the row may have figures of matrix
// units as well; 0 where it has none.
DeclaredOfDevice vector_of_device(const Chip& chip, Precision precision) {
  const auto board = chip.declared_vector.find(precision);
  if (board == chip.declared_vector.end()) return {};
  DeclaredOfDevice vector{
      0, board->second.value / (chip.devices_per_package * chip.packages_per_board)};
  const auto& grids = chip.details.vector_per_clock_per_unit;
  const auto& clock = chip.boost_clock_hz ? chip.boost_clock_hz : chip.matrix_clock_hz;
  if (const auto grid = grids.find(precision); grid != grids.end()) {
    vector.per_clock_per_unit = grid->second.value;
  } else if (chip.units && clock) {
    vector.per_clock_per_unit = board->second.value / (chip.units->value * clock->value);
  }
  return vector;
}

// How much of what is declared a rate reaches: of the grid where its clock is known, else of the
// rate.
struct Share {
  double value = 0;
  bool by_clock = false;  // no clock, however low, makes it less
};

// How many times the advertised clock the highest one is that is known of a device; 1 at least.
double above_advertised(const Part& part, const Measurement& measured, const Rate& rate,
                        const Chip& chip) {
  const Device* device = device_of(part, measured.id.device);
  const auto& advertised = chip.boost_clock_hz ? chip.boost_clock_hz : chip.matrix_clock_hz;
  if (!advertised || !device) return 1;
  const double most = std::max(device->max_clock_hz.value_or(0), rate.clock_hz.value_or(0));
  return std::max(1.0, most / advertised->value);
}

// A rate without a clock may be of the highest: `faster` times the one that is declared for.
// nullopt where nothing is declared that it could be held against.
std::optional<Share> share_of(const Rate& rate, const DeclaredOfDevice& declared, double faster) {
  const auto issue = per_clock(rate);
  if (issue && declared.per_clock_per_unit > 0) {
    return Share{*issue / declared.per_clock_per_unit, true};
  }
  if (declared.per_second > 0) {
    return Share{rate.per_second / (declared.per_second * faster), false};
  }
  return std::nullopt;
}

// What became of the matrix instructions in a precision; `denied` by the hardware.
enum class MatrixPath { measured, denied, lost };

bool is_native(const Rate& rate) { return counts(rate) && !rate.generic; }

MatrixPath matrix_path(const Part& part, Precision precision) {
  bool denied = false;
  bool lost = false;
  for (const Measurement* one : part.measurements) {
    if (one->id.kernel != "mma" || precision_of(one->id) != precision) continue;
    const auto* rate = std::get_if<Rate>(&one->outcome);
    const auto* none = std::get_if<Unsupported>(&one->outcome);
    if (rate && is_native(*rate)) return MatrixPath::measured;
    (none && none->by == "hardware" ? denied : lost) = true;
  }
  return denied && !lost ? MatrixPath::denied : MatrixPath::lost;
}

// Whether the row has a figure of matrix units in a precision. A host core has one set of ports,
// whatever the instruction is called.
bool declares_matrix(const Part& part, const Chip& chip, Precision precision) {
  return !is_host_cpu(*part.devices.front()) &&
         (chip.declared.contains(precision) || chip.per_clock_per_unit.contains(precision));
}

// Whether vector units are enough for a rate: a loop on them, or a library's product that is no
// faster than they are at the highest clock that is known.
bool is_of_vector_units(const Part& part, const Measurement& measured, const Rate& rate,
                        const Chip& chip) {
  if (measured.id.kernel == "fma") return true;
  const DeclaredOfDevice vector = vector_of_device(chip, *precision_of(measured.id));
  const auto share = share_of(rate, vector, above_advertised(part, measured, rate, chip));
  return share && share->value <= info(Threshold::unlocked_above).standard;
}

// The rate of the path that the row declares that comes nearest to it.
struct BestShare {
  std::optional<Share> of_declared;
  bool vector_left_out = false;  // what vector units alone may have made
};

// Generic paths prove "over" and nothing else. Where the row has a figure of matrix units, vector
// units stand for them only if the hardware says that it has none and they do all that is declared.
BestShare best_share(const Part& part, const Chip& chip, Precision precision,
                     const Thresholds& thresholds) {
  const DeclaredOfDevice declared = declared_of_device(chip, precision);
  const bool matrix = declares_matrix(part, chip, precision);
  const MatrixPath path = matrix_path(part, precision);
  BestShare best;
  for (const Measurement* one : part.measurements) {
    const auto* rate = std::get_if<Rate>(&one->outcome);
    if (!rate || precision_of(one->id) != precision || !is_native(*rate)) continue;
    const auto share = share_of(*rate, declared, above_advertised(part, *one, *rate, chip));
    const bool all = share && share->value >= thresholds[Threshold::cut_below];
    const bool asks = matrix && one->id.kernel != "mma" &&
                      (one->id.kernel == "fma" || path != MatrixPath::measured);
    if (asks && !(path == MatrixPath::denied && all) &&
        is_of_vector_units(part, *one, *rate, chip)) {
      best.vector_left_out = true;
    } else if (share && (!best.of_declared || share->value > best.of_declared->value)) {
      best.of_declared = share;
    }
  }
  return best;
}

// "" unless all that was measured in a precision is far from what is declared: by a library's slow
// path, or by the vector units where the row declares the matrix units. Half of it is too
// little by far: it is what the next wider format does, and the vector units of many products.
std::string outcome_too_low(const Part& part, const Chip& chip, Precision precision,
                            const Thresholds& thresholds) {
  if (part.sliced) return "";
  const BestShare best = best_share(part, chip, precision, thresholds);
  if (!best.of_declared) {
    return best.vector_left_out ? "by vector units alone, or no faster than they are, where matrix "
                                  "units are declared"
                                : "";
  }
  const double least_share = thresholds[Threshold::outcome_share];
  const Share& share = *best.of_declared;
  if (share.value > least_share || share.value >= 1) return "";
  return fmt::format(
      "{:.3g} % of what is declared, no more than {:g} %: the declared path may be missing{}",
      100 * share.value, 100 * least_share,
      share.by_clock ? ""
                     : ", or the clock was low (a power limit, a lock): this rate "
                       "has no count of clocks");
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

// The fp64 matrix instruction is one of every NVIDIA architecture since sm_80; those without units
// of its own work it off on the vector units (sm_103a, sm_120a, sm_121a). At no more than these are
// declared to do it tells of no other product. In other precisions the instruction is there with
// its units.
bool is_matrix_by_vector(const Chip& chip, const BenchmarkId& id, const Rate& rate) {
  if (id.kernel != "mma" || precision_of(id) != Precision::fp64) return false;
  const DeclaredOfDevice vector = vector_of_device(chip, Precision::fp64);
  const auto issue = per_clock(rate);
  return issue && vector.per_clock_per_unit > 0 &&
         *issue <= info(Threshold::unlocked_above).standard * vector.per_clock_per_unit;
}

// The vector units multiply formats, too, of which no sheet speaks. As long as they come to no more
// than one of a row's vector formats, by width, they tell of no other product; a row without any
// is held by its matrix formats.
bool is_silent_on_vector(const Part& part, const Chip& chip, const Measurement& measured,
                         const Rate& rate) {
  const auto precision = precision_of(measured.id);
  if (measured.id.kernel != "fma" || !precision) return false;
  const bool vector = !chip.declared_vector.empty();
  const double faster = above_advertised(part, measured, rate, chip);
  return std::ranges::any_of(vector ? chip.declared_vector : chip.declared, [&](const auto& entry) {
    const DeclaredOfDevice declared =
        vector ? vector_of_device(chip, entry.first) : declared_of_device(chip, entry.first);
    const auto share = share_of(rate, declared, faster);
    const double wider = static_cast<double>(info(*precision).bit_length) /
                         static_cast<double>(info(entry.first).bit_length);
    return share && share->value * wider <= info(Threshold::unlocked_above).standard;
  });
}

// A path that the row does not know: its maker has made no claim for it, and what the row says of
// the board may be said of another product.
void add_undeclared(const Part& part, const Chip& chip, BoardFacts& facts) {
  std::vector<std::string> ids;
  for (const Measurement* measurement : part.measurements) {
    const auto precision = precision_of(measurement->id);
    const auto* rate = std::get_if<Rate>(&measurement->outcome);
    const std::string& kernel = measurement->id.kernel;
    if (!rate || (kernel != "mma" && kernel != "gemm" && kernel != "fma")) continue;
    const bool native = counts(*rate) && !rate->generic && rate->quantity == Quantity::operations;
    // One that this program does not know, of a newer module, no row declares either. Vector units
    // make products, and no matrix instruction.
    const bool by_vector = kernel != "mma" || is_host_cpu(*part.devices.front());
    const bool declared = precision && (chip.declared.contains(*precision) ||
                                        is_silent_on_bits(chip, *precision, *rate) ||
                                        is_matrix_by_vector(chip, measurement->id, *rate) ||
                                        is_silent_on_vector(part, chip, *measurement, *rate) ||
                                        (by_vector && chip.declared_vector.contains(*precision)));
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

}  // namespace

std::set<Precision> native_precisions(const Chip& chip) {
  std::set<Precision> native;
  for (const auto& [precision, figure] : chip.declared) native.insert(precision);
  for (const auto& [precision, figure] : chip.declared_vector) native.insert(precision);
  for (const auto& [precision, figure] : chip.per_clock_per_unit) native.insert(precision);
  return native;
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
    std::string missing = missing_outcome(part, precision);
    if (missing.empty()) {
      missing = outcome_too_low(part, *chip, precision, thresholds);
    }
    if (missing.empty()) continue;
    facts.outcomes_missing.push_back(
        fmt::format("{} {}: {}", part.devices.front()->id.value, name(precision), missing));
  }
}

}  // namespace tpp
