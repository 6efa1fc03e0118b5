#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "agent/chips/catalog_row_checks.h"

namespace tpp {
namespace {

// A reticle exposes 858 mm2; stitched dies and areas of whole stacks stay under this.
constexpr double kLargestDieMm2 = 2000;
constexpr double kLargestWaferMm2 = 72000;  // of 300 mm
constexpr double kLargestTops = 1e6;
constexpr double kLargestTpp = 1e6;

struct Limit {
  std::string_view path;
  std::string_view unit;
  double scale;  // base unit -> unit shown
  double low;
  double high;
  std::optional<Figure> Chip::*member;
};
constexpr std::array kLimits = {
    Limit{"units", "units", 1, 1, 1e6, &Chip::units},
    Limit{"boost_clock_mhz", "MHz", 1e-6, 10, 10000, &Chip::boost_clock_hz},
    Limit{"matrix_clock_mhz", "MHz", 1e-6, 10, 10000, &Chip::matrix_clock_hz},
    Limit{"board_power_w", "W", 1, 0.1, 50000, &Chip::board_power_w},
    Limit{"memory_gb", "GB", 1e-9, 0.001, 100000, &Chip::memory_bytes},
    Limit{"memory_bandwidth_gbs", "GB/s", 1e-9, 0.1, 1e8, &Chip::memory_bandwidth},
};

struct DetailLimit {
  std::string_view path;
  std::string_view unit;
  double scale;
  double low;
  double high;
  std::optional<Figure> ChipDetails::*member;
};
constexpr std::array kDetailLimits = {
    DetailLimit{"memory_bus_bits", "bits", 1, 8, 65536, &ChipDetails::memory_bus_bits},
    DetailLimit{"transistors_billion", "billion", 1e-9, 0.01, 10000, &ChipDetails::transistors},
    DetailLimit{"interconnect_gbs", "GB/s", 1e-9, 0.1, 1e6, &ChipDetails::interconnect},
};

// The most that a board of one memory type moves: the widest interface at the highest speed sold.
struct MemoryLimit {
  std::string_view type;  // the first that the row's type begins with
  double gigabytes_per_s;
  double gigabits_per_s_and_pin;
};
constexpr std::array kMemoryLimits = {
    MemoryLimit{"HBM2e", 3700, 3.7}, MemoryLimit{"HBM2", 2100, 2.5},
    MemoryLimit{"HBM3e", 9900, 9.9}, MemoryLimit{"HBM3", 6600, 6.6},
    MemoryLimit{"HBM4", 33000, 16},  MemoryLimit{"GDDR5", 700, 14},
    MemoryLimit{"GDDR6", 1100, 24},  MemoryLimit{"GDDR7", 2100, 36},
    MemoryLimit{"LPDDR", 1100, 11},  MemoryLimit{"DDR3", 200, 2.2},
    MemoryLimit{"DDR4", 500, 3.3},   MemoryLimit{"DDR5", 1100, 12.8},
};

// No memory is sold at less than this part of the highest speed of its type.
constexpr double kSlowestMemory = 0.15;

void add(const Chip& chip, const std::string& path, std::string message, CatalogFaults& faults) {
  faults.push_back({place_of(chip, path), chip.id.value, std::move(message)});
}

template <class Row>
void check_limit(const Chip& chip, const Row& row, const std::optional<Figure>& figure,
                 CatalogFaults& faults) {
  if (!figure) return;
  const double value = figure->value * row.scale;
  if (value >= row.low && value <= row.high) return;
  add(chip, std::string(row.path),
      fmt::format("found {} of {:g} {}, expected {:g} to {:g}", row.path, value, row.unit, row.low,
                  row.high),
      faults);
}

void check_dies(const Chip& chip, CatalogFaults& faults) {
  double all = 0;
  bool known = !chip.details.dies.empty();
  for (const Die& die : chip.details.dies) {
    known = known && die.area_mm2;
    if (!die.area_mm2) continue;
    const double area = die.area_mm2->value;
    all += area * die.count * chip.packages_per_board;
    const bool wafer = die.role.find("wafer") != std::string::npos;
    const double most = wafer ? kLargestWaferMm2 : kLargestDieMm2;
    if (area >= 1 && area <= most) continue;
    add(chip, "dies",
        fmt::format("found a die of {:g} mm2 ({}), expected 1 to {:g}", area, die.role, most),
        faults);
  }
  if (!known || !chip.details.transistors) return;
  // 28 nm logic has about 15 million a mm2, the densest memory of 2 nm about 300.
  const double density = chip.details.transistors->value / all * 1e-6;
  if (density >= 2 && density <= 400) return;
  add(chip, "transistors_billion",
      fmt::format("found {:.3g} million transistors a mm2 of die, expected 2 to 400", density),
      faults);
}

void check_memory(const Chip& chip, CatalogFaults& faults) {
  const std::string& type = chip.details.memory_type;
  const auto row = std::ranges::find_if(
      kMemoryLimits, [&](const MemoryLimit& limit) { return type.starts_with(limit.type); });
  // Two kinds of memory on one board: the figure may be of the faster one.
  const bool several = type.find('+') != std::string::npos;
  if (row == kMemoryLimits.end() || several || !chip.memory_bandwidth) return;
  const double moved = chip.memory_bandwidth->value * 1e-9;
  if (moved > row->gigabytes_per_s) {
    add(chip, "memory_bandwidth_gbs",
        fmt::format("found {:g} GB/s of {}, expected {:g} at most", moved, type,
                    row->gigabytes_per_s),
        faults);
  }
  if (!chip.details.memory_bus_bits) return;
  const double pin = moved * 8 / chip.details.memory_bus_bits->value;
  if (pin >= row->gigabits_per_s_and_pin * kSlowestMemory && pin <= row->gigabits_per_s_and_pin) {
    return;
  }
  add(chip, "memory_bus_bits",
      fmt::format("found {:.3g} Gb/s a pin of {} (bandwidth / bus width), expected {:g} to {:g}",
                  pin, type, row->gigabits_per_s_and_pin * kSlowestMemory,
                  row->gigabits_per_s_and_pin),
      faults);
}

}  // namespace

void check_limits(const Chip& chip, CatalogFaults& faults) {
  for (const Limit& row : kLimits) check_limit(chip, row, chip.*row.member, faults);
  for (const DetailLimit& row : kDetailLimits) {
    check_limit(chip, row, chip.details.*row.member, faults);
  }
  for (const auto& [precision, rate] : chip.declared) {
    const double tops = rate.value * 1e-12;
    const double tpp = tops * info(precision).bit_length;
    if (tops <= kLargestTops && tpp <= kLargestTpp) continue;
    add(chip, fmt::format("declared_tops.{}", name(precision)),
        fmt::format("found {:.6g} T in {} (TPP {:.6g}), expected {:g} at most", tops,
                    name(precision), tpp, kLargestTpp),
        faults);
  }
  check_dies(chip, faults);
  check_memory(chip, faults);
}

}  // namespace tpp
