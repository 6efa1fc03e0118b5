// A management library of NVIDIA's without its GPUs: libnvidia-ml.so.1 for tests. What its devices
// say stands in the YAML file that the environment variable TPP_FAKE_NVML names (shapes as in
// tests/fixtures/nvml; what is not in it "is not supported"). TPP_FAKE_NVML_FAULT asks for trouble:
//
//   fail=nvmlDeviceGetName:999   that call ends with that error
//   hang=nvmlInit_v2             that call does not return
//   garbage                      every answer but the address is all ones, texts without an end
//   garbage-address              the address is all ones
//
// One thread at a time.
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "probes/nvidia/nvml_api.h"

namespace {

using tpp::nvml::Device;
using tpp::nvml::kSuccess;
using tpp::nvml::Memory;
using tpp::nvml::PciInfo;
using tpp::nvml::Result;

constexpr Result kUninitialized = 1;
constexpr Result kNotSupported = 3;

int users = 0;  // calls of init without their shutdown

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

bool garbage() { return variable("TPP_FAKE_NVML_FAULT") == "garbage"; }

Result fault(const std::string& call) {
  const std::string wanted = variable("TPP_FAKE_NVML_FAULT");
  if (wanted == "hang=" + call) {
    for (;;) pause();
  }
  const std::string failing = "fail=" + call + ":";
  if (wanted.rfind(failing, 0) == 0) return std::atoi(wanted.c_str() + failing.size());
  return call != "nvmlInit_v2" && users == 0 ? kUninitialized : kSuccess;
}

YAML::Node node() { return YAML::LoadFile(variable("TPP_FAKE_NVML")); }

// A handle is the device's number and one.
YAML::Node value_of(Device device, const char* name) {
  return node()["devices"][reinterpret_cast<std::uintptr_t>(device) - 1][name];
}

template <class Number>
Result give(const char* call, const YAML::Node& value, Number* out) {
  if (const Result result = fault(call); result != kSuccess) return result;
  if (garbage()) {
    std::memset(out, 0xff, sizeof *out);
    return kSuccess;
  }
  if (!value) return kNotSupported;
  *out = value.as<Number>();
  return kSuccess;
}

Result give(const char* call, const YAML::Node& value, char* text, unsigned size) {
  if (const Result result = fault(call); result != kSuccess) return result;
  if (garbage()) {
    std::memset(text, 0xff, size);
    return kSuccess;
  }
  if (!value) return kNotSupported;
  std::snprintf(text, size, "%s", value.as<std::string>().c_str());
  return kSuccess;
}

}  // namespace

// NVIDIA's names.
// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

Result nvmlInit_v2() {
  const Result result = fault("nvmlInit_v2");
  if (result == kSuccess) ++users;
  return result;
}
Result nvmlShutdown() {
  const Result result = fault("nvmlShutdown");
  if (result == kSuccess) --users;
  return result;
}
// For tests: how many hold the library open.
int fake_nvml_users() { return users; }

