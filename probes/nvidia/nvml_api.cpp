#include "probes/nvidia/nvml_api.h"

namespace tpp::nvml {
namespace {

void bind_labels(SymbolBinder& binder, Api& api) {
  binder.optional(api.board_part_number, "nvmlDeviceGetBoardPartNumber");
  binder.optional(api.vbios_version, "nvmlDeviceGetVbiosVersion");
  binder.optional(api.inforom_version, "nvmlDeviceGetInforomImageVersion");
  binder.optional(api.gsp_firmware, "nvmlDeviceGetGspFirmwareVersion");
  binder.optional(api.module_id, "nvmlDeviceGetModuleId");
  binder.optional(api.platform, "nvmlDeviceGetPlatformInfo");
}

void bind_state(SymbolBinder& binder, Api& api) {
  binder.optional(api.retired_pages, "nvmlDeviceGetRetiredPages");
  binder.optional(api.application_clock_mhz, "nvmlDeviceGetApplicationsClock");
  binder.optional(api.default_application_clock_mhz, "nvmlDeviceGetDefaultApplicationsClock");
  binder.optional(api.ecc_mode, "nvmlDeviceGetEccMode");
  binder.optional(api.ecc_errors, "nvmlDeviceGetTotalEccErrors");
  binder.optional(api.persistence, "nvmlDeviceGetPersistenceMode");
  binder.optional(api.compute_mode, "nvmlDeviceGetComputeMode");
  binder.optional(api.confidential_computing, "nvmlSystemGetConfComputeState");
  binder.optional(api.processes, "nvmlDeviceGetComputeRunningProcesses_v3",
                  "nvmlDeviceGetComputeRunningProcesses_v2");
  binder.optional(api.mps_processes, "nvmlDeviceGetMPSComputeRunningProcesses_v3",
                  "nvmlDeviceGetMPSComputeRunningProcesses_v2");
  binder.optional(api.most_instances, "nvmlDeviceGetMaxMigDeviceCount");
  binder.optional(api.instance, "nvmlDeviceGetMigDeviceHandleByIndex");
  binder.optional(api.attributes, "nvmlDeviceGetAttributes_v2");
}

void bind_readings(SymbolBinder& binder, Api& api) {
  binder.optional(api.device_at, "nvmlDeviceGetHandleByPciBusId_v2");
  binder.optional(api.clock_mhz, "nvmlDeviceGetClockInfo");
  binder.optional(api.clock_limits, "nvmlDeviceGetCurrentClocksEventReasons",
                  "nvmlDeviceGetCurrentClocksThrottleReasons");
  binder.optional(api.temperature_c, "nvmlDeviceGetTemperature");
  binder.optional(api.power_mw, "nvmlDeviceGetPowerUsage");
  binder.optional(api.energy_mj, "nvmlDeviceGetTotalEnergyConsumption");
  binder.optional(api.utilization, "nvmlDeviceGetUtilizationRates");
  binder.optional(api.memory_apart, "nvmlDeviceGetMemoryInfo_v2");
  binder.optional(api.fields, "nvmlDeviceGetFieldValues");
}

}  // namespace

std::optional<Api> Api::bind(const SymbolSource& source, std::string& missing) {
  Api api;
  SymbolBinder binder(source, missing);
  binder.required(api.init, "nvmlInit_v2");
  binder.required(api.shutdown, "nvmlShutdown");
  binder.required(api.count, "nvmlDeviceGetCount_v2");
  binder.required(api.device, "nvmlDeviceGetHandleByIndex_v2");
  binder.required(api.pci, "nvmlDeviceGetPciInfo_v3");
  binder.required(api.error_text, "nvmlErrorString");
  binder.optional(api.driver_version, "nvmlSystemGetDriverVersion");
  binder.optional(api.name, "nvmlDeviceGetName");
  binder.optional(api.uuid, "nvmlDeviceGetUUID");
  binder.optional(api.serial, "nvmlDeviceGetSerial");
  binder.optional(api.capability, "nvmlDeviceGetCudaComputeCapability");
  binder.optional(api.memory, "nvmlDeviceGetMemoryInfo");
  binder.optional(api.memory_bus_bits, "nvmlDeviceGetMemoryBusWidth");
  binder.optional(api.max_clock_mhz, "nvmlDeviceGetMaxClockInfo");
  binder.optional(api.multi_gpu_board, "nvmlDeviceGetMultiGpuBoard");
  binder.optional(api.board_id, "nvmlDeviceGetBoardId");
  binder.optional(api.mig_mode, "nvmlDeviceGetMigMode");
  binder.optional(api.virtualization, "nvmlDeviceGetVirtualizationMode");
  binder.optional(api.power_limit_mw, "nvmlDeviceGetPowerManagementLimit");
  binder.optional(api.default_power_limit_mw, "nvmlDeviceGetPowerManagementDefaultLimit");
  binder.optional(api.remapped_rows, "nvmlDeviceGetRemappedRows");
  binder.optional(api.pending_pages, "nvmlDeviceGetRetiredPagesPendingStatus");
  bind_labels(binder, api);
  bind_state(binder, api);
  bind_readings(binder, api);
  if (missing.empty()) return api;
  return std::nullopt;
}

}  // namespace tpp::nvml
