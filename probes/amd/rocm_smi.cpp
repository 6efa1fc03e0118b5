#include "probes/amd/rocm_smi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <map>

#include "agent/support/error.h"
#include "probes/amd/plausible.h"

namespace tpp::amd {
namespace {

using rsmi::Status;

constexpr double kMicro = 1e-6;
constexpr std::uint32_t kMostProcesses = 4096;
constexpr std::uint32_t kMostDevicesOfOne = 256;
constexpr std::uint32_t kMostPages = 1u << 20;  // more is garbage

class RocmSmi final : public Smi {
 public:
  explicit RocmSmi(const rsmi::Api& api) : api_(api) {}
  ~RocmSmi() override { api_.shut_down(); }

  unsigned count() override {
    std::uint32_t count = 0;
    const Status status = api_.count(&count);
    if (status == rsmi::kSuccess) return count;
    throw Error(fmt::format("ROCm SMI cannot count its devices: {}", words_of(status)));
  }

  Location location(unsigned device) override {
    Location location;
    std::uint64_t bits = 0;
    const Status status = api_.location(device, &bits);
    if (status == rsmi::kSuccess) {
      location.bits = bits;
    } else {
      location.denied = status == rsmi::kPermission;
      location.words = words_of(status);
    }
    return location;
  }

  std::optional<std::string> driver_version() override {
    return ask_text("rsmi_version_str_get", api_.driver_version, rsmi::kDriverVersion);
  }
  std::optional<std::string> name(unsigned device) override {
    return ask_text("rsmi_dev_name_get", api_.name, device);
  }
  std::optional<std::uint16_t> device_id(unsigned device) override {
    return ask("rsmi_dev_id_get", api_.device_id, device);
  }
  std::optional<std::uint16_t> subsystem_vendor(unsigned device) override {
    return ask("rsmi_dev_subsystem_vendor_id_get", api_.subsystem_vendor, device);
  }
  std::optional<std::uint16_t> subsystem_id(unsigned device) override {
    return ask("rsmi_dev_subsystem_id_get", api_.subsystem_id, device);
  }
  std::optional<std::uint64_t> unique_id(unsigned device) override {
    return ask("rsmi_dev_unique_id_get", api_.unique_id, device);
  }
  std::optional<std::string> serial(unsigned device) override {
    return ask_text("rsmi_dev_serial_number_get", api_.serial, device);
  }
  std::optional<std::string> vbios(unsigned device) override {
    return ask_text("rsmi_dev_vbios_version_get", api_.vbios, device);
  }
  std::optional<std::string> compute_partition(unsigned device) override {
    return ask_text("rsmi_dev_compute_partition_get", api_.compute_partition, device);
  }
  std::optional<std::string> memory_partition(unsigned device) override {
    return ask_text("rsmi_dev_memory_partition_get", api_.memory_partition, device);
  }
  std::optional<std::uint64_t> hive_id(unsigned device) override {
    return ask("rsmi_dev_xgmi_hive_id_get", api_.hive_id, device);
  }
  std::optional<std::uint64_t> memory_bytes(unsigned device) override {
    return ask("rsmi_dev_memory_total_get", api_.memory, device, rsmi::kVram);
  }

  std::optional<double> power_cap_w(unsigned device) override {
    return scaled(ask("rsmi_dev_power_cap_get", api_.power_cap_uw, device, 0u), kMicro);
  }
  std::optional<double> default_power_cap_w(unsigned device) override {
    return scaled(ask("rsmi_dev_power_cap_default_get", api_.default_power_cap_uw, device), kMicro);
  }

  std::optional<Clock> clock(unsigned device, ClockDomain domain) override {
    const int which = domain == ClockDomain::compute ? rsmi::kClockCompute : rsmi::kClockMemory;
    rsmi::Frequencies frequencies;
    std::memset(&frequencies, 0, sizeof frequencies);
    if (api_.frequencies == nullptr ||
        !answered("rsmi_dev_gpu_clk_freq_get", api_.frequencies(device, which, &frequencies))) {
      return std::nullopt;
    }
    return clock_of(frequencies);
  }