const char* nvmlErrorString(Result) { return "a fault that was asked for"; }
Result nvmlSystemGetDriverVersion(char* text, unsigned size) {
  return give("nvmlSystemGetDriverVersion", node()["driver"], text, size);
}
Result nvmlDeviceGetCount_v2(unsigned* count) {
  if (const Result result = fault("nvmlDeviceGetCount_v2"); result != kSuccess) return result;
  *count = static_cast<unsigned>(node()["devices"].size());
  return kSuccess;
}
Result nvmlDeviceGetHandleByIndex_v2(unsigned index, Device* device) {
  const Result asked = fault("nvmlDeviceGetHandleByIndex_v2");
  if (asked != kSuccess) return asked;
  *device = reinterpret_cast<Device>(std::uintptr_t{index} + 1);
  const YAML::Node result = value_of(*device, "result");
  return result ? result.as<Result>() : kSuccess;
}
Result nvmlDeviceGetPciInfo_v3(Device device, PciInfo* pci) {
  if (const Result result = fault("nvmlDeviceGetPciInfo_v3"); result != kSuccess) return result;
  if (variable("TPP_FAKE_NVML_FAULT") == "garbage-address") {
    std::memset(pci, 0xff, sizeof *pci);
    return kSuccess;
  }
  const YAML::Node told = value_of(device, "pci");
  *pci = {};
  pci->domain = told["domain"].as<unsigned>();
  pci->bus = told["bus"].as<unsigned>();
  pci->device = told["device"].as<unsigned>();
  pci->device_and_vendor = told["id"].as<unsigned>();
  return kSuccess;
}
Result nvmlDeviceGetName(Device device, char* text, unsigned size) {
  return give("nvmlDeviceGetName", value_of(device, "name"), text, size);
}
Result nvmlDeviceGetUUID(Device device, char* text, unsigned size) {
  return give("nvmlDeviceGetUUID", value_of(device, "uuid"), text, size);
}
Result nvmlDeviceGetSerial(Device device, char* text, unsigned size) {
  return give("nvmlDeviceGetSerial", value_of(device, "serial"), text, size);
}
Result nvmlDeviceGetCudaComputeCapability(Device device, int* major, int* minor) {
  const YAML::Node told = value_of(device, "capability");
  const char* const call = "nvmlDeviceGetCudaComputeCapability";
  const Result result = give(call, told ? told[0] : told, major);
  return result == kSuccess ? give(call, told ? told[1] : told, minor) : result;
}
Result nvmlDeviceGetMemoryInfo(Device device, Memory* memory) {
  *memory = {};
  return give("nvmlDeviceGetMemoryInfo", value_of(device, "memory_bytes"), &memory->total);
}
Result nvmlDeviceGetMemoryBusWidth(Device device, unsigned* bits) {
  return give("nvmlDeviceGetMemoryBusWidth", value_of(device, "memory_bus_bits"), bits);
}
Result nvmlDeviceGetMaxClockInfo(Device device, int clock, unsigned* mhz) {
  const char* const name = clock == tpp::nvml::kClockSm ? "max_sm_mhz" : "max_memory_mhz";
  return give("nvmlDeviceGetMaxClockInfo", value_of(device, name), mhz);
}
Result nvmlDeviceGetMultiGpuBoard(Device device, unsigned* several) {
  return give("nvmlDeviceGetMultiGpuBoard", value_of(device, "multi_gpu_board"), several);
}
Result nvmlDeviceGetBoardId(Device device, unsigned* id) {
  return give("nvmlDeviceGetBoardId", value_of(device, "board_id"), id);
}
Result nvmlDeviceGetMigMode(Device device, unsigned* current, unsigned* pending) {
  const Result result = give("nvmlDeviceGetMigMode", value_of(device, "mig"), current);
  *pending = *current;
  return result;
}
Result nvmlDeviceGetVirtualizationMode(Device device, int* mode) {
  return give("nvmlDeviceGetVirtualizationMode", value_of(device, "virtualization"), mode);
}
Result nvmlDeviceGetPowerManagementLimit(Device device, unsigned* milliwatts) {
  return give("nvmlDeviceGetPowerManagementLimit", value_of(device, "power_limit_mw"), milliwatts);
}
Result nvmlDeviceGetPowerManagementDefaultLimit(Device device, unsigned* milliwatts) {
  return give("nvmlDeviceGetPowerManagementDefaultLimit",
              value_of(device, "default_power_limit_mw"), milliwatts);
}
Result nvmlDeviceGetRemappedRows(Device device, unsigned* corrected, unsigned* uncorrected,
                                 unsigned* pending, unsigned* failed) {
  const YAML::Node rows = value_of(device, "remapped_rows");
  unsigned* const out[] = {corrected, uncorrected, pending, failed};
  for (std::size_t i = 0; i < 4; ++i) {
    const Result result = give("nvmlDeviceGetRemappedRows", rows ? rows[i] : rows, out[i]);
    if (result != kSuccess) return result;
  }
  return kSuccess;
}
Result nvmlDeviceGetRetiredPagesPendingStatus(Device device, int* pending) {
  return give("nvmlDeviceGetRetiredPagesPendingStatus", value_of(device, "pending_pages"), pending);
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
