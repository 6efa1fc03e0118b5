// The functions of NVIDIA's management library that the probe calls: questions alone, none that
// changes a device. Declared here after NVIDIA's public reference ("NVML API Reference Guide"), so
// that a build needs nothing of CUDA, and filled from libnvidia-ml.so.1 at run time or by a test.
#ifndef TPP_PROBES_NVIDIA_NVML_API_H
#define TPP_PROBES_NVIDIA_NVML_API_H

#include <functional>
#include <optional>
#include <string>

namespace tpp::nvml {

using Result = int;
inline constexpr Result kSuccess = 0;
inline constexpr Result kNoPermission = 4;
inline constexpr Result kDriverNotLoaded = 9;
inline constexpr Result kBlocked = 17;         // by the operating system: control groups
inline constexpr Result kVersionsDiffer = 18;  // of library and kernel module
inline constexpr Result kNoGpus = 28;

// nvmlClockType_t
inline constexpr int kClockSm = 1;
inline constexpr int kClockMemory = 2;

// nvmlGpuVirtualizationMode_t
inline constexpr int kVirtualGpuGuest = 2;
inline constexpr int kVirtualGpuHost = 3;

using Device = struct nvmlDevice_st*;

struct PciInfo {
  char legacy_bus_id[16];
  unsigned domain;
  unsigned bus;
  unsigned device;
  unsigned device_and_vendor;  // device in the upper half
  unsigned subsystem;
  char bus_id[32];
};

struct Memory {
  unsigned long long total;
  unsigned long long free;
  unsigned long long used;
};

// Optional ones are nullptr in drivers that are older than they.
struct Api {
  Result (*init)() = nullptr;
  Result (*shutdown)() = nullptr;
  Result (*count)(unsigned* count) = nullptr;
  Result (*device)(unsigned index, Device* device) = nullptr;
  Result (*pci)(Device device, PciInfo* pci) = nullptr;
  const char* (*error_text)(Result result) = nullptr;

  Result (*driver_version)(char* text, unsigned size) = nullptr;
  Result (*name)(Device device, char* text, unsigned size) = nullptr;
  Result (*uuid)(Device device, char* text, unsigned size) = nullptr;
  Result (*serial)(Device device, char* text, unsigned size) = nullptr;
  Result (*capability)(Device device, int* major, int* minor) = nullptr;
  Result (*memory)(Device device, Memory* memory) = nullptr;
  Result (*memory_bus_bits)(Device device, unsigned* bits) = nullptr;
  Result (*max_clock_mhz)(Device device, int clock, unsigned* mhz) = nullptr;
  Result (*multi_gpu_board)(Device device, unsigned* several) = nullptr;
  Result (*board_id)(Device device, unsigned* id) = nullptr;
  Result (*mig_mode)(Device device, unsigned* current, unsigned* pending) = nullptr;
  Result (*virtualization)(Device device, int* mode) = nullptr;
  Result (*power_limit_mw)(Device device, unsigned* milliwatts) = nullptr;
  Result (*default_power_limit_mw)(Device device, unsigned* milliwatts) = nullptr;
  Result (*remapped_rows)(Device device, unsigned* corrected, unsigned* uncorrected,
                          unsigned* pending, unsigned* failed) = nullptr;
  Result (*pending_pages)(Device device, int* pending) = nullptr;

  // Where a name's address is; nullptr where there is none.
  using SymbolSource = std::function<void*(const char* name)>;

  // nullopt, with the names in `missing`, if the library lacks what nothing can be done without.
  static std::optional<Api> bind(const SymbolSource& source, std::string& missing);
};

}  // namespace tpp::nvml

#endif
