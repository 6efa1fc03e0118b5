// ROCm SMI without AMD's GPUs: librocm_smi64.so for tests. What it plays is in fake_node.h. Calls
// have the signatures of probes/amd/rsmi_api.h; a test holds its structures against AMD's header
// where that is installed.
#include "probes/amd/rsmi_api.h"
#include "tests/fakes/amd/fake_node.h"

namespace {

using fake_smi::fault;
using fake_smi::give;
using fake_smi::give_scaled;
using fake_smi::kNotSupported;
using fake_smi::kSuccess;
using fake_smi::node;
using fake_smi::overwrite;
using fake_smi::value_of;
using tpp::amd::rsmi::ErrorCount;
using tpp::amd::rsmi::Frequencies;
using tpp::amd::rsmi::kClockCompute;
using tpp::amd::rsmi::kJunction;
using tpp::amd::rsmi::kMemory;
using tpp::amd::rsmi::Process;
using tpp::amd::rsmi::RetiredPage;
using tpp::amd::rsmi::Status;

constexpr Status kUninitialised = 8;

template <class Form>
void put_clocks(const YAML::Node& list, std::uint32_t current, Form& form) {
  form.count = static_cast<std::uint32_t>(list.size());
  form.current = current;
  const std::size_t room = std::size(form.hertz);
  for (std::size_t i = 0; i < std::min(room, list.size()); ++i) {
    form.hertz[i] = list[i].as<std::uint64_t>() * 1'000'000;
  }
}

const char* sensor_name(std::uint32_t sensor) {
  return sensor == kJunction ? "hotspot_c" : sensor == kMemory ? "memory_c" : "edge_c";
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): AMD's names.
#define RSMI extern "C" __attribute__((visibility("default")))

// For tests: how many hold the library open.
RSMI int fake_smi_users() { return fake_smi::users; }

RSMI Status rsmi_init(std::uint64_t) {
  const Status status = fault("rsmi_init");
  if (status == kSuccess) ++fake_smi::users;
  return status;
}
RSMI Status rsmi_shut_down() {
  --fake_smi::users;
  return kSuccess;
}
RSMI Status rsmi_status_string(Status, const char** text) {
  *text = "a fault that was asked for";
  return kSuccess;
}
RSMI Status rsmi_num_monitor_devices(std::uint32_t* count) {
  if (const Status status = fault("rsmi_num_monitor_devices"); status != kSuccess) return status;
  if (fake_smi::users == 0) return kUninitialised;
  *count = static_cast<std::uint32_t>(node()["devices"].size());
  return kSuccess;
}
RSMI Status rsmi_dev_pci_id_get(std::uint32_t device, std::uint64_t* bits) {
  return fake_smi::give_location("rsmi_dev_pci_id_get", device, bits);
}
RSMI Status rsmi_version_str_get(int, char* text, std::uint32_t size) {
  return give("rsmi_version_str_get", node()["driver"], text, size);
}
RSMI Status rsmi_dev_name_get(std::uint32_t device, char* text, std::size_t size) {
  return give("rsmi_dev_name_get", value_of(device, "name"), text, size);
}
RSMI Status rsmi_dev_id_get(std::uint32_t device, std::uint16_t* id) {
  return give("rsmi_dev_id_get", value_of(device, "device_id"), id);
}
RSMI Status rsmi_dev_subsystem_vendor_id_get(std::uint32_t device, std::uint16_t* id) {
  return give("rsmi_dev_subsystem_vendor_id_get", value_of(device, "subsystem_vendor"), id);
}
RSMI Status rsmi_dev_subsystem_id_get(std::uint32_t device, std::uint16_t* id) {
  return give("rsmi_dev_subsystem_id_get", value_of(device, "subsystem_id"), id);
}
RSMI Status rsmi_dev_unique_id_get(std::uint32_t device, std::uint64_t* id) {
  return give("rsmi_dev_unique_id_get", value_of(device, "unique_id"), id);
}
RSMI Status rsmi_dev_serial_number_get(std::uint32_t device, char* text, std::uint32_t size) {
  return give("rsmi_dev_serial_number_get", value_of(device, "serial"), text, size);
}
RSMI Status rsmi_dev_vbios_version_get(std::uint32_t device, char* text, std::uint32_t size) {
  return give("rsmi_dev_vbios_version_get", value_of(device, "vbios"), text, size);
}
RSMI Status rsmi_dev_compute_partition_get(std::uint32_t device, char* text, std::uint32_t size) {
  return give("rsmi_dev_compute_partition_get", value_of(device, "compute_partition"), text, size);
}
RSMI Status rsmi_dev_memory_partition_get(std::uint32_t device, char* text, std::uint32_t size) {
  return give("rsmi_dev_memory_partition_get", value_of(device, "memory_partition"), text, size);
}
RSMI Status rsmi_dev_xgmi_hive_id_get(std::uint32_t device, std::uint64_t* id) {
  return give("rsmi_dev_xgmi_hive_id_get", value_of(device, "hive_id"), id);
}
RSMI Status rsmi_dev_memory_total_get(std::uint32_t device, int, std::uint64_t* bytes) {
  return give_scaled("rsmi_dev_memory_total_get", value_of(device, "memory_mib"), 1 << 20, bytes);
}
RSMI Status rsmi_dev_power_cap_get(std::uint32_t device, std::uint32_t, std::uint64_t* microwatts) {
  return give_scaled("rsmi_dev_power_cap_get", value_of(device, "power_cap_w"), 1e6, microwatts);
}
RSMI Status rsmi_dev_power_cap_default_get(std::uint32_t device, std::uint64_t* microwatts) {
  return give_scaled("rsmi_dev_power_cap_default_get", value_of(device, "default_power_cap_w"), 1e6,
                     microwatts);
}
RSMI Status rsmi_dev_gpu_clk_freq_get(std::uint32_t device, int clock, Frequencies* frequencies) {
  const Status status = fault("rsmi_dev_gpu_clk_freq_get");
  if (status != kSuccess) return status;
  if (overwrite(frequencies, sizeof *frequencies)) return kSuccess;
  const bool compute = clock == kClockCompute;
  const YAML::Node list = value_of(device, compute ? "sclk_mhz" : "mclk_mhz");
  if (!list) return kNotSupported;
  const auto current = value_of(device, compute ? "sclk_now" : "mclk_now").as<std::uint32_t>(0);
  if (node()["release"].as<int>(6) < 6) {
    put_clocks(list, current, frequencies->of_5);
  } else {
    frequencies->of_6.has_deep_sleep = value_of(device, "deep_sleep").as<bool>(false);
    put_clocks(list, current, frequencies->of_6);
  }
  return kSuccess;
}
RSMI Status rsmi_dev_ecc_enabled_get(std::uint32_t device, std::uint64_t* blocks) {
  return give("rsmi_dev_ecc_enabled_get", value_of(device, "ecc_blocks"), blocks);
}
RSMI Status rsmi_dev_ecc_count_get(std::uint32_t device, std::uint64_t, ErrorCount* count) {
  *count = {};
  return give("rsmi_dev_ecc_count_get", value_of(device, "uncorrected"), &count->uncorrected);
}
// How many of each status, in the order of their numbers.
RSMI Status rsmi_dev_memory_reserved_pages_get(std::uint32_t device, std::uint32_t* count,
                                               RetiredPage* pages) {
  const Status status = fault("rsmi_dev_memory_reserved_pages_get");
  if (status != kSuccess) return status;
  if (pages == nullptr && overwrite(count, sizeof *count)) return kSuccess;
  const YAML::Node told = value_of(device, "bad_pages");
  if (!told) return kNotSupported;
  std::uint32_t at = 0;
  for (std::size_t kind = 0; kind < told.size(); ++kind) {
    for (int i = 0; i < told[kind].as<int>(); ++i, ++at) {
      if (pages != nullptr) pages[at] = {at * 4096u, 4096, static_cast<int>(kind)};
    }
  }
  *count = at;
  return kSuccess;
}
RSMI Status rsmi_dev_perf_level_get(std::uint32_t device, int* level) {
  return give("rsmi_dev_perf_level_get", value_of(device, "level"), level);
}
RSMI Status rsmi_dev_overdrive_level_get(std::uint32_t device, std::uint32_t* percent) {
  return give("rsmi_dev_overdrive_level_get", value_of(device, "overdrive"), percent);
}
RSMI Status rsmi_compute_process_info_get(Process* processes, std::uint32_t* count) {
  const Status status = fault("rsmi_compute_process_info_get");
  if (status != kSuccess) return status;
  if (overwrite(count, sizeof *count)) return kSuccess;
  const YAML::Node told = node()["processes"];
  if (!told) return kNotSupported;
  for (std::size_t i = 0; i < told.size() && i < *count; ++i) {
    processes[i] = {};
    processes[i].id = static_cast<std::uint32_t>(i);
  }
  *count = static_cast<std::uint32_t>(told.size());
  return kSuccess;
}
RSMI Status rsmi_compute_process_gpus_get(std::uint32_t process, std::uint32_t* devices,
                                          std::uint32_t* count) {
  const Status status = fault("rsmi_compute_process_gpus_get");
  if (status != kSuccess) return status;
  const YAML::Node told = node()["processes"][process];
  for (std::size_t i = 0; i < told.size() && i < *count; ++i) {
    devices[i] = told[i].as<std::uint32_t>();
  }
  *count = static_cast<std::uint32_t>(told.size());
  return kSuccess;
}
RSMI Status rsmi_dev_memory_usage_get(std::uint32_t device, int, std::uint64_t* bytes) {
  return give_scaled("rsmi_dev_memory_usage_get", value_of(device, "memory_used_mib"), 1 << 20,
                     bytes);
}
RSMI Status rsmi_dev_busy_percent_get(std::uint32_t device, std::uint32_t* percent) {
  return give("rsmi_dev_busy_percent_get", value_of(device, "busy"), percent);
}
RSMI Status rsmi_dev_power_get(std::uint32_t device, std::uint64_t* microwatts, int* kind) {
  *kind = 0;
  return give_scaled("rsmi_dev_power_get", value_of(device, "power_w"), 1e6, microwatts);
}
RSMI Status rsmi_dev_power_ave_get(std::uint32_t device, std::uint32_t, std::uint64_t* microwatts) {
  return give_scaled("rsmi_dev_power_ave_get", value_of(device, "power_w"), 1e6, microwatts);
}
RSMI Status rsmi_dev_energy_count_get(std::uint32_t device, std::uint64_t* counts,
                                      float* resolution, std::uint64_t* timestamp) {
  *timestamp = 1;
  *resolution = 15.3f;
  overwrite(resolution, sizeof *resolution);
  return give("rsmi_dev_energy_count_get", value_of(device, "energy_counts"), counts);
}
RSMI Status rsmi_dev_temp_metric_get(std::uint32_t device, std::uint32_t sensor, int,
                                     std::int64_t* millidegrees) {
  return give_scaled("rsmi_dev_temp_metric_get", value_of(device, sensor_name(sensor)), 1e3,
                     millidegrees);
}
RSMI Status rsmi_dev_gpu_metrics_info_get(std::uint32_t device, tpp::amd::GpuMetrics* metrics) {
  return fake_smi::give_metrics("rsmi_dev_gpu_metrics_info_get", device, metrics);
}
// NOLINTEND(readability-identifier-naming)
