// A ROCm runtime whose devices are NVIDIA's: libamdhip64 for tests, whose functions are those of
// libcuda.so.1 under AMD's names. With a driver at hand, the HIP module's own code really runs
// against a device: lists of devices, contexts, memory, loading, launches, events, streams, peers,
// pinned memory, and what `tpp-bench` makes of their times and of their errors.
//
// What it does not show is anything of AMD: neither its device code nor its runtime nor its
// compiler. Devices call themselves gfx1030, for which the module has no code of its own, so that
// it asks for the vector and memory loops to be compiled; what is handed to it, and back to be
// loaded, stands for the same loops of the CUDA module. Their names, parameters and layout are
// those for waves of 32 lanes.
//
// Errors keep their numbers, which AMD took over from NVIDIA's driver for all that is used here.
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cuda/cuda_api.h"
#include "kernels/cuda/images.h"
#include "kernels/hip/hip_api.h"
#include "kernels/hip/runtime_compiler.h"

namespace {

using tpp::hip::Attribute;
using tpp::hip::DeviceNumber;
using tpp::hip::Error;
using tpp::hip::EventHandle;
using tpp::hip::FunctionHandle;
using tpp::hip::ModuleHandle;
using tpp::hip::RtcProgram;
using tpp::hip::RtcResult;
using tpp::hip::StreamHandle;

constexpr const char* kArchitecture = "gfx1030";
constexpr char kCode[] = "the loops of the CUDA module";
constexpr const char* kFamilies[] = {"fma", "dram"};

// nullptr without a driver.
const tpp::cuda::CudaApi* driver() {
  static const auto api = [] {
    std::string why;
    const auto source = tpp::boundary::open_shared_library("libcuda.so.1", why);
    return source ? tpp::cuda::CudaApi::bind(source, why) : std::nullopt;
  }();
  return api ? &*api : nullptr;
}

Error error_of(CUresult result) { return static_cast<Error>(result); }

CUdeviceptr address_of(const void* memory) { return reinterpret_cast<CUdeviceptr>(memory); }
CUevent event_of(EventHandle* event) { return reinterpret_cast<CUevent>(event); }
CUstream stream_of(StreamHandle* stream) { return reinterpret_cast<CUstream>(stream); }

struct Module {
  std::vector<CUmodule> parts;
};

std::map<DeviceNumber, CUcontext> contexts;  // kept: the runtime gives none back
DeviceNumber current = 0;

CUresult context_of(DeviceNumber device, CUcontext& context) {
  CUcontext& known = contexts[device];
  const CUresult result =
      known != nullptr ? CUDA_SUCCESS : driver()->retain_context(&known, device);
  context = known;
  return result;
}

// 0 where the driver does not say.
int attribute(DeviceNumber device, CUdevice_attribute which) {
  int value = 0;
  return driver()->attribute(&value, which, device) == CUDA_SUCCESS ? value : 0;
}

tpp::cuda::ComputeCapability capability_of(DeviceNumber device) {
  return {attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR),
          attribute(device, CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR)};
}

CUresult load(Module& module) {
  const auto images = tpp::cuda::images_for(tpp::cuda::images(), capability_of(current));
  for (const char* family : kFamilies) {
    const tpp::cuda::Image* const image = tpp::cuda::image_of(images, family);
    if (image == nullptr) return CUDA_ERROR_NO_BINARY_FOR_GPU;
    CUmodule part = nullptr;
    const CUresult result = driver()->load_module(&part, image->data.data());
    if (result != CUDA_SUCCESS) return result;
    module.parts.push_back(part);
  }
  return CUDA_SUCCESS;
}

void unload(const Module& module) {
  for (CUmodule part : module.parts) driver()->unload_module(part);
}

}  // namespace

// NOLINTBEGIN(readability-identifier-naming): AMD's names.
#define HIP extern "C" __attribute__((visibility("default")))

HIP Error hipInit(unsigned flags) {
  return driver() == nullptr ? Error::no_device : error_of(driver()->init(flags));
}
HIP Error hipRuntimeGetVersion(int* version) { return *version = 60'000'000, Error::none; }
HIP const char* hipGetErrorName(Error error) {
  const char* text = nullptr;
  driver()->error_name(static_cast<CUresult>(error), &text);
  return text;
}
HIP const char* hipGetErrorString(Error error) {
  const char* text = nullptr;
  driver()->error_text(static_cast<CUresult>(error), &text);
  return text;
}

