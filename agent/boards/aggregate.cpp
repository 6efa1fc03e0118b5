#include "agent/boards/aggregate.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "agent/boards/board_parts.h"
#include "agent/boards/declared_board.h"
#include "agent/boards/serial_number.h"
#include "agent/boards/tpp_sum.h"
#include "agent/chips/identify.h"

namespace tpp {
namespace {

// A rate of one part in one precision by one kernel, on its way to the board.
struct PartRate {
  CountedRate counted;
  bool never = false;  // suspect, emulated, unverified, simulated among real: shown, counts nowhere
  bool only_over = false;  // generic
  std::string kernel;
  std::string path;
};

struct Estimate {
  double value;
  Interval interval;
};

// What a rate says on one basis; nullopt where it says nothing.
using OnBasis = std::function<std::optional<Estimate>(const Rate&, const Device&)>;

// The device's own timer may be off: by as much as it disagrees with the host's clock, the rate may
// be.
std::optional<Estimate> achieved(const Rate& rate, const Device&) {
  if (!std::isfinite(rate.per_second) || rate.per_second <= 0) return std::nullopt;
  const double low = std::min(rate.interval.low, rate.per_second);
  const double high = std::max(rate.interval.high, rate.per_second);
  const double timer =
      std::isfinite(rate.timer_ratio) && rate.timer_ratio > 0 ? rate.timer_ratio : 1;
  return Estimate{rate.per_second, {low * std::min(1.0, timer), high * std::max(1.0, timer)}};
}

std::optional<Estimate> at_clock(const Rate& rate, const Device& device,
                                 std::optional<double> clock_hz) {
  const auto issue = per_clock(rate);
  const int units = device.units.value_or(rate.units);
  if (!issue || !clock_hz || units <= 0 || !std::isfinite(*issue)) return std::nullopt;
  const double scale = units * *clock_hz;
  Interval interval{*issue * scale, *issue * scale};
  if (!rate.snapped_per_clock && rate.per_clock_interval) {
    interval = {rate.per_clock_interval->low * scale, rate.per_clock_interval->high * scale};
  }
  return Estimate{*issue * scale, interval};
}

bool has_matrix_rate(const Part& part, Precision precision) {
  return std::ranges::any_of(part.measurements, [&](const Measurement* measurement) {
    return measurement->id.kernel == "mma" && precision_of(measurement->id) == precision &&
           std::holds_alternative<Rate>(measurement->outcome);
  });
}

// The vector units are units of their own on an accelerator; a host core has one set of ports. A
// library's product runs on the matrix units only where there are any of that precision: else it is
// the vector units that it keeps busy, and adding both would count them twice.
UnitClass unit_class_of(const Part& part, const Measurement& measurement, Precision precision) {
  const Device* device = device_of(part, measurement.id.device);
  if (device && is_host_cpu(*device)) return UnitClass::matrix;
  const std::string& kernel = measurement.id.kernel;
  const bool vector = kernel == "fma" || (kernel == "gemm" && !has_matrix_rate(part, precision));
  return vector ? UnitClass::vector : UnitClass::matrix;
}

bool is_real(const BoardParts& board) {
  return std::ranges::any_of(board.devices,
                             [](const Device* device) { return !device->simulated; });
}

// Of any quantity: shown at most, but part of no sum.
bool never_counts(const Rate& rate, const Device& device, bool real_board) {
  return !counts(rate) || (device.simulated && real_board);
}

std::vector<PartRate> rates_of_part(const Part& part, bool real_board, const OnBasis& on_basis) {
  std::vector<PartRate> rates;
  for (const Measurement* measurement : part.measurements) {
    const auto precision = precision_of(measurement->id);
    const auto* rate = std::get_if<Rate>(&measurement->outcome);
    const Device* device = device_of(part, measurement->id.device);
    if (!precision || !rate || !device || rate->quantity != Quantity::operations) continue;
    const auto estimate = on_basis(*rate, *device);
    if (!estimate) continue;
    PartRate entry;
    entry.counted = {*precision,      unit_class_of(part, *measurement, *precision),
                     estimate->value, estimate->interval,
                     !rate->generic,  Confidence::source};
    entry.never = never_counts(*rate, *device, real_board);
    entry.only_over = rate->generic;
    entry.kernel = measurement->id.kernel;
    entry.path = rate->path;
    rates.push_back(std::move(entry));
  }
  return rates;
}

// Entries of a report: one a precision, kernel and worth, the parts added.
class ShownRates {
 public:
  void add_part(const std::vector<PartRate>& part) {
    std::map<Key, PrecisionRate> best;
    for (const PartRate& rate : part) {
      const Key key{rate.counted.precision, rate.kernel, rate.never, rate.only_over};
      PrecisionRate& entry = best[key];
      if (entry.ops_per_second >= rate.counted.ops_per_second) continue;
      entry = {
          rate.counted.precision, rate.counted.ops_per_second,
          rate.counted.interval,  !rate.never,
          rate.only_over,         rate.path.empty() ? rate.kernel : rate.kernel + ": " + rate.path};
    }
    for (const auto& [key, entry] : best) {
      Sum& sum = sums_[key];
      ++sum.parts;
      if (sum.parts == 1) {
        sum.rate = entry;
        continue;
      }
      sum.rate.ops_per_second += entry.ops_per_second;
      sum.rate.interval.low += entry.interval.low;
      sum.rate.interval.high += entry.interval.high;
    }
    parts_ += part.empty() ? 0 : 1;
  }

