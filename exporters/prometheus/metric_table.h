// The metrics, one row each: name, kind, labels and help text. What each means to its reader stands
// in docs/metrics.md, which a test holds beside this table.
#ifndef TPP_EXPORTERS_PROMETHEUS_METRIC_TABLE_H
#define TPP_EXPORTERS_PROMETHEUS_METRIC_TABLE_H

#include <cstddef>
#include <span>
#include <string_view>

namespace tpp {

// In the order in which they are written.
enum class Metric {
  build_info,
  report_timestamp,
  report_duration,
  report_simulated,
  report_forced,
  report_untrusted_code,
  report_banners,
  rule_info,
  rule_known_through,
  finding,
  device_info,
  device_throughput,
  device_memory_bandwidth,
  board_info,
  board_partial,
  board_tpp,
  board_tpp_for_information,
  board_tpp_complete,
  board_density,
  board_classification,
  board_assurance,
  board_margin,
  board_findings,
  board_measurement_success,
  board_last_measurement,
  passes,
  last_pass_success,
  last_pass_end,
  last_pass_duration,
  config_reload_success,
  measurements,
  board_changes,
  probe_success,
  probe_duration,
  device_kernel_throughput,
  device_kernel_bandwidth,
  board_throughput,
  board_memory_bandwidth,
  board_tpp_low,
  board_tpp_high,
  board_tpp_reading,
  board_finding,
};
inline constexpr std::size_t kMetrics = 42;

enum class MetricKind { gauge, counter };

struct MetricInfo {
  Metric metric;
  std::string_view name;
  MetricKind kind;
  std::string_view labels;  // in their order, separated by spaces
  std::string_view help;
  bool detail = false;  // written only where detail is asked for
};

std::span<const MetricInfo> metrics();
const MetricInfo& info(Metric metric);

}  // namespace tpp

#endif
