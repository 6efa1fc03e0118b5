#include "probes/amd/amd_watch.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

#include "agent/support/add_once.h"
#include "agent/support/error.h"
#include "probes/amd/amd_address.h"
#include "probes/amd/amd_library.h"
#include "probes/amd/plausible.h"
#include "probes/kept_answer.h"

namespace tpp {
namespace {

using amd::ClockDomain;
using amd::Sensor;

class SmiWatch final : public DeviceWatch {
 public:
  SmiWatch(std::unique_ptr<amd::Smi> smi, const DeviceId& device)
      : smi_(std::move(smi)), partitioned_(device.value.find('/') != std::string::npos) {
    const std::string address = device.value.substr(0, device.value.find('/'));
    const unsigned count = smi_->count();
    for (unsigned index = 0; index < count; ++index) {
      const auto bits = smi_->location(index).bits;
      const auto found = bits ? amd::parse_address(*bits) : std::nullopt;
      if (!found || found->pci != address) continue;
      if (!index_) index_ = index;  // of partitions the first, which answers for all
      const bool its =
          !partitioned_ || device.value == fmt::format("{}/{}", address, found->partition);
      if (its && !used_) used_ = index;
    }
    if (!index_) {
      throw Error(
          fmt::format("cannot watch {}: AMD's management library does not list it", address));
    }
  }

  TelemetrySample read() override {
    const unsigned whole = *index_;
    const auto table = smi_->metrics(whole).value_or(amd::MetricsReadings{});
    TelemetrySample sample;
    sample.power_w = either(amd::power_w(smi_->power_w(whole)), table.power_w);
    sample.energy_j = smi_->energy_j(whole);
    sample.temperature_c = temperature(table);
    sample.memory_temperature_c =
        either(amd::temperature_c(smi_->temperature_c(*index_, Sensor::memory)), table.memory_c);
    sample.memory_clock_hz =
        either(table.memory_clock_hz, current_clock(table, ClockDomain::memory));
    sample.clock_limits = limits(table);
    // Clocks and activity of an accelerator are those of its other partitions too.
    if (!partitioned_) {
      sample.clock_hz = either(table.clock_hz, current_clock(table, ClockDomain::compute));
      sample.utilization = either(amd::share(smi_->busy_percent(whole)), table.utilization);
    }
    if (used_) {
      sample.processes = processes_.get([this] { return list_processes(); });
      sample.memory_used_bytes = smi_->memory_used_bytes(*used_);
    }
    smi_->take_failures();  // nobody reads them here, and they would pile up
    return sample;
  }

 private:
  std::optional<int> list_processes() {
    smi_->forget_processes();
    return smi_->processes(*used_);
  }

  static std::optional<double> either(std::optional<double> one, std::optional<double> other) {
    return one ? one : other;
  }

  std::optional<double> temperature(const amd::MetricsReadings& table) {
    const auto hotspot =
        either(amd::temperature_c(smi_->temperature_c(*index_, Sensor::hotspot)), table.hotspot_c);
    if (hotspot) return hotspot;
    return either(amd::temperature_c(smi_->temperature_c(*index_, Sensor::edge)), table.edge_c);
  }

  // The list of clocks is read from the kernel as text, which takes longer than the table.
  std::optional<double> current_clock(const amd::MetricsReadings& table, ClockDomain domain) {
    const auto& told = domain == ClockDomain::compute ? table.clock_hz : table.memory_clock_hz;
    if (told) return told;
    const auto clock = smi_->clock(*index_, domain);
    return clock ? amd::clock_hz(clock->now_hz) : std::nullopt;
  }

  std::optional<std::vector<std::string>> limits(const amd::MetricsReadings& table) {
    auto limits = table.clock_limits;
    if (table.residency && last_) {
      if (const auto since = amd::limits_between(*last_, *table.residency)) {
        if (!limits) limits.emplace();
        for (const std::string& limit : *since) add_once(limit, *limits);
      }
    }
    if (table.residency) last_ = table.residency;
    return limits;
  }

  const std::unique_ptr<amd::Smi> smi_;
  const bool partitioned_;
  std::optional<unsigned> index_;
  std::optional<unsigned> used_;  // whose processes and memory are read: a partition has its own
  KeptAnswer<int> processes_{kProcessListAge};
  std::optional<amd::Residency> last_;
};

}  // namespace

std::unique_ptr<DeviceWatch> watch_smi(std::unique_ptr<amd::Smi> smi, const DeviceId& device) {
  return std::make_unique<SmiWatch>(std::move(smi), device);
}

std::unique_ptr<DeviceWatch> watch_amd(const DeviceId& device) {
  auto smi = amd::open_library();
  if (!smi) throw Error("there is neither ROCm SMI nor AMD SMI with a driver on this node");
  return watch_smi(std::move(smi), device);
}

}  // namespace tpp
