#include "probes/amd/amd_smi.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include "agent/support/error.h"
#include "probes/amd/plausible.h"

namespace tpp::amd {
namespace {

using amdsmi::Processor;
using amdsmi::Room;
using amdsmi::Status;

constexpr std::uint32_t kMost = 4096;  // sockets, processors, processes
constexpr double kMicro = 1e-6;

template <class Beginning>
Room<Beginning> unknown() {
  Room<Beginning> room;
  std::memset(&room, 0xff, sizeof room);
  return room;
}

// In W or in millionths: no cap is under 1 mW, and none is above 100 kW.
std::optional<double> cap_w(std::uint64_t value) {
  constexpr std::uint64_t kMostWatts = 100'000;
  const double watts = static_cast<double>(value);
  return value > kMostWatts ? watts * kMicro : watts;
}

class AmdSmi final : public Smi {
 public:
  explicit AmdSmi(const amdsmi::Api& api) : api_(api) {}
  ~AmdSmi() override { api_.shut_down(); }

  unsigned count() override {
    list_gpus();
    return static_cast<unsigned>(gpus_.size());
  }

  Location location(unsigned device) override {
    Location location;
    std::uint64_t bits = 0;
    const Status status = api_.location(gpus_.at(device), &bits);
    if (status == amdsmi::kSuccess) {
      location.bits = bits;
    } else {
      location.denied = status == amdsmi::kNoPermission;
      location.words = words_of(status);
    }
    return location;
  }

  std::optional<std::string> driver_version() override {
    auto room = unknown<amdsmi::DriverInfo>();
    if (gpus_.empty() || api_.driver == nullptr ||
        !answered("amdsmi_get_gpu_driver_info", api_.driver(gpus_.front(), &room))) {
      return std::nullopt;
    }
    return printable(room.begins.version);
  }
  std::optional<std::string> name(unsigned) override { return std::nullopt; }
  std::optional<std::uint16_t> device_id(unsigned device) override {
    return ask("amdsmi_get_gpu_id", api_.device_id, gpus_.at(device));
  }
  std::optional<std::uint16_t> subsystem_vendor(unsigned) override { return std::nullopt; }
  std::optional<std::uint16_t> subsystem_id(unsigned device) override {
    return ask("amdsmi_get_gpu_subsystem_id", api_.subsystem_id, gpus_.at(device));
  }
  std::optional<std::uint64_t> unique_id(unsigned) override { return std::nullopt; }
  std::optional<std::string> serial(unsigned) override { return std::nullopt; }
  std::optional<std::string> vbios(unsigned) override { return std::nullopt; }
  std::optional<std::string> compute_partition(unsigned device) override {
    return ask_text("amdsmi_get_gpu_compute_partition", api_.compute_partition, gpus_.at(device));
  }
  std::optional<std::string> memory_partition(unsigned device) override {
    return ask_text("amdsmi_get_gpu_memory_partition", api_.memory_partition, gpus_.at(device));
  }
  std::optional<std::uint64_t> hive_id(unsigned device) override {
    auto room = unknown<amdsmi::XgmiInfo>();
    if (api_.xgmi == nullptr ||
        !answered("amdsmi_get_xgmi_info", api_.xgmi(gpus_.at(device), &room))) {
      return std::nullopt;
    }
    return told(room.begins.hive_id);
  }
  std::optional<std::uint64_t> memory_bytes(unsigned device) override {
    return ask("amdsmi_get_gpu_memory_total", api_.memory, gpus_.at(device), amdsmi::kVram);
  }

  std::optional<double> power_cap_w(unsigned device) override {
    const auto cap = caps(device);
    return cap && told(cap->now) ? cap_w(cap->now) : std::nullopt;
  }
  std::optional<double> default_power_cap_w(unsigned device) override {
    const auto cap = caps(device);
    return cap && told(cap->usual) ? cap_w(cap->usual) : std::nullopt;
  }

  std::optional<Clock> clock(unsigned device, ClockDomain domain) override {
    const int which = domain == ClockDomain::compute ? amdsmi::kClockCompute : amdsmi::kClockMemory;
    auto room = unknown<amdsmi::ClockInfo>();
    if (api_.clock == nullptr ||
        !answered("amdsmi_get_clock_info", api_.clock(gpus_.at(device), which, &room))) {
      return std::nullopt;
    }
    return Clock{.now_hz = room.begins.now_mhz * kHertzPerMegahertz,
                 .max_hz = room.begins.max_mhz * kHertzPerMegahertz};
  }

