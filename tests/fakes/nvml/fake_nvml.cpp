// A management library of NVIDIA's without its GPUs: libnvidia-ml.so.1 for tests. What its devices
// say stands in the YAML file that the environment variable TPP_FAKE_NVML names (shapes as in
// tests/fixtures/nvml; what is not in it "is not supported"). TPP_FAKE_NVML_FAULT, or `fault` in
// that file, asks for trouble:
//
//   fail=nvmlDeviceGetName:999   that call ends with that error
//   hang=nvmlInit_v2             that call does not return
//   crash=nvmlInit_v2            that call ends the process
//   memory=nvmlInit_v2           that call allocates until it is refused; where nothing limits the
//                                process it ends as the kernel would end it
//   garbage                      every answer but the address is all ones, texts without an end
//   garbage-address              the address is all ones
//
// `processes` may stand above the devices, too, for all that do not tell of their own. Beside these
// there are those of tests/fakes/processes.h.
//
// One thread at a time.
#include <dlfcn.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#include <yaml-cpp/yaml.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>

#include "probes/nvidia/nvml_api.h"
#include "tests/fakes/processes.h"

namespace {

using tpp::nvml::Attributes;
using tpp::nvml::ConfidentialComputing;
using tpp::nvml::Device;
using tpp::nvml::FieldValue;
using tpp::nvml::kSuccess;
using tpp::nvml::Memory;
using tpp::nvml::MemoryApart;
using tpp::nvml::PciInfo;
using tpp::nvml::PlatformInfo;
using tpp::nvml::Result;
using tpp::nvml::Utilization;

constexpr Result kUninitialized = 1;
constexpr Result kNotSupported = 3;
constexpr Result kNotFound = 6;
constexpr Result kOfAnotherVersion = 25;

int users = 0;  // calls of init without their shutdown

std::string variable(const char* name) {
  const char* text = std::getenv(name);
  return text != nullptr ? text : "";
}

// Where a parent hands its environment down in part only, as the agent does, what it says stands in
// the home folder.
const YAML::Node& node() {
  static std::map<std::string, YAML::Node> loaded;  // once a file: each answer is looked up in it
  const std::string file = variable("TPP_FAKE_NVML");
  const std::string path = file.empty() ? variable("HOME") + "/fake_nvml.yaml" : file;
  const auto known = loaded.find(path);
  if (known != loaded.end()) return known->second;
  return loaded.emplace(path, YAML::LoadFile(path)).first->second;
}

std::string wanted_fault() {
  const std::string wanted = variable("TPP_FAKE_NVML_FAULT");
  return wanted.empty() ? node()["fault"].as<std::string>("") : wanted;
}

[[noreturn]] void eat_memory() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) ::raise(SIGKILL);
  void* volatile block = nullptr;  // or the compiler leaves it out
  do {
    block = std::malloc(std::size_t{64} << 20);
  } while (block != nullptr);
  std::abort();
}

bool garbage() { return wanted_fault() == "garbage"; }

Result fault(const std::string& call) {
  const std::string wanted = wanted_fault();
  if (wanted == "hang=" + call) {
    for (;;) pause();
  }
  if (wanted == "crash=" + call) std::abort();
  if (wanted == "memory=" + call) eat_memory();
  const std::string failing = "fail=" + call + ":";
  if (wanted.rfind(failing, 0) == 0) return std::atoi(wanted.c_str() + failing.size());
  return call != "nvmlInit_v2" && users == 0 ? kUninitialized : kSuccess;
}

// A handle is the device's number and one; that of an instance, its own number and one above that.
constexpr unsigned kInstanceShift = 16;
Device handle_of(unsigned device, unsigned instance_and_one) {
  return reinterpret_cast<Device>((std::uintptr_t{instance_and_one} << kInstanceShift) + device +
                                  1);
}