HIP Error hipGetDeviceCount(int* count) { return error_of(driver()->device_count(count)); }
HIP Error hipDeviceGetName(char* name, int size, DeviceNumber device) {
  return error_of(driver()->device_name(name, size, device));
}
HIP Error hipDeviceGetAttribute(int* value, Attribute which, DeviceNumber device) {
  const std::map<Attribute, CUdevice_attribute> known = {
      {Attribute::clock_rate, CU_DEVICE_ATTRIBUTE_CLOCK_RATE},
      {Attribute::l2_cache_size, CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE},
      {Attribute::memory_bus_width, CU_DEVICE_ATTRIBUTE_GLOBAL_MEMORY_BUS_WIDTH},
      {Attribute::multiprocessor_count, CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT},
      {Attribute::shared_memory_per_block, CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN}};
  constexpr int kNanosecondsKhz = 1'000'000;  // what CUDA's loops stamp their time in
  if (which == Attribute::wall_clock_rate) return *value = kNanosecondsKhz, Error::none;
  const auto found = known.find(which);
  if (found == known.end()) return error_of(CUDA_ERROR_INVALID_VALUE);
  return error_of(driver()->attribute(value, found->second, device));
}
HIP Error hipDeviceGetPCIBusId(char* text, int size, DeviceNumber device) {
  return error_of(driver()->pci_bus_id(text, size, device));
}
HIP Error hipDeviceTotalMem(size_t* bytes, DeviceNumber device) {
  return error_of(driver()->total_memory(bytes, device));
}
HIP Error hipGetDevicePropertiesR0600(tpp::hip::PropertiesR0600* properties, DeviceNumber) {
  *properties = {};
  std::snprintf(properties->architecture, sizeof properties->architecture, "%s", kArchitecture);
  return Error::none;
}

HIP Error hipSetDevice(DeviceNumber device) {
  CUcontext context = nullptr;
  CUresult result = context_of(device, context);
  if (result == CUDA_SUCCESS) result = driver()->set_context(context);
  if (result == CUDA_SUCCESS) current = device;
  return error_of(result);
}
HIP Error hipMalloc(void** address, size_t bytes) {
  CUdeviceptr taken = 0;
  const CUresult result = driver()->allocate(&taken, bytes);
  *address = reinterpret_cast<void*>(taken);
  return error_of(result);
}
HIP Error hipFree(void* address) { return error_of(driver()->free(address_of(address))); }
HIP Error hipMemcpyHtoD(void* to, const void* from, size_t bytes) {
  return error_of(driver()->upload(address_of(to), from, bytes));
}
HIP Error hipMemcpyDtoH(void* to, void* from, size_t bytes) {
  return error_of(driver()->download(to, address_of(from), bytes));
}

HIP Error hipModuleLoadData(ModuleHandle** module, const void* image) {
  if (std::memcmp(image, kCode, sizeof kCode) != 0) return Error::invalid_image;
  auto made = std::make_unique<Module>();
  const CUresult result = load(*made);
  if (result != CUDA_SUCCESS) {
    unload(*made);
    return error_of(result);
  }
  *module = reinterpret_cast<ModuleHandle*>(made.release());
  return Error::none;
}
HIP Error hipModuleUnload(ModuleHandle* handle) {
  const std::unique_ptr<Module> module(reinterpret_cast<Module*>(handle));
  unload(*module);
  return Error::none;
}
HIP Error hipModuleGetFunction(FunctionHandle** function, ModuleHandle* module, const char* name) {
  CUresult result = CUDA_ERROR_NOT_FOUND;
  for (CUmodule part : reinterpret_cast<Module*>(module)->parts) {
    CUfunction found = nullptr;
    result = driver()->function(&found, part, name);
    *function = reinterpret_cast<FunctionHandle*>(found);
    if (result != CUDA_ERROR_NOT_FOUND) break;
  }
  return error_of(result);
}
// AMD's grants what a device has; NVIDIA's wants to be asked for more than 48 KiB.
// NOLINTNEXTLINE(readability-function-size): AMD's parameters.
HIP Error hipModuleLaunchKernel(FunctionHandle* handle, unsigned blocks_x, unsigned blocks_y,
                                unsigned blocks_z, unsigned threads_x, unsigned threads_y,
                                unsigned threads_z, unsigned shared_bytes, StreamHandle* stream,
                                void** arguments, void** extra) {
  auto* const function = reinterpret_cast<CUfunction>(handle);
  const CUresult result = driver()->set_function_attribute(
      function, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, static_cast<int>(shared_bytes));
  if (result != CUDA_SUCCESS) return error_of(result);
  return error_of(driver()->launch(function, blocks_x, blocks_y, blocks_z, threads_x, threads_y,
                                   threads_z, shared_bytes, stream_of(stream), arguments, extra));
}

