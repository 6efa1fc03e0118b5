#include "probes/nvidia/nvml_api.h"

namespace tpp::nvml {
namespace {

class Binder {
 public:
  Binder(const Api::SymbolSource& source, std::string& missing)
      : source_(source), missing_(missing) {}

  template <class Function>
  void required(Function*& slot, const char* name) {
    optional(slot, name);
    if (slot == nullptr) missing_ += missing_.empty() ? name : std::string(", ") + name;
  }
  template <class Function>
  void optional(Function*& slot, const char* name) {
    slot = reinterpret_cast<Function*>(source_(name));
  }

 private:
  const Api::SymbolSource& source_;
  std::string& missing_;
};

}  // namespace

std::optional<Api> Api::bind(const SymbolSource& source, std::string& missing) {
  missing.clear();
  Api api;
  Binder binder(source, missing);
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
  if (missing.empty()) return api;
  return std::nullopt;
}

}  // namespace tpp::nvml
