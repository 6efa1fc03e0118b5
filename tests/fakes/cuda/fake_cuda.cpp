// A driver of NVIDIA's that has no GPU: libcuda.so.1 for tests. Device memory is the process's own;
// a kernel of this project runs as soon as it is launched, computed by kernel_emulation, and lasts
// as long as that takes. What the environment variable TPP_FAKE_CUDA asks for (words apart by
// spaces):
//
//   cc=9.0 units=4 count=1 driver=13000   what the devices say of themselves
//   memory_mb=64                          and of their memory
//   mig=2,0,-                             partitioned, into as many instances; "-": not
//   (fake_devices) mps=1                                 they are shared through the multi-process
//   service refuse-machine-code=209               such an error on loading it; refuse-ptx=222
//   likewise refuse-only=wgmma_sm90                of images that hold such a kernel alone
//   refuse-lazily=1                       when a function is asked for, not on loading
//   fail=cuMemAlloc_v2:2                  the call ends with that error, always
//   hang=cuEventSynchronize               the call does not return
//   crash=cuDeviceGetName                 the call ends the process
//   only=MIG-10101010-1010-...            these three only where a process sees that device
//   peers=1 atomics=1                     they reach each other, by links that carry atomics
//   lose=3                                copies on streams do nothing, from the third on
//
// One thread at a time, as the backend calls it.
#include <cuda.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "tests/fakes/cuda/fake_node.h"
#include "tests/fakes/cuda/kernel_emulation.h"
#include "tests/fakes/processes.h"
#include "tests/fakes/stream_emulation.h"
#include "tests/fakes/streams.h"

