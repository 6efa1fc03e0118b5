// A report, and how the agent has fared, as Prometheus' metrics: a snapshot as families of
// prometheus-cpp's model, and its text. Pure, and the same bytes for the same values whatever the
// locale. What each metric means, and when it is absent: docs/metrics.md.
#ifndef TPP_EXPORTERS_PROMETHEUS_REPORT_METRICS_H
#define TPP_EXPORTERS_PROMETHEUS_REPORT_METRICS_H

#include <prometheus/metric_family.h>

#include <cstddef>
#include <string>
#include <vector>

#include "agent/model/agent_status.h"
#include "agent/model/report.h"

namespace tpp {

// Without detail. What does not fit of a device is what it was not measured at. A board has as many
// under one edition in force with at most twelve classes.
inline constexpr std::size_t kMostDeviceSeries = 20;
inline constexpr std::size_t kMostBoardSeries = 40;

struct MetricOptions {
  bool detail = false;  // every kernel, basis, reading and edition
};

std::vector<prometheus::MetricFamily> metric_families(const Report& report,
                                                      const AgentStatus& status,
                                                      const MetricOptions& options = {});

// In the text format 0.0.4, without times. What must not be missed (simulated, forced, untrusted)
// stands as comments in the first lines.
std::string render_prometheus(const Report& report, const AgentStatus& status,
                              const MetricOptions& options = {});

// Of the agent alone, to stand beside a report's that were made without it.
std::string render_agent_metrics(const AgentStatus& status);

}  // namespace tpp

#endif
