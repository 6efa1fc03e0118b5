// What a maker's management library says of one device beside what every runtime knows: how its
// board is labelled, how it is limited, how it was when it was asked. Plain values; unknown is
// std::nullopt.
#ifndef TPP_AGENT_MODEL_DEVICE_STATE_H
#define TPP_AGENT_MODEL_DEVICE_STATE_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tpp {

struct DeviceLabels {
  std::optional<std::string> board_id;  // equal on devices of one board, "0x900"
  std::optional<bool> multi_gpu_board;  // whether others are on it
  std::optional<std::string> board_part_number;
  std::optional<std::string> subsystem_id;  // "10de:16c1", vendor first
  std::optional<std::string> vbios_version;
  std::optional<std::string> inforom_version;       // of its image
  std::optional<std::string> gsp_firmware_version;  // of the processor that manages it
  std::optional<int> module_id;                     // which socket of a baseboard
  std::optional<std::string> link_group;            // equal on devices that link to each other
  std::optional<std::string> chassis_serial;
  std::optional<int> slot;
  std::optional<int> tray;
  std::optional<int> host;
};

struct DeviceLimits {
  std::optional<double> power_limit_w;
  std::optional<double> default_power_limit_w;
  std::optional<double> application_clock_hz;  // that applications are held to
  std::optional<double> default_application_clock_hz;
  std::optional<int> overdrive_percent;  // by which a user raised its clock
};

enum class Virtualization { none, pass_through, guest, host };
enum class ComputeMode { shared, exclusive_process, prohibited };

struct DeviceState {
  std::optional<bool> ecc_enabled;
  std::optional<std::uint64_t> uncorrected_errors;  // of its memory, as far back as is counted
  std::optional<int> retired_pages;
  std::optional<int> remapped_rows;
  std::optional<bool> repair_pending;  // faulty memory is taken out of use at the next reset
  std::optional<bool> repair_failed;
  std::optional<double> clock_hz;  // of its units
  std::optional<double> temperature_c;
  std::optional<double> power_w;
  std::optional<double> utilization;               // 0 to 1, over the library's own last period
  std::optional<std::uint64_t> memory_used_bytes;  // without what its driver reserves
  // What holds its clock down, "power_cap", "idle"; empty: nothing does.
  std::optional<std::vector<std::string>> clock_limits;
  std::optional<int> processes;          // that compute on it
  std::optional<int> sharing_processes;  // of them through a service that shares it (MPS)
  std::optional<bool> partitioned;       // into instances (MIG), or as compute_partition says
  std::optional<std::string> compute_partition;  // "SPX" is whole; "CPX" and others are divided
  std::optional<std::string> memory_partition;   // "NPS1"
  std::optional<Virtualization> virtualization;
  std::optional<bool> confidential_computing;
  std::optional<bool> persistence;  // kept initialised while nobody uses it
  std::optional<ComputeMode> compute_mode;
  std::optional<std::string> performance_level;  // "auto"; others hold its clocks
};

}  // namespace tpp

#endif