  std::optional<std::uint64_t> ecc_blocks(unsigned device) override {
    return ask("rsmi_dev_ecc_enabled_get", api_.ecc_blocks, device);
  }

  std::optional<std::uint64_t> uncorrected_errors(unsigned device) override {
    rsmi::ErrorCount count{};
    if (api_.errors == nullptr ||
        !answered("rsmi_dev_ecc_count_get", api_.errors(device, kMemoryBlock, &count))) {
      return std::nullopt;
    }
    return told(count.uncorrected);
  }

  std::optional<BadPages> bad_pages(unsigned device) override {
    const char* const call = "rsmi_dev_memory_reserved_pages_get";
    std::uint32_t count = 0;
    if (api_.bad_pages == nullptr || !answered(call, api_.bad_pages(device, &count, nullptr)) ||
        count > kMostPages) {
      return std::nullopt;
    }
    std::vector<rsmi::RetiredPage> pages(count);
    if (count > 0 && !answered(call, api_.bad_pages(device, &count, pages.data()))) {
      return std::nullopt;
    }
    BadPages bad;
    pages.resize(std::min<std::size_t>(count, pages.size()));
    for (const rsmi::RetiredPage& page : pages) {
      bad.retired += page.status == rsmi::kPageRetired ? 1 : 0;
      bad.pending += page.status == rsmi::kPagePending ? 1 : 0;
      bad.failed += page.status == rsmi::kPageFailed ? 1 : 0;
    }
    return bad;
  }

  std::optional<int> performance_level(unsigned device) override {
    return ask("rsmi_dev_perf_level_get", api_.performance_level, device);
  }
  std::optional<std::uint32_t> overdrive_percent(unsigned device) override {
    return ask("rsmi_dev_overdrive_level_get", api_.overdrive, device);
  }

  std::optional<int> processes(unsigned device) override {
    if (!processes_asked_) count_processes();
    processes_asked_ = true;
    if (!processes_) return std::nullopt;
    const auto at = processes_->find(device);
    return at == processes_->end() ? 0 : at->second;
  }

  void forget_processes() override {
    processes_asked_ = false;
    processes_.reset();
  }

  std::optional<std::uint64_t> memory_used_bytes(unsigned device) override {
    return ask("rsmi_dev_memory_usage_get", api_.memory_used, device, rsmi::kVram);
  }

  std::optional<std::uint32_t> busy_percent(unsigned device) override {
    return ask("rsmi_dev_busy_percent_get", api_.busy, device);
  }

  std::optional<double> power_w(unsigned device) override {
    std::uint64_t microwatts = 0;
    int kind = 0;
    if (api_.power_uw != nullptr &&
        answered("rsmi_dev_power_get", api_.power_uw(device, &microwatts, &kind))) {
      return scaled(told(microwatts), kMicro);
    }
    return scaled(ask("rsmi_dev_power_ave_get", api_.average_power_uw, device, 0u), kMicro);
  }

  std::optional<double> energy_j(unsigned device) override {
    std::uint64_t counts = 0;
    std::uint64_t timestamp = 0;
    float microjoules = 0;
    if (api_.energy == nullptr ||
        !answered("rsmi_dev_energy_count_get",
                  api_.energy(device, &counts, &microjoules, &timestamp))) {
      return std::nullopt;
    }
    return energy_of(counts, microjoules);
  }

  std::optional<double> temperature_c(unsigned device, Sensor sensor) override {
    const std::uint32_t which = sensor == Sensor::hotspot  ? rsmi::kJunction
                                : sensor == Sensor::memory ? rsmi::kMemory
                                                           : rsmi::kEdge;
    return scaled(ask("rsmi_dev_temp_metric_get", api_.temperature, device, which, rsmi::kCurrent),
                  1e-3);
  }

