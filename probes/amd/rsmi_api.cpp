#include "probes/amd/rsmi_api.h"

namespace tpp::amd::rsmi {
namespace {

void bind_identity(SymbolBinder& binder, Api& api) {
  binder.optional(api.driver_version, "rsmi_version_str_get");
  binder.optional(api.name, "rsmi_dev_name_get");
  binder.optional(api.device_id, "rsmi_dev_id_get");
  binder.optional(api.subsystem_vendor, "rsmi_dev_subsystem_vendor_id_get");
  binder.optional(api.subsystem_id, "rsmi_dev_subsystem_id_get");
  binder.optional(api.unique_id, "rsmi_dev_unique_id_get");
  binder.optional(api.serial, "rsmi_dev_serial_number_get");
  binder.optional(api.vbios, "rsmi_dev_vbios_version_get");
  binder.optional(api.compute_partition, "rsmi_dev_compute_partition_get");
  binder.optional(api.memory_partition, "rsmi_dev_memory_partition_get", "rsmi_dev_nps_mode_get");
  binder.optional(api.hive_id, "rsmi_dev_xgmi_hive_id_get");
  binder.optional(api.memory, "rsmi_dev_memory_total_get");
}

void bind_state(SymbolBinder& binder, Api& api) {
  binder.optional(api.power_cap_uw, "rsmi_dev_power_cap_get");
  binder.optional(api.default_power_cap_uw, "rsmi_dev_power_cap_default_get");
  binder.optional(api.frequencies, "rsmi_dev_gpu_clk_freq_get");
  binder.optional(api.ecc_blocks, "rsmi_dev_ecc_enabled_get");
  binder.optional(api.errors, "rsmi_dev_ecc_count_get");
  binder.optional(api.bad_pages, "rsmi_dev_memory_reserved_pages_get");
  binder.optional(api.performance_level, "rsmi_dev_perf_level_get");
  binder.optional(api.overdrive, "rsmi_dev_overdrive_level_get");
  binder.optional(api.processes, "rsmi_compute_process_info_get");
  binder.optional(api.devices_of_process, "rsmi_compute_process_gpus_get");
  binder.optional(api.memory_used, "rsmi_dev_memory_usage_get");
  binder.optional(api.busy, "rsmi_dev_busy_percent_get");
  binder.optional(api.power_uw, "rsmi_dev_power_get");
  binder.optional(api.average_power_uw, "rsmi_dev_power_ave_get");
  binder.optional(api.energy, "rsmi_dev_energy_count_get");
  binder.optional(api.temperature, "rsmi_dev_temp_metric_get");
  binder.optional(api.metrics, "rsmi_dev_gpu_metrics_info_get");
}

}  // namespace

std::optional<Api> Api::bind(const SymbolSource& source, std::string& missing) {
  Api api;
  SymbolBinder binder(source, missing);
  binder.required(api.init, "rsmi_init");
  binder.required(api.shut_down, "rsmi_shut_down");
  binder.required(api.count, "rsmi_num_monitor_devices");
  binder.required(api.location, "rsmi_dev_pci_id_get");
  binder.required(api.status_text, "rsmi_status_string");
  bind_identity(binder, api);
  bind_state(binder, api);
  if (missing.empty()) return api;
  return std::nullopt;
}

}  // namespace tpp::amd::rsmi
