// Boards for tests: a catalogue row, the node that carries it, and measurements that fit it
// exactly. A test then breaks one thing.
#ifndef TPP_TESTS_UNIT_CORE_BOARDS_H
#define TPP_TESTS_UNIT_CORE_BOARDS_H

#include <string>
#include <utility>
#include <vector>

#include "agent/boards/classify.h"
#include "agent/model/catalog.h"
#include "agent/model/inventory.h"
#include "agent/model/measurement.h"
#include "agent/model/performance.h"

namespace tpp::test {

using Tops = std::vector<std::pair<Precision, double>>;

struct Scene {
  Catalog catalog;
  Inventory inventory;
  std::vector<Measurement> measurements;
  ClassifyOptions options;

  Device& device(std::size_t index = 0) { return inventory.devices.at(index); }
  Board& board() { return inventory.boards.at(0); }
  Chip& chip() { return catalog.chips.at(0); }
  Rate& rate(std::size_t index = 0) { return std::get<Rate>(measurements.at(index).outcome); }
};

Figure figure(double value, Confidence confidence = Confidence::source);

// Dense tera-operations/s of the whole board; an area of 0 is an unknown one.
Chip chip(const std::string& id, const Tops& tops, double area_mm2, bool datacenter = true);

// T4-like: 40 SM at 1590 MHz, fp16 1024 and int8 2048 a clock, TPP 1042, below everything.
Chip small_chip();
// H100-like: 132 SM at 1830 MHz, fp16 4096 and fp8 8192 a clock, TPP 15831.
Chip large_chip();

// One board with the devices that the row says, none measured.
Scene inventory_of(const Chip& chip);
// The same, every declared precision measured by `mma` at the row's grid and 97 % of its clock.
Scene measured(const Chip& chip);

Measurement measurement(const DeviceId& device, const std::string& kernel,
                        const std::string& subject, Outcome outcome);
Rate rate(double per_second, double per_clock, int units);

const Rule& october_2023();
std::vector<BoardPerformance> aggregate_scene(const Scene& scene);
Classification classify_scene(const Scene& scene);
Verdict verdict_of(const Scene& scene);  // of its one board

bool has_finding(const Classification& result, const std::string& code);

}  // namespace tpp::test

#endif
