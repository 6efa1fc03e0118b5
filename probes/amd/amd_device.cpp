#include "probes/amd/amd_device.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <filesystem>

#include "probes/amd/plausible.h"
#include "probes/unseen_gpus.h"

namespace tpp::amd {
namespace {

constexpr unsigned kVendor = 0x1002;

// rsmi_dev_perf_level_t, and AMD SMI's alike.
constexpr std::array kLevels = {"auto",        "low",         "high",
                                "manual",      "stable_std",  "stable_peak",
                                "stable_mclk", "stable_sclk", "determinism"};

// The kernel's files of one device (Documentation/gpu/amdgpu of Linux).
class DeviceFiles {
 public:
  DeviceFiles(const NodeFiles& files, const std::string& pci)
      : files_(files), folder_(std::filesystem::path(kPciDevices) / pci) {}

  std::optional<std::string> text(const char* name) const { return files_.text(folder_ / name); }

  // "0x740c", or digits without the prefix in base 16.
  std::optional<std::uint64_t> hexadecimal(const char* name) const {
    const auto written = text(name);
    if (!written) return std::nullopt;
    const std::string_view digits =
        std::string_view(*written).substr(written->starts_with("0x") ? 2 : 0);
    std::uint64_t value = 0;
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, value, 16);
    return read.ec == std::errc() && read.ptr == end ? std::optional(value) : std::nullopt;
  }

 private:
  const NodeFiles& files_;
  const std::filesystem::path folder_;
};

template <class Value>
std::optional<Value> first_of(std::optional<Value> one, std::optional<Value> other) {
  return one ? one : other;
}

std::string pci_pair(std::uint64_t vendor, std::uint64_t id) {
  return fmt::format("{:04x}:{:04x}", vendor & 0xffff, id & 0xffff);
}

// Libraries take names from the list of PCI ids, where one stands for a family: "Navi 31 [Radeon RX
// 7900 XT/7900 XTX/7900 GRE/7900M]". The runtime's name is of the product, so that none is better.
std::string product_name(const std::optional<std::string>& told) {
  const auto name = label(told);
  const bool of_family = !name || name->starts_with("0x") || name->starts_with("Device ") ||
                         name->find_first_of("[/") != std::string::npos ||
                         name->find(' ') == std::string::npos;
  return of_family ? "" : *name;
}

DeviceLabels labels_of(Smi& smi, unsigned index, const DeviceFiles& files) {
  DeviceLabels labels;
  labels.board_part_number = label(files.text("product_number"));
  labels.vbios_version = first_of(label(smi.vbios(index)), label(files.text("vbios_version")));
  const auto id =
      first_of(number(smi.subsystem_id(index)), number(files.hexadecimal("subsystem_device")));
  const auto vendor =
      first_of(number(smi.subsystem_vendor(index)), number(files.hexadecimal("subsystem_vendor")));
  if (id && vendor) labels.subsystem_id = pci_pair(*vendor, *id);
  if (const auto hive = number(smi.hive_id(index))) labels.link_group = fmt::format("{:#x}", *hive);
  return labels;
}

void add_memory_faults(Smi& smi, unsigned index, DeviceState& state) {
  if (const auto blocks = smi.ecc_blocks(index)) state.ecc_enabled = (*blocks & kMemoryBlock) != 0;
  state.uncorrected_errors = smi.uncorrected_errors(index);
  const auto pages = smi.bad_pages(index);
  if (!pages) return;
  state.retired_pages = pages->retired;
  state.repair_pending = pages->pending > 0;
  state.repair_failed = pages->failed > 0;
}

void add_readings(Smi& smi, unsigned index, DeviceState& state) {
  const MetricsReadings table = smi.metrics(index).value_or(MetricsReadings{});
  const auto clock = smi.clock(index, ClockDomain::compute);
  state.clock_hz = first_of(table.clock_hz, clock ? clock_hz(clock->now_hz) : std::nullopt);
  // The hottest place is what holds clocks down.
  const auto hotspot =
      first_of(temperature_c(smi.temperature_c(index, Sensor::hotspot)), table.hotspot_c);
  state.temperature_c =
      hotspot ? hotspot
              : first_of(temperature_c(smi.temperature_c(index, Sensor::edge)), table.edge_c);
  state.power_w = first_of(power_w(smi.power_w(index)), table.power_w);
  state.utilization = first_of(share(smi.busy_percent(index)), table.utilization);
  state.memory_used_bytes = smi.memory_used_bytes(index);
  state.clock_limits = table.clock_limits;
}

}  // namespace

Device identity_of(Smi& smi, unsigned index, const NodeFiles& node, const std::string& pci) {
  const DeviceFiles files(node, pci);
  Device device;
  device.kind = DeviceKind::gpu;
  device.vendor = "AMD";
  device.unit_kind = "CU";
  const auto id = first_of(number(smi.device_id(index)), number(files.hexadecimal("device")));
  if (id) device.pci_id = pci_pair(kVendor, *id);
  device.name = product_name(smi.name(index));
  // As the runtime writes it.
  if (const auto unique =
          first_of(number(smi.unique_id(index)), number(files.hexadecimal("unique_id")))) {
    device.uuid = fmt::format("GPU-{:016x}", *unique);
  }
  device.serial = first_of(label(smi.serial(index)), label(files.text("serial_number")));
  device.memory_bytes = memory_bytes(smi.memory_bytes(index));
  device.labels = labels_of(smi, index, files);
  DeviceState state;
  state.compute_partition =
      first_of(mode(smi.compute_partition(index)), mode(files.text("current_compute_partition")));
  state.memory_partition =
      first_of(mode(smi.memory_partition(index)), mode(files.text("current_memory_partition")));
  if (state.compute_partition) state.partitioned = *state.compute_partition != "SPX";
  device.state = std::move(state);
  device.seen_by = {"probe amd"};
  return device;
}

void add_state(Smi& smi, unsigned index, Device& device) {
  if (const auto clock = smi.clock(index, ClockDomain::compute)) {
    device.max_clock_hz = clock_hz(clock->max_hz);
  }
  DeviceLimits limits;
  limits.power_limit_w = power_w(smi.power_cap_w(index));
  limits.default_power_limit_w = power_w(smi.default_power_cap_w(index));
  // What the driver takes is up to 20; more is no level.
  constexpr std::uint32_t kMostOverdrive = 100;
  const auto overdrive = smi.overdrive_percent(index);
  if (overdrive && *overdrive <= kMostOverdrive) {
    limits.overdrive_percent = static_cast<int>(*overdrive);
  }
  device.limits = limits;
  DeviceState& state = *device.state;
  add_memory_faults(smi, index, state);
  add_readings(smi, index, state);
  const auto level = smi.performance_level(index);
  if (level && *level >= 0 && static_cast<std::size_t>(*level) < kLevels.size()) {
    state.performance_level = kLevels[static_cast<std::size_t>(*level)];
  }
  state.processes = smi.processes(index);
}

}  // namespace tpp::amd
