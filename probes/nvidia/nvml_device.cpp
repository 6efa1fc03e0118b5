#include "probes/nvidia/nvml_device.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "probes/nvidia/nvml_answers.h"
#include "probes/nvidia/nvml_clock_limits.h"

namespace tpp::nvml {
namespace {

constexpr unsigned kMostInstances = 64;

std::optional<std::string> architecture(const Api& api, Device device) {
  int major = 0;
  int minor = 0;
  if (api.capability == nullptr || api.capability(device, &major, &minor) != kSuccess ||
      major <= 0 || minor < 0) {
    return std::nullopt;
  }
  return fmt::format("sm_{}{}", major, minor);
}

std::optional<std::uint64_t> memory_bytes(const Api& api, Device device) {
  Memory memory{};
  if (api.memory == nullptr || api.memory(device, &memory) != kSuccess || memory.total == 0) {
    return std::nullopt;
  }
  return told<std::uint64_t>(memory.total);
}

// The half-words of a PCI identity: device or subsystem in the upper one, vendor in the lower.
std::string pci_pair(unsigned id) { return fmt::format("{:04x}:{:04x}", id & 0xffff, id >> 16); }

std::optional<int> small_number(unsigned char value) {
  return value == 0xff ? std::nullopt : std::optional<int>(value);
}

void add_place_in_rack(const Api& api, Device handle, DeviceLabels& labels) {
  PlatformInfo info{};
  info.version = kPlatformInfoVersion;
  if (api.platform == nullptr || api.platform(handle, &info) != kSuccess) return;
  const std::string chassis = printable(info.chassis_serial);
  if (chassis.empty()) return;  // in no rack: its numbers are all nought
  labels.chassis_serial = chassis;
  labels.slot = small_number(info.slot);
  labels.tray = small_number(info.tray);
  labels.host = small_number(info.host);
}

DeviceLabels labels_of(const Api& api, Device handle, const PciInfo& pci) {
  DeviceLabels labels;
  if (const auto id = number_of(api.board_id, handle)) labels.board_id = fmt::format("{:#x}", *id);
  if (const auto several = number_of(api.multi_gpu_board, handle); several && *several <= 1) {
    labels.multi_gpu_board = *several == 1;
  }
  labels.board_part_number = text_of(api.board_part_number, handle);
  if (told(pci.subsystem) && pci.subsystem != 0) labels.subsystem_id = pci_pair(pci.subsystem);
  labels.vbios_version = text_of(api.vbios_version, handle);
  labels.inforom_version = text_of(api.inforom_version, handle);
  labels.gsp_firmware_version = text_of(api.gsp_firmware, handle);
  if (const auto id = number_of(api.module_id, handle)) labels.module_id = static_cast<int>(*id);
  add_place_in_rack(api, handle, labels);
  return labels;
}

DeviceLimits limits_of(const Api& api, Device handle) {
  DeviceLimits limits;
  limits.power_limit_w = watts(api.power_limit_mw, handle);
  limits.default_power_limit_w = watts(api.default_power_limit_mw, handle);
  limits.application_clock_hz = clock_hz(api.application_clock_mhz, handle, kClockSm);
  limits.default_application_clock_hz =
      clock_hz(api.default_application_clock_mhz, handle, kClockSm);
  return limits;
}

template <class Value, std::size_t Size>
std::optional<Value> nth(const std::array<Value, Size>& values, std::optional<int> index) {
  if (!index || *index < 0 || static_cast<std::size_t>(*index) >= Size) return std::nullopt;
  return values[static_cast<std::size_t>(*index)];
}

void add_memory_faults(const Api& api, Device handle, DeviceState& state) {
  unsigned corrected = 0;
  unsigned uncorrected = 0;
  unsigned pending = 0;
  unsigned failed = 0;
  const auto is_switch = [](unsigned value) { return value <= 1; };
  if (api.remapped_rows != nullptr &&
      api.remapped_rows(handle, &corrected, &uncorrected, &pending, &failed) == kSuccess &&
      is_switch(pending) && is_switch(failed) && told(corrected) && told(uncorrected)) {
    state.remapped_rows = static_cast<int>(corrected + uncorrected);
    state.repair_pending = pending == 1;
    state.repair_failed = failed == 1;
  }
  if (const auto pages = switch_of(api.pending_pages, handle)) {
    state.repair_pending = state.repair_pending.value_or(false) || *pages;
  }
  for (int cause = 0; api.retired_pages != nullptr && cause < kRetirementCauses; ++cause) {
    unsigned count = 0;
    const Result result = api.retired_pages(handle, cause, &count, nullptr);
    if ((result != kSuccess && result != kTooSmall) || !told(count)) continue;
    state.retired_pages = state.retired_pages.value_or(0) + static_cast<int>(count);
  }
  state.uncorrected_errors = number_of(api.ecc_errors, handle, kUncorrected, kOfItsLife);
}

void add_modes(const Api& api, Device handle, DeviceState& state) {
  int on = 0;
  int pending = 0;
  if (api.ecc_mode != nullptr && api.ecc_mode(handle, &on, &pending) == kSuccess &&
      (on == 0 || on == 1)) {
    state.ecc_enabled = on == 1;
  }
  unsigned partitioned = 0;
  unsigned after_reset = 0;
  if (api.mig_mode != nullptr && api.mig_mode(handle, &partitioned, &after_reset) == kSuccess &&
      partitioned <= 1) {
    state.partitioned = partitioned == 1;
  }
  // nvmlGpuVirtualizationMode_t; the last two are hosts, of virtual GPUs and of shared graphics.
  constexpr std::array kKinds = {Virtualization::none, Virtualization::pass_through,
                                 Virtualization::guest, Virtualization::host, Virtualization::host};
  state.virtualization = nth(kKinds, number_of(api.virtualization, handle));
  // nvmlComputeMode_t; 1 (one thread) is gone since CUDA 9.
  constexpr std::array kModes = {ComputeMode::shared, ComputeMode::exclusive_process,
                                 ComputeMode::prohibited, ComputeMode::exclusive_process};
  state.compute_mode = nth(kModes, number_of(api.compute_mode, handle));
  state.persistence = switch_of(api.persistence, handle);
  ConfidentialComputing computing{};
  if (api.confidential_computing != nullptr && api.confidential_computing(&computing) == kSuccess &&
      computing.feature <= 1) {
    state.confidential_computing = computing.feature == 1;
  }
}

DeviceState state_of(const Api& api, Device handle) {
  DeviceState state;
  add_memory_faults(api, handle, state);
  add_modes(api, handle, state);
  state.clock_hz = clock_hz(api.clock_mhz, handle, kClockSm);
  if (const auto celsius = number_of(api.temperature_c, handle, kTemperatureGpu)) {
    state.temperature_c = *celsius;
  }
  state.power_w = watts(api.power_mw, handle);
  Utilization utilization{};
  if (api.utilization != nullptr && api.utilization(handle, &utilization) == kSuccess &&
      utilization.gpu <= 100) {
    state.utilization = utilization.gpu / 100.0;
  }
  state.memory_used_bytes = memory_used_bytes(api, handle);
  state.clock_limits = clock_limits(api, handle);
  state.processes = count_of(api.processes, handle);
  state.sharing_processes = count_of(api.mps_processes, handle);
  return state;
}

// What a process can be given of it: what is measured there is never the GPU's.
std::string slice_reason(const DeviceState& state) {
  if (state.partitioned.value_or(false)) {
    return "a partitioned GPU (MIG): only its instances can be measured";
  }
  if (state.virtualization == Virtualization::guest) {
    return "a virtual GPU: a share of a GPU of the host";
  }
  if (state.virtualization == Virtualization::host) {
    return "a host of virtual GPUs: they may hold shares of it";
  }
  if (state.sharing_processes.value_or(0) > 0) {
    return "shared through the multi-process service (MPS), which may limit what a process gets";
  }
  return "";
}

std::vector<Device> instance_handles(const Api& api, Device handle) {
  std::vector<Device> handles;
  if (api.instance == nullptr) return handles;
  const unsigned most = std::min(number_of(api.most_instances, handle).value_or(0), kMostInstances);
  for (unsigned index = 0; index < most; ++index) {
    Device part = nullptr;
    if (api.instance(handle, index, &part) == kSuccess && part != nullptr) handles.push_back(part);
  }
  return handles;
}

tpp::Device instance(const Api& api, Device handle, const tpp::Device& whole) {
  tpp::Device part;
  part.uuid = text_of(api.uuid, handle);
  part.id.value = fmt::format("{}/{}", whole.id.value, part.uuid.value_or(""));
  part.package.value = whole.id.value;
  part.kind = whole.kind;
  part.vendor = whole.vendor;
  part.pci_id = whole.pci_id;
  part.serial = whole.serial;
  part.architecture = whole.architecture;
  part.unit_kind = whole.unit_kind;
  part.max_clock_hz = whole.max_clock_hz;
  part.name = text_of(api.name, handle).value_or(whole.name);
  part.memory_bytes = memory_bytes(api, handle);
  Attributes attributes{};
  if (api.attributes != nullptr && api.attributes(handle, &attributes) == kSuccess &&
      attributes.multiprocessors > 0 && told(attributes.multiprocessors)) {
    part.units = static_cast<int>(attributes.multiprocessors);
  }
  part.slice = true;
  part.slice_reason = "an instance of a partitioned GPU (MIG)";
  part.seen_by = whole.seen_by;
  return part;
}

}  // namespace

std::string address_of(const PciInfo& pci) {
  if (pci.bus > 0xff || pci.device > 0x1f) return "";
  return fmt::format("{:04x}:{:02x}:{:02x}.0", pci.domain, pci.bus, pci.device);
}

tpp::Device describe(const Api& api, Device handle, const PciInfo& pci) {
  tpp::Device device;
  device.id.value = address_of(pci);
  device.kind = DeviceKind::gpu;
  device.vendor = "NVIDIA";
  device.pci_id = pci_pair(pci.device_and_vendor);
  device.name = text_of(api.name, handle).value_or("");
  device.uuid = text_of(api.uuid, handle);
  device.serial = text_of(api.serial, handle);
  device.architecture = architecture(api, handle);
  device.unit_kind = "SM";
  device.max_clock_hz = clock_hz(api.max_clock_mhz, handle, kClockSm);
  if (const auto bits = amount_of(api.memory_bus_bits, handle)) {
    device.memory_bus_bits = static_cast<int>(*bits);
  }
  // Two transfers a clock on every memory since DDR.
  if (const auto clock = clock_hz(api.max_clock_mhz, handle, kClockMemory)) {
    device.memory_transfers_per_s = 2 * *clock;
  }
  device.memory_bytes = memory_bytes(api, handle);
  device.labels = labels_of(api, handle, pci);
  device.limits = limits_of(api, handle);
  device.state = state_of(api, handle);
  device.slice_reason = slice_reason(*device.state);
  device.slice = !device.slice_reason.empty();
  device.seen_by = {"probe nvidia"};
  return device;
}

std::vector<tpp::Device> instances_of(const Api& api, Device handle, const tpp::Device& whole) {
  std::vector<tpp::Device> instances;
  if (!whole.state || !whole.state->partitioned.value_or(false)) return instances;
  for (const Device part : instance_handles(api, handle)) {
    tpp::Device described = instance(api, part, whole);
    if (described.uuid) instances.push_back(std::move(described));
  }
  return instances;
}

Device find_instance(const Api& api, Device handle, const std::string& uuid) {
  for (const Device part : instance_handles(api, handle)) {
    if (text_of(api.uuid, part) == uuid) return part;
  }
  return nullptr;
}

}  // namespace tpp::nvml
