#include "probes/nvidia/nvml_watch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "agent/support/error.h"
#include "probes/kept_answer.h"
#include "probes/nvidia/nvml_answers.h"
#include "probes/nvidia/nvml_clock_limits.h"
#include "probes/nvidia/nvml_device.h"
#include "probes/nvidia/nvml_library.h"

namespace tpp {
namespace {

using nvml::FieldValue;
using nvml::kSuccess;

std::optional<double> number_in(const FieldValue& value) {
  const bool known = value.result == kSuccess && value.type == nvml::kValueUnsigned &&
                     value.value.number != 0 && told(value.value.number);
  return known ? std::optional<double>(value.value.number) : std::nullopt;
}

class NvmlWatch final : public DeviceWatch {
 public:
  NvmlWatch(const nvml::Api& api, const std::string& address, const std::string& instance)
      : api_(api), started_(start(api)) {
    if (api.device_at == nullptr) {
      throw Error(fmt::format("{} lacks nvmlDeviceGetHandleByPciBusId_v2: update NVIDIA's driver",
                              nvml::kLibraryName));
    }
    const nvml::Result result = api.device_at(address.c_str(), &device_);
    if (result != kSuccess) {
      throw Error(fmt::format("cannot watch {}: {}", address, nvml::said(api, result)));
    }
    used_ = instance.empty() ? device_ : nvml::find_instance(api, device_, instance);
  }

  TelemetrySample read() override {
    TelemetrySample sample;
    sample.clock_hz = nvml::clock_hz(api_.clock_mhz, device_, nvml::kClockSm);
    sample.memory_clock_hz = nvml::clock_hz(api_.clock_mhz, device_, nvml::kClockMemory);
    sample.clock_limits = nvml::clock_limits(api_, device_);
    if (const auto energy = nvml::amount_of(api_.energy_mj, device_)) {
      sample.energy_j = static_cast<double>(*energy) / 1000.0;
    }
    if (const auto celsius = nvml::number_of(api_.temperature_c, device_, nvml::kTemperatureGpu)) {
      sample.temperature_c = *celsius;
    }
    nvml::Utilization utilization{};
    if (api_.utilization != nullptr && api_.utilization(device_, &utilization) == kSuccess &&
        utilization.gpu <= 100) {
      sample.utilization = utilization.gpu / 100.0;
    }
    if (used_ != nullptr) {
      sample.processes = processes_.get([&] { return nvml::computing_processes(api_, used_); });
      sample.memory_used_bytes = nvml::memory_used_bytes(api_, used_);
    }
    read_fields(sample);
    // On some parts a mean over the last second, so the instant's figure goes first.
    if (!sample.power_w) sample.power_w = nvml::watts(api_.power_mw, device_);
    return sample;
  }

 private:
  static const nvml::Api& start(const nvml::Api& api) {
    const nvml::Result result = api.init();
    if (result != kSuccess) nvml::fail_to_start(api, result);
    return api;
  }

  void read_fields(TelemetrySample& sample) {
    std::array<FieldValue, 2> values{};
    values[0].field = nvml::kFieldMemoryTemperature;
    values[1].field = nvml::kFieldPowerInstant;
    const int count = static_cast<int>(values.size());
    if (api_.fields == nullptr || api_.fields(device_, count, values.data()) != kSuccess) return;
    sample.memory_temperature_c = number_in(values[0]);
    if (const auto milliwatts = number_in(values[1])) sample.power_w = *milliwatts / 1000.0;
  }

  const nvml::Api& api_;
  const nvml::Started started_;
  nvml::Device device_ = nullptr;
  nvml::Device used_ = nullptr;  // whose processes and memory are read: an instance has its own
  KeptAnswer<int> processes_{kProcessListAge};
};

// With the library that it reads.
class OwningWatch final : public DeviceWatch {
 public:
  OwningWatch(nvml::Library library, const DeviceId& device)
      : library_(std::move(library)), watch_(watch_nvml(library_.api, device)) {}

  TelemetrySample read() override { return watch_->read(); }

 private:
  const nvml::Library library_;
  const std::unique_ptr<DeviceWatch> watch_;
};

}  // namespace

std::unique_ptr<DeviceWatch> watch_nvml(const nvml::Api& api, const DeviceId& device) {
  const auto slash = std::min(device.value.find('/'), device.value.size());
  const std::string instance = device.value.substr(std::min(slash + 1, device.value.size()));
  return std::make_unique<NvmlWatch>(api, device.value.substr(0, slash), instance);
}

std::unique_ptr<DeviceWatch> watch_nvidia(const DeviceId& device) {
  auto library = nvml::open_library();
  if (!library) throw Error(fmt::format("there is no {} on this node", nvml::kLibraryName));
  return std::make_unique<OwningWatch>(std::move(*library), device);
}

}  // namespace tpp
