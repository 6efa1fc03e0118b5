// AMD SMI without AMD's GPUs: libamd_smi.so for tests. What it plays is in fake_node.h. Each device
// is a socket of its own; its handle is its number and one.
#include "probes/amd/amdsmi_api.h"
#include "tests/fakes/amd/fake_node.h"

namespace {

using fake_smi::fault;
using fake_smi::give;
using fake_smi::give_scaled;
using fake_smi::kSuccess;
using fake_smi::node;
using fake_smi::overwrite;
using fake_smi::value_of;
using tpp::amd::amdsmi::ClockInfo;
using tpp::amd::amdsmi::DriverInfo;
using tpp::amd::amdsmi::ErrorCount;
using tpp::amd::amdsmi::kClockCompute;
using tpp::amd::amdsmi::kGpu;
using tpp::amd::amdsmi::kGpus;
using tpp::amd::amdsmi::PowerCap;
using tpp::amd::amdsmi::Processor;
using tpp::amd::amdsmi::Room;
using tpp::amd::amdsmi::Socket;
using tpp::amd::amdsmi::Status;
using tpp::amd::amdsmi::XgmiInfo;

void* handle_of(std::uint32_t number) {
  return reinterpret_cast<void*>(std::uintptr_t{number} + 1);
}

YAML::Node of(Processor processor, const char* name) {
  const auto handle = reinterpret_cast<std::uintptr_t>(processor);
  return value_of(static_cast<std::uint32_t>(handle - 1), name);
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): AMD's names.
#define AMDSMI extern "C" __attribute__((visibility("default")))

// For tests: how many hold the library open.
AMDSMI int fake_smi_users() { return fake_smi::users; }

AMDSMI Status amdsmi_init(std::uint64_t flags) {
  const Status status = flags == kGpus ? fault("amdsmi_init") : fake_smi::kInvalid;
  if (status == kSuccess) ++fake_smi::users;
  return status;
}
AMDSMI Status amdsmi_shut_down() {
  --fake_smi::users;
  return kSuccess;
}
AMDSMI Status amdsmi_status_code_to_string(Status, const char** text) {
  *text = "a fault that was asked for";
  return kSuccess;
}
AMDSMI Status amdsmi_get_socket_handles(std::uint32_t* count, Socket* sockets) {
  const Status status = fault("amdsmi_get_socket_handles");
  if (status != kSuccess) return status;
  const auto devices = static_cast<std::uint32_t>(node()["devices"].size());
  for (std::uint32_t i = 0; sockets != nullptr && i < std::min(*count, devices); ++i) {
    sockets[i] = handle_of(i);
  }
  *count = devices;
  return kSuccess;
}
AMDSMI Status amdsmi_get_processor_handles(Socket socket, std::uint32_t* count,
                                           Processor* processors) {
  const Status status = fault("amdsmi_get_processor_handles");
  if (status != kSuccess) return status;
  if (processors != nullptr && *count > 0) processors[0] = socket;
  *count = 1;
  return kSuccess;
}
AMDSMI Status amdsmi_get_processor_type(Processor, int* type) {
  *type = kGpu;
  return fault("amdsmi_get_processor_type");
}
AMDSMI Status amdsmi_get_gpu_bdf_id(Processor processor, std::uint64_t* bits) {
  const auto handle = reinterpret_cast<std::uintptr_t>(processor);
  return fake_smi::give_location("amdsmi_get_gpu_bdf_id", static_cast<std::uint32_t>(handle - 1),
                                 bits);
}
AMDSMI Status amdsmi_get_gpu_driver_info(Processor, Room<DriverInfo>* info) {
  return give("amdsmi_get_gpu_driver_info", node()["driver"], info->begins.version,
              sizeof info->begins.version);
}
AMDSMI Status amdsmi_get_gpu_id(Processor processor, std::uint16_t* id) {
  return give("amdsmi_get_gpu_id", of(processor, "device_id"), id);
}
AMDSMI Status amdsmi_get_gpu_subsystem_id(Processor processor, std::uint16_t* id) {
  return give("amdsmi_get_gpu_subsystem_id", of(processor, "subsystem_id"), id);
}
AMDSMI Status amdsmi_get_gpu_compute_partition(Processor processor, char* text,
                                               std::uint32_t size) {
  return give("amdsmi_get_gpu_compute_partition", of(processor, "compute_partition"), text, size);
}
AMDSMI Status amdsmi_get_gpu_memory_partition(Processor processor, char* text, std::uint32_t size) {
  return give("amdsmi_get_gpu_memory_partition", of(processor, "memory_partition"), text, size);
}
AMDSMI Status amdsmi_get_xgmi_info(Processor processor, Room<XgmiInfo>* info) {
  return give("amdsmi_get_xgmi_info", of(processor, "hive_id"), &info->begins.hive_id);
}
AMDSMI Status amdsmi_get_gpu_memory_total(Processor processor, int, std::uint64_t* bytes) {
  return give_scaled("amdsmi_get_gpu_memory_total", of(processor, "memory_mib"), 1 << 20, bytes);
}
AMDSMI Status amdsmi_get_gpu_memory_usage(Processor processor, int, std::uint64_t* bytes) {
  return give_scaled("amdsmi_get_gpu_memory_usage", of(processor, "memory_used_mib"), 1 << 20,
                     bytes);
}
// The present cap in W, the usual one in millionths, as releases have them.
AMDSMI Status amdsmi_get_power_cap_info(Processor processor, std::uint32_t, Room<PowerCap>* cap) {
  const char* const call = "amdsmi_get_power_cap_info";
  const Status status = give(call, of(processor, "power_cap_w"), &cap->begins.now);
  if (status != kSuccess) return status;
  return give_scaled(call, of(processor, "default_power_cap_w"), 1e6, &cap->begins.usual);
}
AMDSMI Status amdsmi_get_clock_info(Processor processor, int which, Room<ClockInfo>* info) {
  const char* const call = "amdsmi_get_clock_info";
  const bool compute = which == kClockCompute;
  const YAML::Node list = of(processor, compute ? "sclk_mhz" : "mclk_mhz");
  const auto now = of(processor, compute ? "sclk_now" : "mclk_now").as<std::size_t>(0);
  const Status status = give(call, list ? list[now] : list, &info->begins.now_mhz);
  if (status != kSuccess) return status;
  return give(call, list ? list[list.size() - 1] : list, &info->begins.max_mhz);
}
AMDSMI Status amdsmi_get_gpu_ecc_enabled(Processor processor, std::uint64_t* blocks) {
  return give("amdsmi_get_gpu_ecc_enabled", of(processor, "ecc_blocks"), blocks);
}
AMDSMI Status amdsmi_get_gpu_ecc_count(Processor processor, std::uint64_t,
                                       Room<ErrorCount>* count) {
  return give("amdsmi_get_gpu_ecc_count", of(processor, "uncorrected"), &count->begins.uncorrected);
}
AMDSMI Status amdsmi_get_gpu_perf_level(Processor processor, int* level) {
  return give("amdsmi_get_gpu_perf_level", of(processor, "level"), level);
}
AMDSMI Status amdsmi_get_gpu_overdrive_level(Processor processor, std::uint32_t* percent) {
  return give("amdsmi_get_gpu_overdrive_level", of(processor, "overdrive"), percent);
}
AMDSMI Status amdsmi_get_gpu_process_list(Processor processor, std::uint32_t* count, void*) {
  return give("amdsmi_get_gpu_process_list", of(processor, "process_count"), count);
}
AMDSMI Status amdsmi_get_energy_count(Processor processor, std::uint64_t* counts, float* resolution,
                                      std::uint64_t* timestamp) {
  *timestamp = 1;
  *resolution = 15.3f;
  overwrite(resolution, sizeof *resolution);
  return give("amdsmi_get_energy_count", of(processor, "energy_counts"), counts);
}
AMDSMI Status amdsmi_get_gpu_metrics_info(Processor processor, tpp::amd::GpuMetrics* metrics) {
  const auto handle = reinterpret_cast<std::uintptr_t>(processor);
  return fake_smi::give_metrics("amdsmi_get_gpu_metrics_info",
                                static_cast<std::uint32_t>(handle - 1), metrics);
}
// NOLINTEND(readability-identifier-naming)
