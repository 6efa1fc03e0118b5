// The functions of NVIDIA's management library that the probe calls: questions alone, none that
// changes a device. Declared here after NVIDIA's public reference ("NVML API Reference Guide"), so
// that a build needs nothing of CUDA, and filled from libnvidia-ml.so.1 at run time or by a test.
#ifndef TPP_PROBES_NVIDIA_NVML_API_H
#define TPP_PROBES_NVIDIA_NVML_API_H

#include <optional>
#include <string>

#include "probes/symbol_binder.h"

namespace tpp::nvml {

using Result = int;
inline constexpr Result kSuccess = 0;
inline constexpr Result kNoPermission = 4;
inline constexpr Result kNotFound = 6;
inline constexpr Result kTooSmall = 7;  // the caller's array; how many there are was told
inline constexpr Result kDriverNotLoaded = 9;
inline constexpr Result kBlocked = 17;         // by the operating system: control groups
inline constexpr Result kVersionsDiffer = 18;  // of library and kernel module
inline constexpr Result kNoGpus = 28;

// nvmlClockType_t
inline constexpr int kClockSm = 1;
inline constexpr int kClockMemory = 2;

// nvmlTemperatureSensors_t
inline constexpr int kTemperatureGpu = 0;

// nvmlMemoryErrorType_t and nvmlEccCounterType_t
inline constexpr int kUncorrected = 1;
inline constexpr int kOfItsLife = 1;

// nvmlPageRetirementCause_t: single-bit errors, then double-bit ones
inline constexpr int kRetirementCauses = 2;

// Members of nvmlFieldValue_t.fieldId, and of .valueType
inline constexpr unsigned kFieldMemoryTemperature = 82;
inline constexpr unsigned kFieldPowerInstant = 186;  // milliwatts
inline constexpr int kValueUnsigned = 1;

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

// nvmlMemory_v2_t, of drivers from 510 on. `version` is the caller's word for the size.
struct MemoryApart {
  unsigned version;
  unsigned long long total;
  unsigned long long reserved;  // by driver and firmware
  unsigned long long free;
  unsigned long long used;  // without that
};
inline constexpr unsigned kMemoryApartVersion = sizeof(MemoryApart) | (2u << 24);

struct Utilization {
  unsigned gpu;  // percent of the library's own last period, up to 1 s
  unsigned memory;
};

// Of a part of a partitioned GPU.
struct Attributes {
  unsigned multiprocessors;
  unsigned engines[5];  // copy, decoder, encoder, JPEG, optical flow
  unsigned gpu_slices;
  unsigned compute_slices;
  unsigned long long memory_mib;
};

struct FieldValue {
  unsigned field;
  unsigned scope;
  long long timestamp;
  long long latency_us;
  int type;
  Result result;  // the value counts only on kSuccess
  union {
    double real;
    unsigned number;
    unsigned long long large;
  } value;
};

struct ConfidentialComputing {
  unsigned environment;
  unsigned feature;  // 1: on
  unsigned developer_tools;
};

// Where in a rack it sits (nvmlPlatformInfo_v2_t). `version` is the caller's word for the size.
struct PlatformInfo {
  unsigned version;
  unsigned char infiniband_guid[16];
  char chassis_serial[16];
  unsigned char slot;
  unsigned char tray;
  unsigned char host;
  unsigned char peer_type;
  unsigned char module;
};
inline constexpr unsigned kPlatformInfoVersion = sizeof(PlatformInfo) | (2u << 24);

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
  Result (*retired_pages)(Device device, int cause, unsigned* count,
                          unsigned long long* addresses) = nullptr;
  Result (*board_part_number)(Device device, char* text, unsigned size) = nullptr;
  Result (*vbios_version)(Device device, char* text, unsigned size) = nullptr;
  Result (*inforom_version)(Device device, char* text, unsigned size) = nullptr;
  Result (*gsp_firmware)(Device device, char* text) = nullptr;  // of at least 64 bytes
  Result (*module_id)(Device device, unsigned* id) = nullptr;
  Result (*platform)(Device device, PlatformInfo* info) = nullptr;
  Result (*application_clock_mhz)(Device device, int clock, unsigned* mhz) = nullptr;
  Result (*default_application_clock_mhz)(Device device, int clock, unsigned* mhz) = nullptr;
  Result (*ecc_mode)(Device device, int* current, int* pending) = nullptr;
  Result (*ecc_errors)(Device device, int type, int counter, unsigned long long* count) = nullptr;
  Result (*persistence)(Device device, int* on) = nullptr;
  Result (*compute_mode)(Device device, int* mode) = nullptr;
  Result (*confidential_computing)(ConfidentialComputing* state) = nullptr;
  // Called without an array: how many there are comes with kTooSmall.
  Result (*processes)(Device device, unsigned* count, void* infos) = nullptr;
  Result (*mps_processes)(Device device, unsigned* count, void* infos) = nullptr;
  Result (*most_instances)(Device device, unsigned* count) = nullptr;
  Result (*instance)(Device device, unsigned index, Device* instance) = nullptr;
  Result (*attributes)(Device instance, Attributes* attributes) = nullptr;

  // Read again and again under load.
  Result (*device_at)(const char* bus_id, Device* device) = nullptr;
  Result (*clock_mhz)(Device device, int clock, unsigned* mhz) = nullptr;
  Result (*clock_limits)(Device device, unsigned long long* reasons) = nullptr;
  Result (*temperature_c)(Device device, int sensor, unsigned* celsius) = nullptr;
  Result (*power_mw)(Device device, unsigned* milliwatts) = nullptr;
  Result (*energy_mj)(Device device, unsigned long long* millijoules) = nullptr;
  Result (*utilization)(Device device, Utilization* utilization) = nullptr;
  Result (*memory_apart)(Device device, MemoryApart* memory) = nullptr;
  Result (*fields)(Device device, int count, FieldValue* values) = nullptr;

  // nullopt, with the names in `missing`, if the library lacks what nothing can be done without.
  static std::optional<Api> bind(const SymbolSource& source, std::string& missing);
};

}  // namespace tpp::nvml

#endif
