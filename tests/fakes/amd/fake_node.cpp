#include "tests/fakes/amd/fake_node.h"

#include <iterator>
#include <map>

namespace fake_smi {
namespace {

using tpp::amd::GpuMetrics;

// Sizes of the kernel's tables, by version.
constexpr std::uint16_t kSizes[] = {80, 96, 104, 120, 288, 360, 1000, 2000, 2500};
constexpr std::size_t kBytesOfRelease5 = 96;

template <class Number>
void put(const YAML::Node& table, const char* name, Number& member) {
  if (table[name]) member = table[name].as<Number>();
}

void put_residency(const YAML::Node& each_call, std::uint32_t device, GpuMetrics& metrics) {
  static std::map<std::uint32_t, std::uint64_t> calls;
  if (!each_call) return;
  const std::uint64_t call = ++calls[device];
  std::uint64_t* const members[] = {
      &metrics.accumulation_counter,     &metrics.prochot_residency,
      &metrics.power_residency,          &metrics.socket_heat_residency,
      &metrics.regulator_heat_residency, &metrics.memory_heat_residency};
  for (std::size_t i = 0; i < std::size(members); ++i) {
    *members[i] = 1000 + call * each_call[i].as<std::uint64_t>();
  }
}

}  // namespace

int give_location(const char* call, std::uint32_t device, std::uint64_t* bits) {
  if (const int status = fault(call); status != kSuccess) return status;
  if (trouble() == "garbage-address") {
    *bits = ~std::uint64_t{0};
    return kSuccess;
  }
  const YAML::Node pci = value_of(device, "pci");
  if (!pci) return kInvalid;
  const auto part = [&](const char* name) { return pci[name].as<std::uint64_t>(0); };
  *bits = part("domain") << 32 | part("partition") << 28 | part("bus") << 8 | part("device") << 3 |
          part("function");
  return kSuccess;
}

int give_metrics(const char* call, std::uint32_t device, GpuMetrics* metrics) {
  if (const int status = fault(call); status != kSuccess) return status;
  const bool old = node()["release"].as<int>(6) < 6;
  if (overwrite(metrics, old ? kBytesOfRelease5 : sizeof *metrics)) return kSuccess;
  const YAML::Node table = value_of(device, "metrics");
  if (!table) return kNotSupported;
  GpuMetrics told;
  std::memset(&told, old ? 0 : 0xff, sizeof told);
  told.format_revision = static_cast<std::uint8_t>(table["format"].as<unsigned>(1));
  const auto version = table["version"].as<std::uint16_t>();
  told.content_revision = static_cast<std::uint8_t>(version);
  told.structure_size = version < std::size(kSizes) ? kSizes[version] : 4000;
  put(table, "bytes", told.structure_size);
  put(table, "edge_c", told.temperature_edge_c);
  put(table, "hotspot_c", told.temperature_hotspot_c);
  put(table, "memory_c", told.temperature_memory_c);
  put(table, "activity", told.average_gfx_activity);
  put(table, "power_w", told.average_socket_power_w);
  put(table, "socket_power_w", told.current_socket_power_w);
  put(table, "gfxclk_mhz", told.current_gfxclk_mhz);
  put(table, "uclk_mhz", told.current_uclk_mhz);
  put(table, "throttlers", told.throttlers);
  put(table, "locked", told.gfxclk_lock_status);
  const YAML::Node clocks = table["gfxclks_mhz"];
  for (std::size_t i = 0; clocks && i < clocks.size(); ++i) {
    told.current_gfxclks_mhz[i] = clocks[i].as<std::uint16_t>();
  }
  put_residency(table["residency"], device, told);
  std::memcpy(metrics, &told, old ? kBytesOfRelease5 : sizeof told);
  return kSuccess;
}

}  // namespace fake_smi
