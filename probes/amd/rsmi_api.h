// The functions of ROCm SMI that the probe calls: questions alone, none that changes a device.
// Declared here after its public header (rocm_smi.h of ROCm 5.2 to 7), so that a build needs
// nothing of ROCm, and filled from librocm_smi64.so at run time or by a test. Devices are indices.
#ifndef TPP_PROBES_AMD_RSMI_API_H
#define TPP_PROBES_AMD_RSMI_API_H

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "probes/amd/gpu_metrics.h"
#include "probes/symbol_binder.h"

namespace tpp::amd::rsmi {

// rsmi_status_t
using Status = int;
inline constexpr Status kSuccess = 0;
inline constexpr Status kNotSupported = 2;
inline constexpr Status kPermission = 4;
inline constexpr Status kInitError = 8;
inline constexpr Status kNotYetImplemented = 9;
inline constexpr Status kTooSmall = 11;
inline constexpr Status kNoData = 14;

// rsmi_init_flags_t, since ROCm 6; older ones do not look at it. Without it the library locks
// devices for all processes, and a child that is ended inside a call leaves them locked.
inline constexpr std::uint64_t kLocksOfThisProcessOnly = 0x0400'0000'0000'0000;

// rsmi_clk_type_t
inline constexpr int kClockCompute = 0;
inline constexpr int kClockMemory = 4;

// rsmi_temperature_type_t and rsmi_temperature_metric_t
inline constexpr std::uint32_t kEdge = 0;
inline constexpr std::uint32_t kJunction = 1;
inline constexpr std::uint32_t kMemory = 2;
inline constexpr int kCurrent = 0;

inline constexpr int kVram = 0;           // rsmi_memory_type_t
inline constexpr int kDriverVersion = 0;  // rsmi_sw_component_t

// rsmi_memory_page_status_t
inline constexpr int kPageRetired = 0;
inline constexpr int kPagePending = 1;
inline constexpr int kPageFailed = 2;

// rsmi_frequencies_t, as it was until ROCm 5.7 and as it is since 6.0. Nothing in it says which.
struct Frequencies5 {
  std::uint32_t count;
  std::uint32_t current;
  std::uint64_t hertz[32];
};
struct Frequencies6 {
  bool has_deep_sleep;
  std::uint32_t count;
  std::uint32_t current;
  std::uint64_t hertz[33];
};
union Frequencies {
  Frequencies5 of_5;
  Frequencies6 of_6;
};

struct ErrorCount {
  std::uint64_t corrected;
  std::uint64_t uncorrected;
};

struct RetiredPage {
  std::uint64_t address;
  std::uint64_t bytes;
  int status;
};

struct Process {
  std::uint32_t id;
  std::uint32_t address_space;
  std::uint64_t memory_bytes;
  std::uint64_t copy_us;
  std::uint32_t occupancy;
};

// Optional ones are nullptr in libraries that are older than they, or newer.
struct Api {
  Status (*init)(std::uint64_t flags) = nullptr;
  Status (*shut_down)() = nullptr;
  Status (*count)(std::uint32_t* count) = nullptr;
  Status (*location)(std::uint32_t device, std::uint64_t* bits) = nullptr;
  Status (*status_text)(Status status, const char** text) = nullptr;

  Status (*driver_version)(int component, char* text, std::uint32_t size) = nullptr;
  Status (*name)(std::uint32_t device, char* text, std::size_t size) = nullptr;
  Status (*device_id)(std::uint32_t device, std::uint16_t* id) = nullptr;
  Status (*subsystem_vendor)(std::uint32_t device, std::uint16_t* id) = nullptr;
  Status (*subsystem_id)(std::uint32_t device, std::uint16_t* id) = nullptr;
  Status (*unique_id)(std::uint32_t device, std::uint64_t* id) = nullptr;
  Status (*serial)(std::uint32_t device, char* text, std::uint32_t size) = nullptr;
  Status (*vbios)(std::uint32_t device, char* text, std::uint32_t size) = nullptr;
  Status (*compute_partition)(std::uint32_t device, char* text, std::uint32_t size) = nullptr;
  Status (*memory_partition)(std::uint32_t device, char* text, std::uint32_t size) = nullptr;
  Status (*hive_id)(std::uint32_t device, std::uint64_t* id) = nullptr;
  Status (*memory)(std::uint32_t device, int type, std::uint64_t* bytes) = nullptr;
  Status (*memory_used)(std::uint32_t device, int type, std::uint64_t* bytes) = nullptr;
  Status (*power_cap_uw)(std::uint32_t device, std::uint32_t sensor,
                         std::uint64_t* microwatts) = nullptr;
  Status (*default_power_cap_uw)(std::uint32_t device, std::uint64_t* microwatts) = nullptr;
  Status (*frequencies)(std::uint32_t device, int clock, Frequencies* frequencies) = nullptr;
  Status (*ecc_blocks)(std::uint32_t device, std::uint64_t* blocks) = nullptr;
  Status (*errors)(std::uint32_t device, std::uint64_t block, ErrorCount* count) = nullptr;
  // Without an array: how many there are.
  Status (*bad_pages)(std::uint32_t device, std::uint32_t* count, RetiredPage* pages) = nullptr;
  Status (*performance_level)(std::uint32_t device, int* level) = nullptr;
  Status (*overdrive)(std::uint32_t device, std::uint32_t* percent) = nullptr;
  Status (*processes)(Process* processes, std::uint32_t* count) = nullptr;
  Status (*devices_of_process)(std::uint32_t process, std::uint32_t* devices,
                               std::uint32_t* count) = nullptr;
  Status (*busy)(std::uint32_t device, std::uint32_t* percent) = nullptr;
  Status (*power_uw)(std::uint32_t device, std::uint64_t* microwatts, int* kind) = nullptr;
  Status (*average_power_uw)(std::uint32_t device, std::uint32_t sensor,
                             std::uint64_t* microwatts) = nullptr;
  Status (*energy)(std::uint32_t device, std::uint64_t* counts, float* microjoules_a_count,
                   std::uint64_t* timestamp) = nullptr;
  Status (*temperature)(std::uint32_t device, std::uint32_t sensor, int metric,
                        std::int64_t* millidegrees) = nullptr;
  Status (*metrics)(std::uint32_t device, GpuMetrics* metrics) = nullptr;

  // nullopt, with the names in `missing`, if the library lacks what nothing can be done without.
  static std::optional<Api> bind(const SymbolSource& source, std::string& missing);
};

}  // namespace tpp::amd::rsmi

#endif