namespace fake_cuda {

namespace {

// Read once: a launch that waits for a file takes longer on the host's clock than on its own.
std::string words_of_home() {
  const char* home = std::getenv("HOME");
  std::ifstream file(std::string(home != nullptr ? home : "") + "/fake_cuda");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

// Where a parent hands its environment down in part only, as the agent does, the words stand in a
// file of the home folder.
std::string words() {
  if (const char* given = std::getenv("TPP_FAKE_CUDA"); given != nullptr) return given;
  static const std::string kept = words_of_home();
  return kept;
}

}  // namespace

std::string setting(const std::string& name) {
  std::istringstream stream(words());
  for (std::string word; stream >> word;) {
    if (word.rfind(name + "=", 0) == 0) return word.substr(name.size() + 1);
  }
  return "";
}

int number(const std::string& name, int otherwise) {
  const std::string value = setting(name);
  return value.empty() ? otherwise : std::atoi(value.c_str());
}

namespace {

bool is_spared() {
  const std::string only = setting("only");
  return !only.empty() && std::none_of(visible_devices().begin(), visible_devices().end(),
                                       [&](const Visible& one) { return uuid_text(one) == only; });
}

}  // namespace

CUresult fault(const char* call) {
  if (is_spared()) return CUDA_SUCCESS;
  if (setting("hang") == call) {
    for (;;) pause();
  }
  if (setting("crash") == call) std::abort();
  const std::string wanted = setting("fail");
  const auto colon = wanted.find(':');
  if (colon == std::string::npos || wanted.substr(0, colon) != call) return CUDA_SUCCESS;
  return static_cast<CUresult>(std::atoi(wanted.c_str() + colon + 1));
}

}  // namespace fake_cuda

namespace {

using fake_cuda::number;
using fake_cuda::setting;
using fake_cuda::Visible;
using fakes::now_ns;

const Visible& device_at(CUdevice device) {
  return fake_cuda::visible_devices().at(static_cast<std::size_t>(device));
}

struct Image {
  std::string text;  // its bytes, as far as they are one
};
struct Kernel {
  std::string name;
};
std::vector<std::unique_ptr<Image>> images;
std::vector<std::unique_ptr<Kernel>> kernels;

uint64_t value64(const unsigned char* at) {
  uint64_t value = 0;
  std::memcpy(&value, at, sizeof value);
  return value;
}

// Machine code is an ELF file, whose section headers stand at its end; PTX is a text.
std::string bytes_of(const void* image) {
  const auto* bytes = static_cast<const unsigned char*>(image);
  if (std::memcmp(bytes, "\177ELF", 4) != 0) return static_cast<const char*>(image);
  uint16_t size = 0;
  uint16_t count = 0;
  std::memcpy(&size, bytes + 58, sizeof size);
  std::memcpy(&count, bytes + 60, sizeof count);
  return {static_cast<const char*>(image), value64(bytes + 40) + std::size_t{size} * count};
}

bool is_machine_code(const Image& image) { return image.text.rfind("\177ELF", 0) == 0; }

// What an older driver says to an image.
CUresult refusal_of(const Image& image) {
  if (image.text.find(setting("refuse-only")) == std::string::npos) return CUDA_SUCCESS;
  return static_cast<CUresult>(
      number(is_machine_code(image) ? "refuse-machine-code" : "refuse-ptx", CUDA_SUCCESS));
}

bool has_kernel(const Image& image, const std::string& name) {
  return is_machine_code(image)
             ? image.text.find(".text." + name + std::string(1, '\0')) != std::string::npos
             : image.text.find(".entry " + name + "(") != std::string::npos;
}

int attribute_of(CUdevice_attribute which, CUdevice device) {
  const std::string capability = setting("cc").empty() ? "9.0" : setting("cc");
  const auto dot = capability.find('.');
  constexpr int kSharedByMps = 133;  // as NVIDIA numbers it; headers of early CUDA 12 lack the name
  if (static_cast<int>(which) == kSharedByMps) return number("mps", 0);
  switch (which) {
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR:
      return std::atoi(capability.c_str());
    case CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR:
      return std::atoi(capability.c_str() + dot + 1);
    case CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT:
      return number("units", 4);
    case CU_DEVICE_ATTRIBUTE_CLOCK_RATE:
      return 1'980'000;
    case CU_DEVICE_ATTRIBUTE_MEMORY_CLOCK_RATE:
      return 2'619'000;
    case CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH:
      return 5120;
    case CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN:
      return 99 << 10;
    case CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE:
      return 4 << 20;
    case CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD:
      return number("per-board", 1) > 1;
    case CU_DEVICE_ATTRIBUTE_MULTI_GPU_BOARD_GROUP_ID:
      return device_at(device).gpu / number("per-board", 1);
    default:
      return 0;
  }
}

// Each unit ran as long as all together, at a clock of 1.755 GHz.
void stamp(const fake_cuda::Launch& launch, uint64_t begin, uint64_t end) {
  constexpr double kClockGhz = 1.755;
  for (uint32_t block = 0; block < launch.blocks; ++block) {
    launch.stamps[block] = {static_cast<uint64_t>(static_cast<double>(begin) * kClockGhz),
                            static_cast<uint64_t>(static_cast<double>(end) * kClockGhz),
                            begin,
                            end,
                            block,
                            0};
  }
}

}  // namespace

extern "C" {

CUresult cuInit(unsigned) {
  FAIL_IF_ASKED("cuInit");
  return fake_cuda::visible_devices().empty() ? CUDA_ERROR_NO_DEVICE : CUDA_SUCCESS;
}
CUresult cuDriverGetVersion(int* version) {
  FAIL_IF_ASKED("cuDriverGetVersion");
  *version = number("driver", 13000);
  return CUDA_SUCCESS;
}
CUresult cuGetErrorName(CUresult error, const char** text) {
  static std::string kept;
  kept = "CUDA_ERROR_" + std::to_string(static_cast<int>(error));
  *text = kept.c_str();
  return CUDA_SUCCESS;
}
CUresult cuGetErrorString(CUresult, const char** text) {
  *text = "a fault that was asked for";
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetCount(int* count) {
  FAIL_IF_ASKED("cuDeviceGetCount");
  *count = static_cast<int>(fake_cuda::visible_devices().size());
  return CUDA_SUCCESS;
}
CUresult cuDeviceGet(CUdevice* device, int ordinal) {
  FAIL_IF_ASKED("cuDeviceGet");
  *device = ordinal;
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetName(char* name, int size, CUdevice device) {
  FAIL_IF_ASKED("cuDeviceGetName");
  std::snprintf(name, static_cast<size_t>(size), "%s",
                device_at(device).instance ? "Fake GPU MIG 1g.10gb" : "Fake GPU");
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute which, CUdevice device) {
  FAIL_IF_ASKED("cuDeviceGetAttribute");
  *value = attribute_of(which, device);
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetPCIBusId(char* text, int size, CUdevice device) {
  FAIL_IF_ASKED("cuDeviceGetPCIBusId");
  std::snprintf(text, static_cast<size_t>(size), "0000:%02X:00.0", 0xAB + device_at(device).gpu);
  return CUDA_SUCCESS;
}
CUresult cuDeviceTotalMem_v2(size_t* bytes, CUdevice) {
  FAIL_IF_ASKED("cuDeviceTotalMem_v2");
  *bytes = static_cast<size_t>(number("memory_mb", 64)) << 20;
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetUuid_v2(CUuuid* uuid, CUdevice device) {
  FAIL_IF_ASKED("cuDeviceGetUuid_v2");
  *uuid = fake_cuda::uuid_of(device_at(device));
  return CUDA_SUCCESS;
}
CUresult cuDevicePrimaryCtxRetain(CUcontext* context, CUdevice device) {
  FAIL_IF_ASKED("cuDevicePrimaryCtxRetain");
  *context = fake_cuda::context_of(device);
  fakes::compute_on(fake_cuda::uuid_text(device_at(device)));
  return CUDA_SUCCESS;
}
CUresult cuDevicePrimaryCtxRelease_v2(CUdevice) { return CUDA_SUCCESS; }
CUresult cuMemGetInfo_v2(size_t* free, size_t* total) {
  *free = *total = size_t{80} << 30;
  return CUDA_SUCCESS;
}
CUresult cuMemAlloc_v2(CUdeviceptr* address, size_t bytes) {
  FAIL_IF_ASKED("cuMemAlloc_v2");
  void* const memory = std::malloc(bytes);
  if (memory == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
  fakes::add_memory(memory, bytes, fakes::current_device());
  *address = reinterpret_cast<CUdeviceptr>(memory);
  return CUDA_SUCCESS;
}
CUresult cuMemFree_v2(CUdeviceptr address) {
  fakes::remove_memory(reinterpret_cast<void*>(address));
  std::free(reinterpret_cast<void*>(address));
  return CUDA_SUCCESS;
}
CUresult cuMemcpyHtoD_v2(CUdeviceptr to, const void* from, size_t bytes) {
  FAIL_IF_ASKED("cuMemcpyHtoD_v2");
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return CUDA_SUCCESS;
}
CUresult cuMemcpyDtoH_v2(void* to, CUdeviceptr from, size_t bytes) {
  FAIL_IF_ASKED("cuMemcpyDtoH_v2");
  std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  return CUDA_SUCCESS;
}
CUresult cuModuleLoadData(CUmodule* module, const void* image) {
  FAIL_IF_ASKED("cuModuleLoadData");
  const CUresult refusal = refusal_of({bytes_of(image)});
  if (refusal != CUDA_SUCCESS && setting("refuse-lazily").empty()) return refusal;
  images.push_back(std::make_unique<Image>(Image{bytes_of(image)}));
  *module = reinterpret_cast<CUmodule>(images.back().get());
  return CUDA_SUCCESS;
}
CUresult cuModuleUnload(CUmodule) { return CUDA_SUCCESS; }
CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  FAIL_IF_ASKED("cuModuleGetFunction");
  const Image& image = *reinterpret_cast<Image*>(module);
  if (!has_kernel(image, name)) return CUDA_ERROR_NOT_FOUND;
  if (const CUresult refusal = refusal_of(image); refusal != CUDA_SUCCESS) return refusal;
  kernels.push_back(std::make_unique<Kernel>(Kernel{name}));
  *function = reinterpret_cast<CUfunction>(kernels.back().get());
  return CUDA_SUCCESS;
}
CUresult cuFuncSetAttribute(CUfunction, CUfunction_attribute, int) {
  FAIL_IF_ASKED("cuFuncSetAttribute");
  return CUDA_SUCCESS;
}
// NOLINTNEXTLINE(readability-function-size): NVIDIA's parameters.
CUresult cuLaunchKernel(CUfunction function, unsigned blocks, unsigned, unsigned, unsigned threads,
                        unsigned, unsigned, unsigned, CUstream, void** arguments, void**) {
  FAIL_IF_ASKED("cuLaunchKernel");
  const uint64_t begin = now_ns();
  const std::string& name = reinterpret_cast<Kernel*>(function)->name;
  if (fakes::is_stream(name)) {
    return fakes::emulate_stream(name, uint64_t{blocks} * threads, arguments)
               ? CUDA_SUCCESS
               : CUDA_ERROR_INVALID_VALUE;
  }
  const fake_cuda::Launch launch{blocks, threads, arguments};
  if (!fake_cuda::emulate(name, launch)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  // An iteration takes as long as on a device, so that batches are fitted as there.
  constexpr uint64_t kIterationNs = 100;
  while (now_ns() < begin + launch.iterations * kIterationNs) continue;
  stamp(launch, begin, now_ns());
  return CUDA_SUCCESS;
}

}  // extern "C"