  std::optional<MetricsReadings> metrics(unsigned device) override {
    MetricsRoom room;
    if (api_.metrics == nullptr ||
        !answered("rsmi_dev_gpu_metrics_info_get", api_.metrics(device, room.table()))) {
      return std::nullopt;
    }
    return readings_of(room.read());
  }

 protected:
  bool is_absence(int status) const override {
    return status == rsmi::kNotSupported || status == rsmi::kNotYetImplemented ||
           status == rsmi::kNoData;
  }
  std::string words_of(int status) const override {
    const char* text = nullptr;
    const bool known = api_.status_text(status, &text) == rsmi::kSuccess && text != nullptr;
    return known ? printable({text, std::strlen(text)}) : fmt::format("status {}", status);
  }

 private:
  template <class Number>
  static std::optional<double> scaled(std::optional<Number> value, double scale) {
    return value ? std::optional(static_cast<double>(*value) * scale) : std::nullopt;
  }

  void count_processes() {
    const char* const call = "rsmi_compute_process_info_get";
    std::uint32_t count = kMostProcesses;
    std::vector<rsmi::Process> list(count);
    if (api_.processes == nullptr || api_.devices_of_process == nullptr ||
        !answered(call, api_.processes(list.data(), &count)) || count > list.size()) {
      return;
    }
    list.resize(count);
    std::map<unsigned, int> counted;
    for (const rsmi::Process& process : list) {
      std::array<std::uint32_t, kMostDevicesOfOne> devices{};
      std::uint32_t size = kMostDevicesOfOne;
      // One that has ended meanwhile is none.
      if (api_.devices_of_process(process.id, devices.data(), &size) != rsmi::kSuccess) continue;
      const auto end = std::next(devices.begin(), std::min(size, kMostDevicesOfOne));
      std::for_each(devices.begin(), end, [&](std::uint32_t device) { ++counted[device]; });
    }
    processes_ = std::move(counted);
  }

  const rsmi::Api& api_;
  bool processes_asked_ = false;
  std::optional<std::map<unsigned, int>> processes_;
};

// A list of clocks is sound if its count fits, and if every clock can be one.
template <class Form>
std::optional<Clock> clock_in(const Form& form) {
  if (form.count == 0 || form.count > std::size(form.hertz)) return std::nullopt;
  Clock clock;
  for (std::uint32_t i = 0; i < form.count; ++i) {
    const auto hertz = clock_hz(static_cast<double>(form.hertz[i]));
    if (!hertz) return std::nullopt;
    clock.max_hz = std::max(clock.max_hz, *hertz);
    if (i == form.current) clock.now_hz = *hertz;
  }
  return clock;
}

}  // namespace

std::unique_ptr<Smi> start_rocm_smi(const rsmi::Api& api) {
  const Status status = api.init(rsmi::kLocksOfThisProcessOnly);
  if (status == rsmi::kSuccess) return std::make_unique<RocmSmi>(api);
  if (status == rsmi::kInitError || status == rsmi::kNotSupported) return nullptr;
  const char* text = nullptr;
  api.status_text(status, &text);
  throw Error(
      fmt::format("ROCm SMI (librocm_smi64) cannot be started: {}; see that the amdgpu "
                  "driver is loaded and /sys is readable",
                  text != nullptr ? text : fmt::format("status {}", status)));
}

// Members of one form read as the other make no list: a count of the older stands where the newer
// has its switch, and its number of the current clock where the newer has the count.
std::optional<Clock> clock_of(const rsmi::Frequencies& frequencies) {
  unsigned char first = 0;
  std::memcpy(&first, &frequencies, sizeof first);
  std::optional<Clock> clock;
  if (first <= 1) clock = clock_in(frequencies.of_6);
  return clock ? clock : clock_in(frequencies.of_5);
}

}  // namespace tpp::amd
