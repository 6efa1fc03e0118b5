#include "exporters/format.h"

#include <array>

#include "exporters/devices_table.h"
#include "exporters/plan_table.h"
#include "exporters/prometheus/report_metrics.h"
#include "exporters/report_json.h"
#include "exporters/topology_tree.h"

namespace tpp {
namespace {

std::string report_as_json(const Report& report, const TableOptions&) {
  return render_json(report);
}
std::string inventory_as_json(const Inventory& inventory, const std::vector<std::string>& banners,
                              const TableOptions&) {
  return render_json(inventory, banners);
}

std::string plan_as_json(const Plan& plan, const TableOptions&) { return render_json(plan); }

std::string report_as_metrics(const Report& report, const TableOptions& options) {
  return render_prometheus(report, {.version = report.agent_version}, {options.metrics_detail});
}

std::string inventory_as_metrics(const Inventory& inventory,
                                 const std::vector<std::string>& banners,
                                 const TableOptions& options) {
  Report report;
  report.mode = PassMode::inventory;
  report.banners = banners;
  report.inventory = inventory;
  report.findings = inventory.findings;
  return report_as_metrics(report, options);
}

constexpr std::array kFormats = {
    Format{"table", "aligned text for a person", &render_table, &render_devices, &render_topology,
           &render_plan},
    Format{"json", "everything, after share/tpp/schema/report.schema.json", &report_as_json,
           &inventory_as_json, &inventory_as_json, &plan_as_json},
    Format{"prometheus", "metrics for Prometheus, as docs/metrics.md lists them",
           &report_as_metrics, &inventory_as_metrics, nullptr, nullptr},
};

}  // namespace

std::span<const Format> formats() { return kFormats; }

const Format* find_format(std::string_view name) {
  for (const Format& format : kFormats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

}  // namespace tpp
