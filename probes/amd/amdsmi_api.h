// The functions of AMD SMI that the probe calls: questions alone, none that changes a device.
// Declared here after its public header (amdsmi.h of ROCm 6.0 to 7), so that a build needs nothing
// of ROCm, and filled from libamd_smi.so at run time or by a test. Its structures of labels change
// from release to release: only those are here whose members have kept their places.
#ifndef TPP_PROBES_AMD_AMDSMI_API_H
#define TPP_PROBES_AMD_AMDSMI_API_H

#include <cstdint>
#include <optional>
#include <string>

#include "probes/amd/gpu_metrics.h"
#include "probes/symbol_binder.h"

namespace tpp::amd::amdsmi {

// amdsmi_status_t
using Status = int;
inline constexpr Status kSuccess = 0;
inline constexpr Status kNotSupported = 2;
inline constexpr Status kNotYetImplemented = 3;
inline constexpr Status kNoPermission = 10;
inline constexpr Status kInitError = 18;
inline constexpr Status kNotFound = 31;
inline constexpr Status kDriverNotLoaded = 34;
inline constexpr Status kNoData = 40;

inline constexpr std::uint64_t kGpus = 2;  // amdsmi_init_flags_t
inline constexpr int kGpu = 1;             // processor_type_t

// amdsmi_clk_type_t and amdsmi_memory_type_t
inline constexpr int kClockCompute = 0;
inline constexpr int kClockMemory = 4;
inline constexpr int kVram = 0;

using Socket = void*;
using Processor = void*;

// The beginnings of structures; a library writes its own, which `Room` has place for.
struct ClockInfo {
  std::uint32_t now_mhz;
  std::uint32_t min_mhz;
  std::uint32_t max_mhz;
};
struct PowerCap {
  std::uint64_t now;  // W of some releases, millionths of them of others
  std::uint64_t usual;
};
struct XgmiInfo {
  std::uint8_t lanes;
  std::uint64_t hive_id;
};
struct ErrorCount {
  std::uint64_t corrected;
  std::uint64_t uncorrected;
};
struct DriverInfo {
  char version[64];
};
template <class Beginning>
union Room {
  Beginning begins;
  unsigned char bytes[4096];
};

struct Api {
  Status (*init)(std::uint64_t flags) = nullptr;
  Status (*shut_down)() = nullptr;
  // Without an array: how many there are.
  Status (*sockets)(std::uint32_t* count, Socket* sockets) = nullptr;
  Status (*processors)(Socket socket, std::uint32_t* count, Processor* processors) = nullptr;
  Status (*processor_type)(Processor processor, int* type) = nullptr;
  Status (*location)(Processor processor, std::uint64_t* bits) = nullptr;
  Status (*status_text)(Status status, const char** text) = nullptr;

  Status (*driver)(Processor processor, Room<DriverInfo>* info) = nullptr;
  Status (*device_id)(Processor processor, std::uint16_t* id) = nullptr;
  Status (*subsystem_id)(Processor processor, std::uint16_t* id) = nullptr;
  Status (*compute_partition)(Processor processor, char* text, std::uint32_t size) = nullptr;
  Status (*memory_partition)(Processor processor, char* text, std::uint32_t size) = nullptr;
  Status (*xgmi)(Processor processor, Room<XgmiInfo>* info) = nullptr;
  Status (*memory)(Processor processor, int type, std::uint64_t* bytes) = nullptr;
  Status (*memory_used)(Processor processor, int type, std::uint64_t* bytes) = nullptr;
  Status (*power_cap)(Processor processor, std::uint32_t sensor, Room<PowerCap>* cap) = nullptr;
  Status (*clock)(Processor processor, int which, Room<ClockInfo>* info) = nullptr;
  Status (*ecc_blocks)(Processor processor, std::uint64_t* blocks) = nullptr;
  Status (*errors)(Processor processor, std::uint64_t block, Room<ErrorCount>* count) = nullptr;
  Status (*performance_level)(Processor processor, int* level) = nullptr;
  Status (*overdrive)(Processor processor, std::uint32_t* percent) = nullptr;
  // With a count of 0: how many there are.
  Status (*processes)(Processor processor, std::uint32_t* count, void* processes) = nullptr;
  Status (*energy)(Processor processor, std::uint64_t* counts, float* microjoules_a_count,
                   std::uint64_t* timestamp) = nullptr;
  Status (*metrics)(Processor processor, GpuMetrics* metrics) = nullptr;

  // nullopt, with the names in `missing`, if the library lacks what nothing can be done without.
  static std::optional<Api> bind(const SymbolSource& source, std::string& missing);
};

}  // namespace tpp::amd::amdsmi

#endif
