// The fake driver's streams, events, pinned memory and peers (tests/fakes/streams.h), as NVIDIA's
// driver names them.
#include <cuda.h>

#include "tests/fakes/cuda/fake_node.h"
#include "tests/fakes/streams.h"

// cuda.h renames these to later versions; the backend asks for the oldest.
#undef cuEventElapsedTime

namespace {

using fake_cuda::number;
using fakes::Refusal;

CUresult result_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::none:
      return CUDA_SUCCESS;
    case Refusal::bad_handle:
      return CUDA_ERROR_INVALID_HANDLE;
    case Refusal::bad_range:
      return CUDA_ERROR_INVALID_VALUE;
    case Refusal::peer_is_open:
      return CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED;
    case Refusal::peer_is_not_open:
      break;
  }
  return CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
}

CUdevice device_of(CUcontext context) {
  return static_cast<CUdevice>(reinterpret_cast<uintptr_t>(context) - 1);
}

}  // namespace

namespace fake_cuda {

CUcontext context_of(CUdevice device) {
  return reinterpret_cast<CUcontext>(static_cast<uintptr_t>(device) + 1);
}

}  // namespace fake_cuda

extern "C" {

CUresult cuCtxSetCurrent(CUcontext context) {
  FAIL_IF_ASKED("cuCtxSetCurrent");
  fakes::set_current_device(device_of(context));
  return CUDA_SUCCESS;
}

CUresult cuEventCreate(CUevent* event, unsigned) {
  FAIL_IF_ASKED("cuEventCreate");
  *event = static_cast<CUevent>(fakes::create_event());
  return CUDA_SUCCESS;
}
CUresult cuEventDestroy_v2(CUevent) { return CUDA_SUCCESS; }
CUresult cuEventRecord(CUevent event, CUstream stream) {
  FAIL_IF_ASKED("cuEventRecord");
  return result_of(fakes::record_event(event, stream));
}
CUresult cuEventSynchronize(CUevent event) {
  FAIL_IF_ASKED("cuEventSynchronize");
  fakes::wait_event(event);
  return CUDA_SUCCESS;
}
// NOLINTNEXTLINE(readability-identifier-naming): NVIDIA's name.
CUresult cuEventElapsedTime(float* ms, CUevent begin, CUevent end) {
  FAIL_IF_ASKED("cuEventElapsedTime");
  return result_of(fakes::elapsed_ms(ms, begin, end));
}

CUresult cuStreamCreate(CUstream* stream, unsigned) {
  FAIL_IF_ASKED("cuStreamCreate");
  *stream = static_cast<CUstream>(fakes::create_stream());
  return CUDA_SUCCESS;
}
CUresult cuStreamDestroy_v2(CUstream stream) {
  fakes::destroy_stream(stream);
  return CUDA_SUCCESS;
}
CUresult cuStreamSynchronize(CUstream stream) {
  FAIL_IF_ASKED("cuStreamSynchronize");
  fakes::wait_stream(stream);
  return CUDA_SUCCESS;
}
CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  FAIL_IF_ASKED("cuStreamWaitEvent");
  return result_of(fakes::stream_wait_event(stream, event));
}

CUresult cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  FAIL_IF_ASKED("cuMemHostAlloc");
  *memory = fakes::allocate_pinned(bytes);
  return *memory != nullptr ? CUDA_SUCCESS : CUDA_ERROR_OUT_OF_MEMORY;
}
CUresult cuMemFreeHost(void* memory) {
  fakes::free_pinned(memory);
  return CUDA_SUCCESS;
}
CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  FAIL_IF_ASKED("cuMemcpyAsync");
  return result_of(fakes::copy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from),
                               bytes, stream, number("lose", 0)));
}
CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  FAIL_IF_ASKED("cuMemsetD32Async");
  return result_of(fakes::fill(reinterpret_cast<void*>(to), value, count, stream));
}

// An instance of a partitioned GPU sees no other device.
CUresult cuDeviceCanAccessPeer(int* can, CUdevice from, CUdevice to) {
  FAIL_IF_ASKED("cuDeviceCanAccessPeer");
  *can = number("peers", 0) != 0 && from != to;
  return CUDA_SUCCESS;
}
CUresult cuDeviceGetP2PAttribute(int* value, CUdevice_P2PAttribute which, CUdevice, CUdevice) {
  FAIL_IF_ASKED("cuDeviceGetP2PAttribute");
  *value = which == CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED ? number("atomics", 1) : 0;
  return CUDA_SUCCESS;
}
CUresult cuCtxEnablePeerAccess(CUcontext peer, unsigned) {
  FAIL_IF_ASKED("cuCtxEnablePeerAccess");
  return result_of(fakes::open_peer(device_of(peer)));
}
CUresult cuCtxDisablePeerAccess(CUcontext peer) {
  return result_of(fakes::close_peer(device_of(peer)));
}

}  // extern "C"
