#include "tests/unit/core/boards.h"

#include <algorithm>

#include "agent/boards/aggregate.h"
#include "agent/regulation/rule_file.h"

namespace tpp::test {
namespace {

constexpr double kMeasuredClock = 0.97;  // of the advertised one

Chip gridded(const std::string& id, int units, double clock_mhz, const Tops& grid) {
  Chip row = chip(id, {}, 0);
  row.units = figure(units);
  row.unit_kind = "SM";
  row.matrix_clock_hz = figure(clock_mhz * 1e6);
  for (const auto& [precision, operations] : grid) {
    row.per_clock_per_unit[precision] = figure(operations);
    row.declared[precision] = figure(operations * units * clock_mhz * 1e6);
  }
  return row;
}

}  // namespace

Figure figure(double value, Confidence confidence) { return {value, confidence, "sheet"}; }

Chip chip(const std::string& id, const Tops& tops, double area_mm2, bool datacenter) {
  Chip row;
  row.id.value = id;
  row.vendor = "Vendor";
  row.name = id;
  row.datacenter = datacenter;
  row.pci_ids = {"10de:0001"};
  row.reported_names = {"NVIDIA " + id};
  row.memory_bytes = figure(16e9);
  row.units = figure(40);
  row.nonplanar = true;
  row.details.grounds["datacenter"] = {Confidence::source, "sheet"};
  if (area_mm2 > 0) row.applicable_die_area_mm2 = figure(area_mm2);
  for (const auto& [precision, value] : tops) row.declared[precision] = figure(value * 1e12);
  return row;
}

Chip small_chip() {
  Chip row = gridded("small", 40, 1590, {{Precision::fp16, 1024}, {Precision::int8, 2048}});
  row.applicable_die_area_mm2 = figure(545);
  return row;
}

Chip large_chip() {
  Chip row = gridded("large", 132, 1830, {{Precision::fp16, 4096}, {Precision::fp8_e4m3, 8192}});
  row.applicable_die_area_mm2 = figure(814);
  row.memory_bytes = figure(80e9);
  return row;
}

Scene inventory_of(const Chip& chip) {
  Scene scene;
  scene.catalog.known_through = "2026-09-30";
  scene.catalog.chips = {chip};
  scene.options.mode = PassMode::inventory;
  Board board;
  board.id.value = "board-0";
  const int count = chip.devices_per_package * chip.packages_per_board;
  for (int index = 0; index < count; ++index) {
    Device device;
    const bool host = chip.kind == DeviceKind::cpu;
    device.id.value =
        host ? "cpu:" + std::to_string(index) : "0000:0" + std::to_string(index + 1) + ":00.0";
    device.package.value = "package-" + std::to_string(index / chip.devices_per_package);
    device.board = board.id;
    device.kind = chip.kind;
    device.name = chip.reported_names.empty() ? chip.name : chip.reported_names.front();
    if (!chip.pci_ids.empty()) device.pci_id = chip.pci_ids.front();
    if (chip.units) device.units = static_cast<int>(chip.units->value) / count;
    if (chip.memory_bytes) {
      device.memory_bytes = static_cast<std::uint64_t>(chip.memory_bytes->value / count);
    }
    if (chip.matrix_clock_hz) device.max_clock_hz = chip.matrix_clock_hz->value;
    board.devices.push_back(device.id);
    scene.inventory.devices.push_back(device);
  }
  scene.inventory.boards = {board};
  return scene;
}

Rate rate(double per_second, double per_clock, int units) {
  Rate result;
  result.per_second = per_second;
  result.interval = {per_second * 0.999, per_second * 1.001};
  result.bootstrap = true;
  result.batches = 40;
  result.steady = true;
  result.per_clock_per_unit = per_clock * 0.999;
  result.snapped_per_clock = per_clock;
  result.units = units;
  result.checked_values = 64;
  result.path = "test";
  return result;
}

Measurement measurement(const DeviceId& device, const std::string& kernel,
                        const std::string& subject, Outcome outcome) {
  Measurement result;
  result.id = {device, kernel, subject, ""};
  result.backend = "test";
  result.outcome = std::move(outcome);
  return result;
}

Scene measured(const Chip& chip) {
  Scene scene = inventory_of(chip);
  scene.options.mode = PassMode::full;
  for (const Device& device : scene.inventory.devices) {
    for (const auto& [precision, grid] : chip.per_clock_per_unit) {
      const double clock = chip.matrix_clock_hz->value * kMeasuredClock;
      scene.measurements.push_back(
          measurement(device.id, "mma", std::string(name(precision)),
                      rate(grid.value * *device.units * clock, grid.value, *device.units)));
    }
  }
  return scene;
}

const Rule& october_2023() {
  static const Rule rule = load_rule(std::string(TPP_RULES) + "/us-ear-2023-10.yaml");
  return rule;
}

std::vector<BoardPerformance> aggregate_scene(const Scene& scene) {
  return aggregate(scene.inventory, scene.measurements, scene.catalog);
}

Classification classify_scene(const Scene& scene) {
  const std::vector<BoardPerformance> boards = aggregate_scene(scene);
  ClassifyOptions options = scene.options;
  options.clocks =
      clock_allowances(scene.inventory, scene.measurements, boards, scene.catalog.chips);
  return classify(boards, scene.inventory, october_2023(), options);
}

Verdict verdict_of(const Scene& scene) { return classify_scene(scene).verdicts.at(0); }

bool has_finding(const Classification& result, const std::string& code) {
  return std::ranges::any_of(result.findings,
                             [&](const Finding& finding) { return finding.code == code; });
}

}  // namespace tpp::test
