#include "probes/amd/gpu_metrics.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "agent/support/add_once.h"
#include "probes/amd/plausible.h"
#include "probes/library_answers.h"

namespace tpp::amd {
namespace {

constexpr std::uint8_t kFormat = 1;  // 2 and 3 are those of processors with graphics

// Bytes of the kernel's tables gpu_metrics_v1_0 and on (kgd_pp_interface.h); what follows version 4
// is longer than it.
constexpr std::array<std::uint16_t, 9> kLeastSize = {80, 96, 104, 120, 288, 288, 288, 288, 288};
constexpr std::uint8_t kFirstOfDies = 4;
constexpr std::uint8_t kFirstOfResidency = 6;

struct Throttler {
  std::uint64_t bits;
  const char* name;
};
constexpr std::uint64_t bits(unsigned first, unsigned last) {
  return ((std::uint64_t{2} << (last - first)) - 1) << first;
}
// SMU_THROTTLER_* of the kernel's amdgpu_smu.h. The limits of current (TDC, EDC) are the firmware's
// ordinary means against the same load as that of power.
constexpr Throttler kThrottlers[] = {
    {bits(0, 7), "power_cap"},      // PPT, SPL, FPPT, SPPT
    {bits(16, 23), "power_cap"},    // TDC, EDC, APCC
    {bits(32, 37), "sw_thermal"},   // die, memory, hotspot
    {bits(38, 45), "hw_thermal"},   // voltage regulators, liquid
    {bits(46, 47), "hw_slowdown"},  // PROCHOT: asked for from outside
    {bits(56, 56), "power_brake"},  // PPM: the platform's power
};

void add_throttlers(std::uint64_t status, std::vector<std::string>& limits) {
  for (const Throttler& throttler : kThrottlers) {
    if ((status & throttler.bits) != 0) add_once(std::string(throttler.name), limits);
    status &= ~throttler.bits;
  }
  if (status != 0) limits.emplace_back("other");
}

template <class Number>
std::optional<double> value_of(Number number) {
  const auto known = told(number);
  return known ? std::optional<double>(*known) : std::nullopt;
}

std::optional<double> hertz_of(std::uint16_t megahertz) {
  const auto known = value_of(megahertz);
  return known ? clock_hz(*known * kHertzPerMegahertz) : std::nullopt;
}

std::optional<double> lowest_clock(const GpuMetrics& metrics) {
  std::optional<double> lowest;
  for (const std::uint16_t megahertz : metrics.current_gfxclks_mhz) {
    const auto clock = hertz_of(megahertz);
    if (clock && (!lowest || *clock < *lowest)) lowest = clock;
  }
  return lowest;
}

std::optional<Residency> residency_of(const GpuMetrics& metrics) {
  const std::array values = {metrics.accumulation_counter,     metrics.prochot_residency,
                             metrics.power_residency,          metrics.socket_heat_residency,
                             metrics.regulator_heat_residency, metrics.memory_heat_residency};
  if (!std::ranges::all_of(values, [](std::uint64_t value) { return told(value).has_value(); })) {
    return std::nullopt;
  }
  return Residency{.ticks = metrics.accumulation_counter,
                   .prochot = metrics.prochot_residency,
                   .power = metrics.power_residency,
                   .heat = metrics.socket_heat_residency + metrics.memory_heat_residency,
                   .regulator_heat = metrics.regulator_heat_residency};
}

}  // namespace

MetricsRoom::MetricsRoom() : bytes_() { std::memset(bytes_, 0xff, sizeof bytes_); }

std::optional<MetricsReadings> readings_of(const GpuMetrics& metrics) {
  const std::uint8_t version = metrics.content_revision;
  if (metrics.format_revision != kFormat || version >= kLeastSize.size() ||
      metrics.structure_size < kLeastSize[version] || !told(metrics.structure_size)) {
    return std::nullopt;
  }
  MetricsReadings readings;
  readings.hotspot_c = temperature_c(value_of(metrics.temperature_hotspot_c));
  readings.memory_c = temperature_c(value_of(metrics.temperature_memory_c));
  readings.memory_clock_hz = hertz_of(metrics.current_uclk_mhz);
  if (const auto percent = told(metrics.average_gfx_activity)) {
    readings.utilization = share(*percent);
  }
  if (version < kFirstOfDies) {
    readings.edge_c = temperature_c(value_of(metrics.temperature_edge_c));
    readings.power_w = power_w(value_of(metrics.average_socket_power_w));
    readings.clock_hz = hertz_of(metrics.current_gfxclk_mhz);
    if (version + 1 == kFirstOfDies && told(metrics.throttlers)) {
      add_throttlers(metrics.throttlers, readings.clock_limits.emplace());
    }
    return readings;
  }
  readings.power_w = power_w(value_of(metrics.current_socket_power_w));
  readings.clock_hz = lowest_clock(metrics);
  if (told(metrics.gfxclk_lock_status).value_or(0) != 0) {
    readings.clock_limits = {"applications_clocks"};
  }
  if (version >= kFirstOfResidency) readings.residency = residency_of(metrics);
  return readings;
}

std::optional<std::vector<std::string>> limits_between(const Residency& before,
                                                       const Residency& after) {
  if (after.ticks <= before.ticks) return std::nullopt;
  std::vector<std::string> limits;
  if (after.power > before.power) limits.emplace_back("power_cap");
  if (after.heat > before.heat) limits.emplace_back("sw_thermal");
  if (after.regulator_heat > before.regulator_heat) limits.emplace_back("hw_thermal");
  if (after.prochot > before.prochot) limits.emplace_back("hw_slowdown");
  return limits;
}

}  // namespace tpp::amd
