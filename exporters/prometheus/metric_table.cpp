#include "exporters/prometheus/metric_table.h"

#include <array>

#include "agent/support/error.h"

namespace tpp {
namespace {

using enum MetricKind;

constexpr bool kDetail = true;

constexpr std::array<MetricInfo, kMetrics> kTable = {{
    {Metric::build_info, "tpp_build_info", gauge, "version revision",
     "Version of the agent; the value is 1."},
    {Metric::report_timestamp, "tpp_report_timestamp_seconds", gauge, "",
     "When the pass of this report began, in seconds since 1970."},
    {Metric::report_duration, "tpp_report_duration_seconds", gauge, "",
     "How long the pass of this report took."},
    {Metric::report_simulated, "tpp_report_simulated", gauge, "",
     "1 if a figure of this report is of a simulated device, else 0."},
    {Metric::report_forced, "tpp_report_forced", gauge, "",
     "1 if an option narrowed what was measured, else 0."},
    {Metric::report_untrusted_code, "tpp_report_untrusted_code", gauge, "",
     "1 if code took part that others than root can change, else 0."},
    {Metric::report_banners, "tpp_report_banners", gauge, "",
     "Warnings in the first line of this report: simulated, forced, overridden or untrusted "
     "inputs."},
    {Metric::rule_info, "tpp_rule_info", gauge, "rule in_force",
     "Editions of rules that boards were held against; the value is 1."},
    {Metric::rule_known_through, "tpp_rule_known_through_timestamp_seconds", gauge, "rule",
     "Day through which the edition is known, in seconds since 1970."},
    {Metric::finding, "tpp_finding", gauge, "code class severity",
     "Findings of this code on the node; absent where there is none."},
    {Metric::device_info, "tpp_device_info", gauge,
     "uuid board device kind vendor name architecture unit_kind units pci_id serial driver_version "
     "vbios_version backend slice simulated forced",
     "What is known of a device; the value is 1."},
    {Metric::device_throughput, "tpp_device_dense_throughput_ops_per_second", gauge,
     "uuid basis precision", "Dense operations per second of a device; a multiply-add is two."},
    {Metric::device_memory_bandwidth, "tpp_device_memory_bandwidth_bytes_per_second", gauge,
     "uuid basis", "Bytes per second of a device's own memory."},
    {Metric::board_info, "tpp_board_info", gauge,
     "board id product chip declared_confidence kind devices grouped_by datacenter serial",
     "What is known of a board; the value is 1."},
    {Metric::board_partial, "tpp_board_partial", gauge, "board",
     "1 if less than the whole board was looked at, else 0."},
    {Metric::board_tpp, "tpp_board_tpp", gauge, "board basis",
     "Total processing performance of a board: tera operations per second x bit length."},
    {Metric::board_tpp_for_information, "tpp_board_tpp_for_information", gauge, "board basis",
     "The same of a host processor, which is no part that the rules count."},
    {Metric::board_tpp_complete, "tpp_board_tpp_complete", gauge, "board basis",
     "1 if every device of the board is in its TPP, else 0."},
    {Metric::board_density, "tpp_board_performance_density", gauge, "board basis",
     "TPP per square millimetre of applicable die area."},
    {Metric::board_classification, "tpp_board_classification", gauge, "board rule classification",
     "1 of the class that the board has under the edition, 0 of the others."},
    {Metric::board_assurance, "tpp_board_assurance", gauge, "board rule assurance",
     "1 of how far the evidence for the class carries, 0 of the others."},
    {Metric::board_margin, "tpp_board_nearest_threshold_margin_ratio", gauge, "board rule",
     "Distance of the board from the nearest threshold, as a share of it; negative below it."},
    {Metric::board_findings, "tpp_board_findings", gauge, "board class",
     "Warnings and errors about the board and its devices."},
    {Metric::board_measurement_success, "tpp_board_measurement_success", gauge, "board",
     "1 if every measurement of the board gave a verified rate or is unsupported, else 0."},
    {Metric::board_last_measurement, "tpp_board_last_measurement_timestamp_seconds", gauge, "board",
     "When the newest measurement of the board ended, in seconds since 1970."},
    {Metric::passes, "tpp_passes_total", counter, "outcome", "Passes since the agent started."},
    {Metric::last_pass_success, "tpp_last_pass_success", gauge, "",
     "1 if the last pass went to its end, else 0."},
    {Metric::last_pass_end, "tpp_last_pass_timestamp_seconds", gauge, "",
     "When the last pass ended, in seconds since 1970."},
    {Metric::last_pass_duration, "tpp_last_pass_duration_seconds", gauge, "",
     "How long the last pass took."},
    {Metric::config_reload_success, "tpp_config_last_reload_successful", gauge, "",
     "1 if the configuration was taken over when it was last read, else 0."},
    {Metric::measurements, "tpp_measurements_total", counter, "outcome",
     "Measurements since the agent started."},
    {Metric::board_changes, "tpp_board_changes_total", counter, "cause",
     "Changes of boards since the agent started."},
    {Metric::probe_success, "tpp_probe_success", gauge, "probe",
     "1 if the probe answered when it was last asked, else 0."},
    {Metric::probe_duration, "tpp_probe_duration_seconds", gauge, "probe",
     "How long the probe took when it was last asked."},
    {Metric::device_kernel_throughput, "tpp_device_kernel_throughput_ops_per_second", gauge,
     "uuid kernel precision accumulator", "Achieved operations per second by one kernel.", kDetail},
    {Metric::device_kernel_bandwidth, "tpp_device_kernel_bandwidth_bytes_per_second", gauge,
     "uuid kernel subject", "Achieved bytes per second of one access pattern or link.", kDetail},
    {Metric::board_throughput, "tpp_board_dense_throughput_ops_per_second", gauge,
     "board basis precision", "Dense operations per second of a whole board.", kDetail},
    {Metric::board_memory_bandwidth, "tpp_board_memory_bandwidth_bytes_per_second", gauge,
     "board basis", "Bytes per second of all memory of a board.", kDetail},
    {Metric::board_tpp_low, "tpp_board_tpp_interval_low", gauge, "board basis",
     "Lower end of the uncertainty interval of a board's TPP.", kDetail},
    {Metric::board_tpp_high, "tpp_board_tpp_interval_high", gauge, "board basis",
     "Upper end of the uncertainty interval of a board's TPP.", kDetail},
    {Metric::board_tpp_reading, "tpp_board_tpp_reading", gauge,
     "board basis tf32_bits board_sum processing_units",
     "TPP of a board under one way to read the rule's text.", kDetail},
    {Metric::board_finding, "tpp_board_finding", gauge, "board code class severity",
     "Findings of this code about the board and its devices.", kDetail},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTable.size(); ++i) {
    if (static_cast<std::size_t>(kTable[i].metric) != i) return false;
  }
  return true;
}
static_assert(in_order(), "one row a metric, in the order of the enumeration");

}  // namespace

std::span<const MetricInfo> metrics() { return kTable; }

const MetricInfo& info(Metric metric) {
  const auto index = static_cast<std::size_t>(metric);
  TPP_CHECK(index < kTable.size());
  return kTable[index];
}

}  // namespace tpp