HIP Error hipEventCreate(EventHandle** event) {
  return error_of(driver()->create_event(reinterpret_cast<CUevent*>(event), CU_EVENT_DEFAULT));
}
HIP Error hipEventDestroy(EventHandle* event) {
  return error_of(driver()->destroy_event(event_of(event)));
}
HIP Error hipEventRecord(EventHandle* event, StreamHandle* stream) {
  return error_of(driver()->record_event(event_of(event), stream_of(stream)));
}
HIP Error hipEventSynchronize(EventHandle* event) {
  return error_of(driver()->wait_event(event_of(event)));
}
HIP Error hipEventElapsedTime(float* ms, EventHandle* begin, EventHandle* end) {
  return error_of(driver()->elapsed_ms(ms, event_of(begin), event_of(end)));
}

HIP Error hipHostMalloc(void** memory, size_t bytes, unsigned) {
  return error_of(driver()->allocate_pinned(memory, bytes, CU_MEMHOSTALLOC_PORTABLE));
}
HIP Error hipHostFree(void* memory) { return error_of(driver()->free_pinned(memory)); }
HIP Error hipStreamCreateWithFlags(StreamHandle** stream, unsigned flags) {
  return error_of(driver()->create_stream(reinterpret_cast<CUstream*>(stream), flags));
}
HIP Error hipStreamDestroy(StreamHandle* stream) {
  return error_of(driver()->destroy_stream(stream_of(stream)));
}
HIP Error hipStreamSynchronize(StreamHandle* stream) {
  return error_of(driver()->wait_stream(stream_of(stream)));
}
HIP Error hipStreamWaitEvent(StreamHandle* stream, EventHandle* event, unsigned flags) {
  return error_of(driver()->stream_wait_event(stream_of(stream), event_of(event), flags));
}
HIP Error hipMemcpyAsync(void* to, const void* from, size_t bytes, tpp::hip::CopyKind,
                         StreamHandle* stream) {
  return error_of(driver()->copy_async(address_of(to), address_of(from), bytes, stream_of(stream)));
}
HIP Error hipMemsetD32Async(void* to, int value, size_t words, StreamHandle* stream) {
  return error_of(
      driver()->fill_async(address_of(to), static_cast<unsigned>(value), words, stream_of(stream)));
}

HIP Error hipDeviceCanAccessPeer(int* can, DeviceNumber from, DeviceNumber to) {
  return error_of(driver()->can_access_peer(can, from, to));
}
HIP Error hipDeviceGetP2PAttribute(int* value, tpp::hip::PeerAttribute which, DeviceNumber from,
                                   DeviceNumber to) {
  return error_of(driver()->peer_attribute(value,
                                           which == tpp::hip::PeerAttribute::native_atomics
                                               ? CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED
                                               : CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK,
                                           from, to));
}
HIP Error hipDeviceEnablePeerAccess(DeviceNumber peer, unsigned flags) {
  CUcontext context = nullptr;
  const CUresult result = context_of(peer, context);
  return error_of(result == CUDA_SUCCESS ? driver()->open_peer(context, flags) : result);
}
HIP Error hipDeviceDisablePeerAccess(DeviceNumber peer) {
  CUcontext context = nullptr;
  const CUresult result = context_of(peer, context);
  return error_of(result == CUDA_SUCCESS ? driver()->close_peer(context) : result);
}

// The compiler, as ROCm 5 and 6 have it in this library too.
// NOLINTNEXTLINE(readability-function-size): AMD's parameters.
HIP RtcResult hiprtcCreateProgram(RtcProgram** program, const char*, const char*, int, const char**,
                                  const char**) {
  *program = reinterpret_cast<RtcProgram*>(&current);
  return RtcResult::success;
}
HIP RtcResult hiprtcDestroyProgram(RtcProgram**) { return RtcResult::success; }
HIP RtcResult hiprtcCompileProgram(RtcProgram*, int, const char**) { return RtcResult::success; }
HIP RtcResult hiprtcGetProgramLogSize(RtcProgram*, size_t* bytes) {
  return *bytes = 0, RtcResult::success;
}
HIP RtcResult hiprtcGetProgramLog(RtcProgram*, char*) { return RtcResult::success; }
HIP RtcResult hiprtcGetCodeSize(RtcProgram*, size_t* bytes) {
  return *bytes = sizeof kCode, RtcResult::success;
}
HIP RtcResult hiprtcGetCode(RtcProgram*, char* bytes) {
  return std::memcpy(bytes, kCode, sizeof kCode), RtcResult::success;
}
HIP const char* hiprtcGetErrorString(RtcResult) { return "HIPRTC_ERROR"; }
// NOLINTEND(readability-identifier-naming)
