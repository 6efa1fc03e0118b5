// The functions of NVIDIA's driver library that this backend calls, filled from libcuda.so.1 at run
// time or by a test. No CUDA runtime: it would refuse to start under drivers older than its
// toolkit.
#ifndef TPP_KERNELS_CUDA_CUDA_API_H
#define TPP_KERNELS_CUDA_CUDA_API_H

#include <cuda.h>

#include <optional>
#include <string>

#include "kernels/cpp_shared_library.h"

namespace tpp::cuda {

struct CudaApi {
  decltype(&::cuInit) init = nullptr;
  decltype(&::cuDriverGetVersion) driver_version = nullptr;
  decltype(&::cuGetErrorName) error_name = nullptr;
  decltype(&::cuGetErrorString) error_text = nullptr;
  decltype(&::cuDeviceGetCount) device_count = nullptr;
  decltype(&::cuDeviceGet) device = nullptr;
  decltype(&::cuDeviceGetName) device_name = nullptr;
  decltype(&::cuDeviceGetAttribute) attribute = nullptr;
  decltype(&::cuDeviceGetPCIBusId) pci_bus_id = nullptr;
  decltype(&::cuDeviceTotalMem) total_memory = nullptr;
  decltype(&::cuDeviceGetUuid) uuid = nullptr;
  decltype(&::cuDevicePrimaryCtxRetain) retain_context = nullptr;
  decltype(&::cuDevicePrimaryCtxRelease) release_context = nullptr;
  decltype(&::cuCtxSetCurrent) set_context = nullptr;
  decltype(&::cuMemGetInfo) memory_info = nullptr;
  decltype(&::cuMemAlloc) allocate = nullptr;
  decltype(&::cuMemFree) free = nullptr;
  decltype(&::cuMemcpyHtoD) upload = nullptr;
  decltype(&::cuMemcpyDtoH) download = nullptr;
  decltype(&::cuModuleLoadData) load_module = nullptr;
  decltype(&::cuModuleUnload) unload_module = nullptr;
  decltype(&::cuModuleGetFunction) function = nullptr;
  decltype(&::cuFuncSetAttribute) set_function_attribute = nullptr;
  decltype(&::cuLaunchKernel) launch = nullptr;
  decltype(&::cuEventCreate) create_event = nullptr;
  decltype(&::cuEventDestroy) destroy_event = nullptr;
  decltype(&::cuEventRecord) record_event = nullptr;
  decltype(&::cuEventSynchronize) wait_event = nullptr;
  decltype(&::cuEventElapsedTime) elapsed_ms = nullptr;
  decltype(&::cuMemHostAlloc) allocate_pinned = nullptr;
  decltype(&::cuMemFreeHost) free_pinned = nullptr;
  decltype(&::cuStreamCreate) create_stream = nullptr;
  decltype(&::cuStreamDestroy) destroy_stream = nullptr;
  decltype(&::cuStreamSynchronize) wait_stream = nullptr;
  decltype(&::cuStreamWaitEvent) stream_wait_event = nullptr;
  decltype(&::cuMemcpyAsync) copy_async = nullptr;
  decltype(&::cuMemsetD32Async) fill_async = nullptr;
  decltype(&::cuDeviceCanAccessPeer) can_access_peer = nullptr;
  decltype(&::cuDeviceGetP2PAttribute) peer_attribute = nullptr;
  decltype(&::cuCtxEnablePeerAccess) open_peer = nullptr;
  decltype(&::cuCtxDisablePeerAccess) close_peer = nullptr;

  // All of them, or nullopt with the names of what is missing in `why`.
  static std::optional<CudaApi> bind(const boundary::SymbolSource& source, std::string& why);
};

// "CUDA_ERROR_OUT_OF_MEMORY (out of memory)".
std::string error_words(const CudaApi& api, CUresult result);

// Throws Failure for an error: what was tried, the driver's words, and what to do.
[[noreturn]] void fail(const CudaApi& api, CUresult result, const std::string& what);

}  // namespace tpp::cuda

#endif
