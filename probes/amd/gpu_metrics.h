// The table of readings that AMD's firmware writes and both of AMD's libraries hand out, in the
// form that they share since its version 1.1 (rsmi_gpu_metrics_t and amdsmi_gpu_metrics_t of their
// public headers): appended to, never reordered. Not declared beyond what is read.
#ifndef TPP_PROBES_AMD_GPU_METRICS_H
#define TPP_PROBES_AMD_GPU_METRICS_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tpp::amd {

inline constexpr std::size_t kClockDomains = 8;  // one a die (XCD)

struct GpuMetrics {
  std::uint16_t structure_size;  // of the table that the kernel shows, not of this one
  std::uint8_t format_revision;
  std::uint8_t content_revision;
  std::uint16_t temperature_edge_c;
  std::uint16_t temperature_hotspot_c;
  std::uint16_t temperature_memory_c;
  std::uint16_t temperature_regulators_c[3];
  std::uint16_t average_gfx_activity;  // percent
  std::uint16_t average_other_activity[2];
  std::uint16_t average_socket_power_w;
  std::uint64_t energy_accumulator;
  std::uint64_t system_clock_counter;
  std::uint16_t average_clocks_mhz[7];
  std::uint16_t current_gfxclk_mhz;
  std::uint16_t current_socclk_mhz;
  std::uint16_t current_uclk_mhz;  // of the memory
  std::uint16_t current_video_clocks_mhz[4];
  std::uint32_t throttle_status;  // of each chip its own bits
  std::uint16_t fan_and_link[3];
  std::uint32_t activity_accumulators[2];
  std::uint16_t temperature_hbm_c[4];
  // Since version 1.2 and 1.3
  std::uint64_t firmware_timestamp;
  std::uint16_t voltages_mv[3];
  std::uint64_t throttlers;  // the same bits on every chip
  // Since version 1.4
  std::uint16_t current_socket_power_w;
  std::uint16_t video_activity[4];
  std::uint32_t gfxclk_lock_status;
  std::uint16_t xgmi_link[2];
  std::uint64_t pcie[5];
  std::uint64_t xgmi_data[16];
  std::uint16_t current_gfxclks_mhz[kClockDomains];
  std::uint16_t other_clocks_mhz[12];
  // Since version 1.5 and 1.6
  std::uint16_t jpeg_activity[32];
  std::uint32_t pcie_naks[2];
  std::uint64_t accumulation_counter;
  std::uint64_t prochot_residency;
  std::uint64_t power_residency;
  std::uint64_t socket_heat_residency;
  std::uint64_t regulator_heat_residency;
  std::uint64_t memory_heat_residency;
};

// A library writes its own table, which may be larger than what is declared above; members that it
// does not write stay all ones, which is "not known".
class MetricsRoom {
 public:
  MetricsRoom();
  GpuMetrics* table() { return reinterpret_cast<GpuMetrics*>(bytes_); }
  const GpuMetrics& read() const { return *reinterpret_cast<const GpuMetrics*>(bytes_); }

 private:
  alignas(GpuMetrics) unsigned char bytes_[16 << 10];
};

// How long each limit was in force, in ticks of the firmware's own counter.
struct Residency {
  std::uint64_t ticks = 0;
  std::uint64_t prochot = 0;
  std::uint64_t power = 0;
  std::uint64_t heat = 0;  // of the socket and its memory
  std::uint64_t regulator_heat = 0;
};

struct MetricsReadings {
  std::optional<double> edge_c;
  std::optional<double> hotspot_c;
  std::optional<double> memory_c;
  std::optional<double> power_w;
  std::optional<double> utilization;  // 0 to 1
  std::optional<double> clock_hz;     // the lowest, where dies have clocks of their own
  std::optional<double> memory_clock_hz;
  // Now, in the words of reports; absent where the table cannot tell.
  std::optional<std::vector<std::string>> clock_limits;
  std::optional<Residency> residency;
};

// Pure. nullopt of a table that is none: of another format, of a version that is not known, or
// shorter than its version can be.
std::optional<MetricsReadings> readings_of(const GpuMetrics& metrics);

// Pure. What held the clock down between two readings; nullopt of one table read twice, or after a
// reset.
std::optional<std::vector<std::string>> limits_between(const Residency& before,
                                                       const Residency& after);

}  // namespace tpp::amd

#endif