  std::optional<std::uint64_t> ecc_blocks(unsigned device) override {
    return ask("amdsmi_get_gpu_ecc_enabled", api_.ecc_blocks, gpus_.at(device));
  }
  std::optional<std::uint64_t> uncorrected_errors(unsigned device) override {
    auto room = unknown<amdsmi::ErrorCount>();
    if (api_.errors == nullptr ||
        !answered("amdsmi_get_gpu_ecc_count", api_.errors(gpus_.at(device), kMemoryBlock, &room))) {
      return std::nullopt;
    }
    return told(room.begins.uncorrected);
  }
  std::optional<BadPages> bad_pages(unsigned) override { return std::nullopt; }
  std::optional<int> performance_level(unsigned device) override {
    return ask("amdsmi_get_gpu_perf_level", api_.performance_level, gpus_.at(device));
  }
  std::optional<std::uint32_t> overdrive_percent(unsigned device) override {
    return ask("amdsmi_get_gpu_overdrive_level", api_.overdrive, gpus_.at(device));
  }
  std::optional<int> processes(unsigned device) override {
    std::uint32_t count = 0;
    if (api_.processes == nullptr ||
        !answered("amdsmi_get_gpu_process_list",
                  api_.processes(gpus_.at(device), &count, nullptr)) ||
        count > kMost) {
      return std::nullopt;
    }
    return static_cast<int>(count);
  }

  std::optional<std::uint64_t> memory_used_bytes(unsigned device) override {
    return ask("amdsmi_get_gpu_memory_usage", api_.memory_used, gpus_.at(device), amdsmi::kVram);
  }

  // These stand in the table of metrics.
  std::optional<std::uint32_t> busy_percent(unsigned) override { return std::nullopt; }
  std::optional<double> power_w(unsigned) override { return std::nullopt; }
  std::optional<double> temperature_c(unsigned, Sensor) override { return std::nullopt; }

  std::optional<double> energy_j(unsigned device) override {
    std::uint64_t counts = 0;
    std::uint64_t timestamp = 0;
    float microjoules = 0;
    if (api_.energy == nullptr ||
        !answered("amdsmi_get_energy_count",
                  api_.energy(gpus_.at(device), &counts, &microjoules, &timestamp))) {
      return std::nullopt;
    }
    return energy_of(counts, microjoules);
  }

  std::optional<MetricsReadings> metrics(unsigned device) override {
    MetricsRoom room;
    if (api_.metrics == nullptr ||
        !answered("amdsmi_get_gpu_metrics_info", api_.metrics(gpus_.at(device), room.table()))) {
      return std::nullopt;
    }
    return readings_of(room.read());
  }

 protected:
  bool is_absence(int status) const override {
    return status == amdsmi::kNotSupported || status == amdsmi::kNotYetImplemented ||
           status == amdsmi::kNoData;
  }
  std::string words_of(int status) const override {
    const char* text = nullptr;
    const bool known = api_.status_text(status, &text) == amdsmi::kSuccess && text != nullptr;
    return known ? printable({text, std::strlen(text)}) : fmt::format("status {}", status);
  }

 private:
  void list_gpus() {
    gpus_.clear();
    std::uint32_t sockets = 0;
    require("sockets", api_.sockets(&sockets, nullptr), sockets);
    std::vector<amdsmi::Socket> handles(sockets);
    require("sockets", api_.sockets(&sockets, handles.data()), sockets);
    handles.resize(std::min<std::size_t>(sockets, handles.size()));
    for (amdsmi::Socket socket : handles) add_gpus(socket);
  }

  void add_gpus(amdsmi::Socket socket) {
    std::uint32_t count = 0;
    require("devices", api_.processors(socket, &count, nullptr), count);
    std::vector<Processor> processors(count);
    require("devices", api_.processors(socket, &count, processors.data()), count);
    processors.resize(std::min<std::size_t>(count, processors.size()));
    for (Processor processor : processors) {
      int type = 0;
      const bool gpu = api_.processor_type(processor, &type) == amdsmi::kSuccess;
      if (gpu && type == amdsmi::kGpu) gpus_.push_back(processor);
    }
  }

  void require(const char* what, Status status, std::uint32_t count) const {
    if (status == amdsmi::kSuccess && count <= kMost) return;
    throw Error(fmt::format(
        "AMD SMI cannot list its {}: {}", what,
        status != amdsmi::kSuccess ? words_of(status) : fmt::format("it says {}", count)));
  }

  std::optional<amdsmi::PowerCap> caps(unsigned device) {
    auto room = unknown<amdsmi::PowerCap>();
    if (api_.power_cap == nullptr ||
        !answered("amdsmi_get_power_cap_info", api_.power_cap(gpus_.at(device), 0, &room))) {
      return std::nullopt;
    }
    return room.begins;
  }

  const amdsmi::Api& api_;
  std::vector<Processor> gpus_;
};

}  // namespace

std::unique_ptr<Smi> start_amd_smi(const amdsmi::Api& api) {
  const Status status = api.init(amdsmi::kGpus);
  if (status == amdsmi::kSuccess) return std::make_unique<AmdSmi>(api);
  const bool none = status == amdsmi::kInitError || status == amdsmi::kDriverNotLoaded ||
                    status == amdsmi::kNotFound || status == amdsmi::kNotSupported;
  if (none) return nullptr;
  const char* text = nullptr;
  api.status_text(status, &text);
  throw Error(
      fmt::format("AMD SMI (libamd_smi) cannot be started: {}; see that the amdgpu driver "
                  "is loaded and /sys is readable",
                  text != nullptr ? text : fmt::format("status {}", status)));
}

}  // namespace tpp::amd