YAML::Node value_of(Device device, const char* name) {
  const auto handle = reinterpret_cast<std::uintptr_t>(device);
  const YAML::Node whole = node()["devices"][(handle & ((1u << kInstanceShift) - 1)) - 1];
  const auto instance = handle >> kInstanceShift;
  return instance == 0 ? whole[name] : whole["instances"][instance - 1][name];
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

// Into an array that has no room: how many there are.
Result give_count(const char* call, const YAML::Node& value, unsigned* count) {
  if (*count != 0) return kSuccess;  // nobody here brings an array
  const Result result = give(call, value, count);
  return result == kSuccess && *count > 0 ? tpp::nvml::kTooSmall : result;
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
  *device = handle_of(index, 0);
  const YAML::Node result = value_of(*device, "result");
  return result ? result.as<Result>() : kSuccess;
}
Result nvmlDeviceGetPciInfo_v3(Device device, PciInfo* pci) {
  if (const Result result = fault("nvmlDeviceGetPciInfo_v3"); result != kSuccess) return result;
  if (wanted_fault() == "garbage-address") {
    std::memset(pci, 0xff, sizeof *pci);
    return kSuccess;
  }
  const YAML::Node told = value_of(device, "pci");
  *pci = {};
  pci->domain = told["domain"].as<unsigned>();
  pci->bus = told["bus"].as<unsigned>();
  pci->device = told["device"].as<unsigned>();
  pci->device_and_vendor = told["id"].as<unsigned>();
  pci->subsystem = told["subsystem"].as<unsigned>(0);
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
  const char* const call = "nvmlDeviceGetMemoryInfo";
  const Result result = give(call, value_of(device, "memory_bytes"), &memory->total);
  // What is reserved counts as used here.
  const YAML::Node used = value_of(device, "memory_used_bytes");
  memory->used = garbage() ? ~0ull : used.as<unsigned long long>(0) + (1ull << 29);
  return result;
}
Result nvmlDeviceGetMemoryInfo_v2(Device device, MemoryApart* memory) {
  // The size and version that NVIDIA's header gives this form.
  if (memory->version != 0x02000028) return kOfAnotherVersion;
  return give("nvmlDeviceGetMemoryInfo_v2", value_of(device, "memory_used_bytes"), &memory->used);
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

Result nvmlDeviceGetRetiredPages(Device device, int cause, unsigned* count, unsigned long long*) {
  const YAML::Node pages = value_of(device, "retired_pages");
  return give_count("nvmlDeviceGetRetiredPages", pages ? pages[cause] : pages, count);
}
Result nvmlDeviceGetBoardPartNumber(Device device, char* text, unsigned size) {
  return give("nvmlDeviceGetBoardPartNumber", value_of(device, "board_part_number"), text, size);
}
Result nvmlDeviceGetVbiosVersion(Device device, char* text, unsigned size) {
  return give("nvmlDeviceGetVbiosVersion", value_of(device, "vbios"), text, size);
}
Result nvmlDeviceGetInforomImageVersion(Device device, char* text, unsigned size) {
  return give("nvmlDeviceGetInforomImageVersion", value_of(device, "inforom"), text, size);
}
Result nvmlDeviceGetGspFirmwareVersion(Device device, char* text) {
  constexpr unsigned kRoom = 64;
  return give("nvmlDeviceGetGspFirmwareVersion", value_of(device, "gsp_firmware"), text, kRoom);
}
Result nvmlDeviceGetModuleId(Device device, unsigned* id) {
  return give("nvmlDeviceGetModuleId", value_of(device, "module_id"), id);
}
Result nvmlDeviceGetPlatformInfo(Device device, PlatformInfo* info) {
  // The size and version that NVIDIA's header gives its second form.
  if (info->version != 0x0200002c) return kOfAnotherVersion;
  const YAML::Node told = value_of(device, "platform");
  const char* const call = "nvmlDeviceGetPlatformInfo";
  char serial[sizeof info->chassis_serial + 1] = {};
  const Result result = give(call, told ? told["chassis_serial"] : told, serial, sizeof serial);
  if (result != kSuccess) return result;
  std::memcpy(info->chassis_serial, serial, sizeof info->chassis_serial);
  const auto number = [&](const char* name) {
    return static_cast<unsigned char>(garbage() ? 0xff : told[name].as<unsigned>());
  };
  info->slot = number("slot");
  info->tray = number("tray");
  info->host = number("host");
  return kSuccess;
}
Result nvmlDeviceGetApplicationsClock(Device device, int, unsigned* mhz) {
  return give("nvmlDeviceGetApplicationsClock", value_of(device, "application_sm_mhz"), mhz);
}
Result nvmlDeviceGetDefaultApplicationsClock(Device device, int, unsigned* mhz) {
  return give("nvmlDeviceGetDefaultApplicationsClock",
              value_of(device, "default_application_sm_mhz"), mhz);
}
Result nvmlDeviceGetEccMode(Device device, int* current, int* pending) {
  const Result result = give("nvmlDeviceGetEccMode", value_of(device, "ecc"), current);
  *pending = *current;
  return result;
}
Result nvmlDeviceGetTotalEccErrors(Device device, int, int, unsigned long long* count) {
  return give("nvmlDeviceGetTotalEccErrors", value_of(device, "uncorrected_errors"), count);
}
Result nvmlDeviceGetPersistenceMode(Device device, int* on) {
  return give("nvmlDeviceGetPersistenceMode", value_of(device, "persistence"), on);
}
Result nvmlDeviceGetComputeMode(Device device, int* mode) {
  return give("nvmlDeviceGetComputeMode", value_of(device, "compute_mode"), mode);
}
Result nvmlSystemGetConfComputeState(ConfidentialComputing* state) {
  *state = {};
  return give("nvmlSystemGetConfComputeState", node()["confidential_computing"], &state->feature);
}
Result nvmlDeviceGetComputeRunningProcesses_v3(Device device, unsigned* count, void*) {
  const YAML::Node own = value_of(device, "processes");
  const Result result =
      give_count("nvmlDeviceGetComputeRunningProcesses_v3", own ? own : node()["processes"], count);
  const YAML::Node uuid = value_of(device, "uuid");
  const int living = uuid && !garbage() ? fakes::living_processes(uuid.as<std::string>()) : 0;
  if ((result != kSuccess && result != tpp::nvml::kTooSmall) || living == 0) return result;
  *count += static_cast<unsigned>(living);
  return tpp::nvml::kTooSmall;
}
Result nvmlDeviceGetMPSComputeRunningProcesses_v3(Device device, unsigned* count, void*) {
  return give_count("nvmlDeviceGetMPSComputeRunningProcesses_v3",
                    value_of(device, "sharing_processes"), count);
}
Result nvmlDeviceGetMaxMigDeviceCount(Device device, unsigned* count) {
  return give("nvmlDeviceGetMaxMigDeviceCount", value_of(device, "most_instances"), count);
}
Result nvmlDeviceGetMigDeviceHandleByIndex(Device device, unsigned index, Device* instance) {
  const Result result = fault("nvmlDeviceGetMigDeviceHandleByIndex");
  if (result != kSuccess) return result;
  const YAML::Node instances = value_of(device, "instances");
  if (!instances || index >= instances.size()) return kNotFound;
  const auto whole = static_cast<unsigned>(reinterpret_cast<std::uintptr_t>(device) - 1);
  *instance = handle_of(whole, index + 1);
  return kSuccess;
}
Result nvmlDeviceGetAttributes_v2(Device instance, Attributes* attributes) {
  *attributes = {};
  return give("nvmlDeviceGetAttributes_v2", value_of(instance, "multiprocessors"),
              &attributes->multiprocessors);
}
Result nvmlDeviceGetHandleByPciBusId_v2(const char* bus_id, Device* device) {
  const Result result = fault("nvmlDeviceGetHandleByPciBusId_v2");
  if (result != kSuccess) return result;
  unsigned domain = 0;
  unsigned bus = 0;
  unsigned number = 0;
  if (std::sscanf(bus_id, "%x:%x:%x.0", &domain, &bus, &number) != 3) return kNotFound;
  for (unsigned i = 0; i < node()["devices"].size(); ++i) {
    *device = handle_of(i, 0);
    const YAML::Node pci = value_of(*device, "pci");
    if (pci && pci["domain"].as<unsigned>() == domain && pci["bus"].as<unsigned>() == bus &&
        pci["device"].as<unsigned>() == number) {
      return value_of(*device, "unwatchable") ? kNotSupported : kSuccess;
    }
  }
  return kNotFound;
}
Result nvmlDeviceGetClockInfo(Device device, int clock, unsigned* mhz) {
  const char* const name = clock == tpp::nvml::kClockSm ? "sm_mhz" : "memory_mhz";
  return give("nvmlDeviceGetClockInfo", value_of(device, name), mhz);
}
Result nvmlDeviceGetCurrentClocksEventReasons(Device device, unsigned long long* reasons) {
  return give("nvmlDeviceGetCurrentClocksEventReasons", value_of(device, "clock_limits"), reasons);
}
Result nvmlDeviceGetTemperature(Device device, int, unsigned* celsius) {
  return give("nvmlDeviceGetTemperature", value_of(device, "temperature_c"), celsius);
}
Result nvmlDeviceGetPowerUsage(Device device, unsigned* milliwatts) {
  return give("nvmlDeviceGetPowerUsage", value_of(device, "power_mw"), milliwatts);
}
// Asked for of a device that is watched, and at no other time: what `brings` names is loaded then.
Result nvmlDeviceGetTotalEnergyConsumption(Device device, unsigned long long* millijoules) {
  if (const YAML::Node path = node()["brings"]) {
    ::dlopen(path.as<std::string>().c_str(), RTLD_NOW);
  }
  return give("nvmlDeviceGetTotalEnergyConsumption", value_of(device, "energy_mj"), millijoules);
}
Result nvmlDeviceGetUtilizationRates(Device device, Utilization* utilization) {
  utilization->memory = 0;
  return give("nvmlDeviceGetUtilizationRates", value_of(device, "utilization"), &utilization->gpu);
}
Result nvmlDeviceGetFieldValues(Device device, int count, FieldValue* values) {
  if (const Result result = fault("nvmlDeviceGetFieldValues"); result != kSuccess) return result;
  for (int i = 0; i < count; ++i) {
    // NVIDIA's numbers of the two that are known here.
    const char* const name = values[i].field == 82    ? "memory_temperature_c"
                             : values[i].field == 186 ? "power_instant_mw"
                                                      : "";
    values[i].type = 1;  // unsigned int
    values[i].result =
        give("nvmlDeviceGetFieldValues", value_of(device, name), &values[i].value.number);
  }
  return kSuccess;
}

}  // extern "C"
// NOLINTEND(readability-identifier-naming)
