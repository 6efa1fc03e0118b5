#include "tests/unit/core/histories.h"

#include <algorithm>
#include <iterator>

namespace tpp::test {

Scene followed() {
  Scene scene = measured(large_chip());
  scene.device().serial = "1652523000017";
  scene.device().uuid = "GPU-1";
  scene.device().driver_version = "580.65.06";
  scene.device().unit_kind = "SM";
  for (std::size_t i = 0; i < scene.measurements.size(); ++i) {
    const double value = *scene.rate(i).per_clock_per_unit;
    scene.rate(i).per_clock_interval = Interval{value * 0.9995, value * 1.0005};
  }
  return scene;
}

Report report_on(const std::string& day, const Scene& scene) {
  Report report;
  report.agent_version = "1.0";
  report.mode = scene.options.mode;
  report.started_at = "2026-" + day + "T12:00:00Z";
  report.inventory = scene.inventory;
  report.inventory.node.hostname = "node-1";
  report.measurements = scene.measurements;
  report.performances = aggregate_scene(scene);
  report.verdicts = classify_scene(scene).verdicts;
  report.rules = {october_2023()};
  report.chips = scene.catalog.chips;
  return report;
}

History history_of(std::initializer_list<Report> reports, const Thresholds& thresholds) {
  std::vector<StoredReport> stored;
  for (const Report& report : reports) stored.push_back({report.started_at + ".json", &report});
  return board_history(stored, thresholds);
}

std::vector<BoardEvent> events_of(std::initializer_list<Report> reports) {
  return history_of(reports).steps.back().events;
}

std::vector<BoardEvent> events_of(BoardEventKind kind, std::initializer_list<Report> reports) {
  const std::vector<BoardEvent> all = events_of(reports);
  std::vector<BoardEvent> events;
  std::ranges::copy_if(all, std::back_inserter(events),
                       [&](const BoardEvent& event) { return event.kind == kind; });
  return events;
}

}  // namespace tpp::test
