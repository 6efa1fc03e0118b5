// The parts of the metrics: devices (device_metrics.cpp), boards (board_metrics.cpp), the agent
// (agent_metrics.cpp), and what surrounds them (report_metrics.cpp). Inside exporters only.
#ifndef TPP_EXPORTERS_PROMETHEUS_METRIC_SECTIONS_H
#define TPP_EXPORTERS_PROMETHEUS_METRIC_SECTIONS_H

#include <string>
#include <vector>

#include "agent/model/agent_status.h"
#include "agent/model/report.h"
#include "exporters/prometheus/metric_families.h"
#include "exporters/prometheus/series_keys.h"
#include "exporters/report_lookup.h"

namespace tpp {

// What every part looks at.
struct MetricScene {
  const Report& report;
  const SeriesKeys& keys;
  bool detail = false;
};

// Whether an edition is in force on the day that the report was made.
bool in_force(const Report& report, const Rule& rule);

// Of the board that a device is on, as far as the report tells it; `view` may lack everything but
// the device.
void add_device_metrics(const MetricScene& scene, const BoardView& view, const Device& device,
                        MetricFamilies& families);
void add_board_metrics(const MetricScene& scene, const BoardView& view, MetricFamilies& families);
void add_agent_metrics(const AgentStatus& status, MetricFamilies& families);

}  // namespace tpp

#endif
