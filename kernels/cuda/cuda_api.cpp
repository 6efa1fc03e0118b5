#include "kernels/cuda/cuda_api.h"

#include <fmt/format.h>

#include <type_traits>

#include "kernels/cpp_boundary.h"

namespace tpp::cuda {

namespace {

using boundary::Failure;

// What an error of the driver is to the host, and what to do about it.
struct Meaning {
  CUresult result;
  tpp_status status;
  const char* advice;
};
constexpr const char* kLookAtXid = "look at the kernel's log for Xid messages";
constexpr Meaning kMeanings[] = {
    {CUDA_ERROR_OUT_OF_MEMORY, TPP_OUT_OF_MEMORY,
     "free memory of the device or lower the memory limit"},
    {CUDA_ERROR_DEVICE_UNAVAILABLE, TPP_BUSY,
     "another process holds the device exclusively: wait for it, or look at the compute mode"},
    {CUDA_ERROR_CONTEXT_ALREADY_IN_USE, TPP_BUSY,
     "another process holds the device exclusively: wait for it, or look at the compute mode"},
    {CUDA_ERROR_DEVICE_NOT_LICENSED, TPP_UNSUPPORTED, "license the virtual GPU"},
    {CUDA_ERROR_ECC_UNCORRECTABLE, TPP_DEVICE_LOST,
     "memory of the device failed: look at the kernel's log for Xid messages and reset the device"},
    // After these the driver answers a process with nothing else (CUDA driver API, CUresult).
    {CUDA_ERROR_ILLEGAL_ADDRESS, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_LAUNCH_TIMEOUT, TPP_DEVICE_LOST,
     "a kernel ran longer than the driver lets it, as on a GPU that drives a screen: use another"},
    {CUDA_ERROR_HARDWARE_STACK_ERROR, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_ILLEGAL_INSTRUCTION, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_MISALIGNED_ADDRESS, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_INVALID_ADDRESS_SPACE, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_INVALID_PC, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_LAUNCH_FAILED, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_UNKNOWN, TPP_DEVICE_LOST, kLookAtXid},
    {CUDA_ERROR_NO_BINARY_FOR_GPU, TPP_FAILED,
     "the driver takes none of this module's code: update the driver"},
    {CUDA_ERROR_INVALID_IMAGE, TPP_FAILED,
     "the driver is older than this module's code: update the driver"},
    {CUDA_ERROR_UNSUPPORTED_PTX_VERSION, TPP_FAILED,
     "the driver is older than this module's code: update the driver"},
    {CUDA_ERROR_JIT_COMPILER_NOT_FOUND, TPP_FAILED,
     "install the driver's compiler library (libnvidia-ptxjitcompiler)"},
    {CUDA_ERROR_PEER_ACCESS_UNSUPPORTED, TPP_FAILED,
     "look at the IOMMU, at access control (ACS) of the PCIe bridges, and at the fabric manager"},
    {CUDA_ERROR_TOO_MANY_PEERS, TPP_FAILED,
     "other programs use up the device's mappings of peers: stop them"},
    {CUDA_ERROR_NVLINK_UNCORRECTABLE, TPP_FAILED,
     "a link failed: look at its error counters (nvidia-smi nvlink -e) and reset the device"},
    {CUDA_ERROR_SYSTEM_NOT_READY, TPP_FAILED, "start the fabric manager (nvidia-fabricmanager)"},
    {CUDA_ERROR_SYSTEM_DRIVER_MISMATCH, TPP_FAILED,
     "the driver's library and its kernel module differ: reload the module or restart the node"},
    {CUDA_ERROR_COMPAT_NOT_SUPPORTED_ON_DEVICE, TPP_FAILED,
     "the library is of a compatibility package (cuda-compat) that this GPU is not supported by: "
     "take "
     "that of the installed driver"},
    {CUDA_ERROR_STUB_LIBRARY, TPP_FAILED,
     "the library is the stub of a CUDA toolkit: take it off the loader's path"},
    // What starting the driver ends with where it cannot open its files, for one.
    {CUDA_ERROR_OPERATING_SYSTEM, TPP_FAILED,
     "see that /dev/nvidia-uvm is there (nvidia-modprobe -u) and open to this user, then look at "
     "the "
     "kernel's log for Xid messages"},
    {CUDA_ERROR_MPS_CONNECTION_FAILED, TPP_FAILED, "look at the MPS control daemon"},
};

const Meaning* meaning_of(CUresult result) {
  for (const Meaning& row : kMeanings) {
    if (row.result == result) return &row;
  }
  return nullptr;
}

}  // namespace

// The oldest symbol of each signature: cuda.h renames functions to versions that older drivers
// lack.
std::optional<CudaApi> CudaApi::bind(const boundary::SymbolSource& source, std::string& why) {
  CudaApi api;
  std::string missing;
  const auto fill = [&](auto& slot, const char* name) {
    slot = reinterpret_cast<std::remove_reference_t<decltype(slot)>>(source(name));
    if (slot == nullptr) missing += missing.empty() ? name : std::string(", ") + name;
  };
  fill(api.init, "cuInit");
  fill(api.driver_version, "cuDriverGetVersion");
  fill(api.error_name, "cuGetErrorName");
  fill(api.error_text, "cuGetErrorString");
  fill(api.device_count, "cuDeviceGetCount");
  fill(api.device, "cuDeviceGet");
  fill(api.device_name, "cuDeviceGetName");
  fill(api.attribute, "cuDeviceGetAttribute");
  fill(api.pci_bus_id, "cuDeviceGetPCIBusId");
  fill(api.total_memory, "cuDeviceTotalMem_v2");
  fill(api.uuid, "cuDeviceGetUuid_v2");
  fill(api.retain_context, "cuDevicePrimaryCtxRetain");
  fill(api.release_context, "cuDevicePrimaryCtxRelease_v2");
  fill(api.set_context, "cuCtxSetCurrent");
  fill(api.memory_info, "cuMemGetInfo_v2");
  fill(api.allocate, "cuMemAlloc_v2");
  fill(api.free, "cuMemFree_v2");
  fill(api.upload, "cuMemcpyHtoD_v2");
  fill(api.download, "cuMemcpyDtoH_v2");
  fill(api.load_module, "cuModuleLoadData");
  fill(api.unload_module, "cuModuleUnload");
  fill(api.function, "cuModuleGetFunction");
  fill(api.set_function_attribute, "cuFuncSetAttribute");
  fill(api.launch, "cuLaunchKernel");
  fill(api.create_event, "cuEventCreate");
  fill(api.destroy_event, "cuEventDestroy_v2");
  fill(api.record_event, "cuEventRecord");
  fill(api.wait_event, "cuEventSynchronize");
  fill(api.elapsed_ms, "cuEventElapsedTime");
  fill(api.allocate_pinned, "cuMemHostAlloc");
  fill(api.free_pinned, "cuMemFreeHost");
  fill(api.create_stream, "cuStreamCreate");
  fill(api.destroy_stream, "cuStreamDestroy_v2");
  fill(api.wait_stream, "cuStreamSynchronize");
  fill(api.stream_wait_event, "cuStreamWaitEvent");
  fill(api.copy_async, "cuMemcpyAsync");
  fill(api.fill_async, "cuMemsetD32Async");
  fill(api.can_access_peer, "cuDeviceCanAccessPeer");
  fill(api.peer_attribute, "cuDeviceGetP2PAttribute");
  fill(api.open_peer, "cuCtxEnablePeerAccess");
  fill(api.close_peer, "cuCtxDisablePeerAccess");
  if (missing.empty()) return api;
  why = missing;
  return std::nullopt;
}

std::string error_words(const CudaApi& api, CUresult result) {
  const char* name = nullptr;
  const char* text = nullptr;
  if (api.error_name(result, &name) != CUDA_SUCCESS || name == nullptr) {
    return fmt::format("error {}", static_cast<int>(result));
  }
  if (api.error_text(result, &text) != CUDA_SUCCESS || text == nullptr) return name;
  return fmt::format("{} ({})", name, text);
}

void fail(const CudaApi& api, CUresult result, const std::string& what) {
  const Meaning* meaning = meaning_of(result);
  throw Failure(meaning != nullptr ? meaning->status : TPP_FAILED,
                fmt::format("cuda: {}: {}; {}", what, error_words(api, result),
                            meaning != nullptr ? meaning->advice
                                               : "look at the kernel's log for Xid messages"));
}

}  // namespace tpp::cuda