  // Rates that were measured are a lower bound without a part, too; an estimate of all but one
  // part that has others estimates nothing.
  std::vector<PrecisionRate> take(bool of_all_parts) {
    std::vector<PrecisionRate> rates;
    for (const auto& [key, sum] : sums_) {
      if (!of_all_parts || sum.parts == parts_) rates.push_back(sum.rate);
    }
    return rates;
  }

 private:
  using Key = std::tuple<Precision, std::string, bool, bool>;
  struct Sum {
    PrecisionRate rate;
    int parts = 0;
  };
  std::map<Key, Sum> sums_;
  int parts_ = 0;  // that have rates at all
};

void add_measured(const BoardParts& board, Basis basis, const OnBasis& on_basis,
                  BoardPerformance& performance) {
  const bool real_board = is_real(board);
  ShownRates shown;
  std::vector<PartRates> parts;
  bool complete = performance.facts.partial.empty() && performance.facts.failed.empty();
  for (const Part& part : board.parts) {
    const std::vector<PartRate> rates = rates_of_part(part, real_board, on_basis);
    shown.add_part(rates);
    PartRates counted;
    for (const PartRate& rate : rates) {
      if (!rate.never) counted.push_back(rate.counted);
    }
    complete = complete && !counted.empty();
    parts.push_back(std::move(counted));
  }
  if (auto rates = shown.take(basis != Basis::achieved); !rates.empty())
    performance.rates[basis] = std::move(rates);
  if (auto tpp = sum_tpp(parts, complete)) performance.tpp[basis] = std::move(*tpp);
}

// Bus width x data rate of all devices: of some of them it would be an estimate of another board.
std::optional<double> pin_rate(const BoardParts& board) {
  double sum = 0;
  for (const Part& part : board.parts) {
    const Device& device = *part.devices.front();
    if (part.sliced || !device.memory_bus_bits || !device.memory_transfers_per_s) {
      return std::nullopt;
    }
    sum += *device.memory_bus_bits / 8.0 * *device.memory_transfers_per_s;
  }
  return sum > 0 && board.lost.empty() ? std::optional(sum) : std::nullopt;
}

// Bytes/s really moved: the best of read, write and triad of each part, added. Without one of them
// it is a lower bound still, and no less than what it may disprove.
void add_memory(const BoardParts& board, BoardPerformance& performance) {
  const bool real_board = is_real(board);
  double moved = 0;
  for (const Part& part : board.parts) {
    double best = 0;
    for (const Measurement* measurement : part.measurements) {
      const auto* rate = std::get_if<Rate>(&measurement->outcome);
      const Device* device = device_of(part, measurement->id.device);
      const bool moves = rate && device && measurement->id.kernel == "dram" &&
                         rate->quantity == Quantity::bytes && std::isfinite(rate->per_second);
      if (moves && !never_counts(*rate, *device, real_board)) {
        best = std::max(best, rate->per_second);
      }
    }
    moved += best;
  }
  if (moved > 0) performance.memory_bandwidth[Basis::achieved] = moved;
  // The memory has one clock of its own, the highest that the device admits.
  if (const auto pins = pin_rate(board)) {
    performance.memory_bandwidth[Basis::inferred_max_clock] = *pins;
  }
}

// One accelerator among host processors makes the board an accelerator's. A device that only says
// that it is a CPU is classified as all others are, and what it says is held against it.
void add_kind(const BoardParts& board, BoardFacts& facts) {
  const bool host =
      !board.devices.empty() &&
      std::ranges::all_of(board.devices, [](const Device* device) { return is_host_cpu(*device); });
  facts.kind = host ? DeviceKind::cpu : DeviceKind::gpu;
  for (const Device* device : board.devices) {
    if (is_host_cpu(*device)) continue;
    if (device->kind != DeviceKind::cpu) {
      facts.kind = device->kind;
      continue;
    }
    facts.identity_differs.push_back(fmt::format(
        "kind: {} says that it is a CPU, and is no socket of this node", device->id.value));
  }
}

// No row holds one to compare it with; without it, the board is known by its place alone.
bool has_serial(const BoardParts& board) {
  return std::ranges::all_of(board.devices, [](const Device* device) {
    return is_host_cpu(*device) || (device->serial && is_written_serial(*device->serial));
  });
}

BoardFacts board_facts(const BoardParts& board, const Identity& identity) {
  BoardFacts facts;
  const Chip* chip = identity.chip;
  facts.simulated =
      std::ranges::any_of(board.devices, [](const Device* device) { return device->simulated; });
  facts.datacenter = board.board->datacenter;
  // Of two answers the stricter: an entered "no" does not overrule the catalogue.
  if (chip) facts.datacenter = chip->datacenter || facts.datacenter.value_or(false);
  if (chip && facts.datacenter == false) facts.datacenter_doubt = datacenter_doubt(*chip);
  if (chip) facts.nonplanar = chip->nonplanar;
  facts.identity_agrees = identity.agrees;
  facts.identity_missing = identity.missing;
  // Without a row there is nothing to hold it against.
  if (chip && !has_serial(board)) facts.identity_missing.emplace_back("serial number");
  facts.identity_differs = identity.differs;
  add_kind(board, facts);
  facts.units_differ = identity.units_differ;
  facts.board_uncertain = board.board->uncertain;
  add_measured_facts(board, chip, facts);
  return facts;
}

std::vector<DeviceId> ids_of(const std::vector<const Device*>& devices) {
  std::vector<DeviceId> ids;
  for (const Device* device : devices) ids.push_back(device->id);
  return ids;
}

// What the board is if it is the one or the other of these products, as a whole.
std::optional<std::vector<DeclaredProduct>> candidates_of(const BoardParts& board,
                                                          const std::vector<const Chip*>& chips) {
  std::vector<DeclaredProduct> products;
  for (const Chip* chip : chips) {
    BoardParts as_chip = board;
    count_devices(as_chip, chip);
    products.push_back(
        declared_product(*chip, as_chip.copies, board.board->datacenter.value_or(false)));
    products.back().devices = ids_of(board.devices);
  }
  return products.empty() ? std::nullopt : std::optional(std::move(products));
}

// What those of its devices are of which a row is known: no more than is there.
std::optional<std::vector<DeclaredProduct>> parts_of(
    const BoardParts& board, const std::vector<IdentifiedPart>& identified) {
  std::vector<DeclaredProduct> products;
  for (const IdentifiedPart& part : identified) {
    BoardParts as_part = board;
    std::erase_if(as_part.parts, [&](const Part& one) {
      return std::ranges::find(part.devices, one.devices.front()) == part.devices.end();
    });
    count_devices(as_part, part.chip);
    products.push_back(
        declared_product(*part.chip, as_part.share, board.board->datacenter.value_or(false)));
    products.back().devices = ids_of(part.devices);
  }
  return products.empty() ? std::nullopt : std::optional(std::move(products));
}

BoardPerformance aggregate_board(BoardParts parts, const Catalog& catalog) {
  const Board& board = *parts.board;
  const Identity identity = match_chip(catalog, board, parts.devices);
  const Chip* chip = identity.chip;
  count_devices(parts, chip);

  BoardPerformance performance;
  performance.board = board.id;
  performance.match_reason = identity.reason;
  performance.facts = board_facts(parts, identity);
  add_measured(parts, Basis::achieved, achieved, performance);
  const auto at_max = [](const Rate& rate, const Device& device) {
    return at_clock(rate, device, device.max_clock_hz);
  };
  add_measured(parts, Basis::inferred_max_clock, at_max, performance);
  add_memory(parts, performance);
  if (!chip) {
    performance.candidates = candidates_of(parts, identity.candidates);
    performance.parts = parts_of(parts, identity.parts);
    return performance;
  }

  performance.chip = chip->id;
  const auto& advertised = chip->matrix_clock_hz ? chip->matrix_clock_hz : chip->boost_clock_hz;
  if (advertised && advertised->confidence == Confidence::recall) {
    performance.facts.outcomes_missing.emplace_back(
        "inferred TPP: the advertised clock of the row is from memory");
  }
  const auto at_advertised = [&](const Rate& rate, const Device& device) {
    return at_clock(rate, device, advertised ? std::optional(advertised->value) : std::nullopt);
  };
  add_measured(parts, Basis::inferred_advertised_clock, at_advertised, performance);
  add_declared(*chip, parts.copies, performance);
  add_area(*chip, parts.copies, performance);
  return performance;
}

}  // namespace

std::vector<BoardPerformance> aggregate(const Inventory& inventory,
                                        const std::vector<Measurement>& measurements,
                                        const Catalog& catalog, const Thresholds& thresholds) {
  std::vector<BoardPerformance> performances;
  for (const Board& board : inventory.boards) {
    BoardParts parts = collect_parts(inventory, board, measurements);
    parts.thresholds = thresholds;
    performances.push_back(aggregate_board(std::move(parts), catalog));
  }
  return performances;
}

}  // namespace tpp
