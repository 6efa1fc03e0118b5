#include "probes/amd/amdsmi_api.h"

namespace tpp::amd::amdsmi {

std::optional<Api> Api::bind(const SymbolSource& source, std::string& missing) {
  Api api;
  SymbolBinder binder(source, missing);
  binder.required(api.init, "amdsmi_init");
  binder.required(api.shut_down, "amdsmi_shut_down");
  binder.required(api.sockets, "amdsmi_get_socket_handles");
  binder.required(api.processors, "amdsmi_get_processor_handles");
  binder.required(api.processor_type, "amdsmi_get_processor_type");
  binder.required(api.location, "amdsmi_get_gpu_bdf_id");
  binder.required(api.status_text, "amdsmi_status_code_to_string");
  binder.optional(api.driver, "amdsmi_get_gpu_driver_info");
  binder.optional(api.device_id, "amdsmi_get_gpu_id");
  binder.optional(api.subsystem_id, "amdsmi_get_gpu_subsystem_id");
  binder.optional(api.compute_partition, "amdsmi_get_gpu_compute_partition");
  binder.optional(api.memory_partition, "amdsmi_get_gpu_memory_partition");
  binder.optional(api.xgmi, "amdsmi_get_xgmi_info");
  binder.optional(api.memory, "amdsmi_get_gpu_memory_total");
  binder.optional(api.memory_used, "amdsmi_get_gpu_memory_usage");
  binder.optional(api.power_cap, "amdsmi_get_power_cap_info");
  binder.optional(api.clock, "amdsmi_get_clock_info");
  binder.optional(api.ecc_blocks, "amdsmi_get_gpu_ecc_enabled");
  binder.optional(api.errors, "amdsmi_get_gpu_ecc_count");
  binder.optional(api.performance_level, "amdsmi_get_gpu_perf_level");
  binder.optional(api.overdrive, "amdsmi_get_gpu_overdrive_level");
  binder.optional(api.processes, "amdsmi_get_gpu_process_list");
  binder.optional(api.energy, "amdsmi_get_energy_count");
  binder.optional(api.metrics, "amdsmi_get_gpu_metrics_info");
  if (missing.empty()) return api;
  return std::nullopt;
}

}  // namespace tpp::amd::amdsmi
