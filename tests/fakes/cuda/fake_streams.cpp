// The fake driver's streams, events, pinned memory and peers. What is queued on a stream is done
// only when something waits for it, so that a wait that is missing leaves a copy undone. Stricter
// than NVIDIA's driver where that would help out in silence: a copy to a peer that was not opened
// is refused, as is one beyond what was allocated.
#include <cuda.h>

#include <cstdlib>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "tests/fakes/cuda/fake_node.h"

// cuda.h renames these to later versions; the backend asks for the oldest.
#undef cuEventElapsedTime

namespace {

using fake_cuda::now_ns;
using fake_cuda::number;

struct Stream {
  CUdevice device;
  std::deque<std::function<void()>> pending;
  uint64_t queued = 0;
  uint64_t done = 0;
};

// Where an event was recorded last; of no stream: it is reached.
struct Point {
  Stream* stream = nullptr;
  uint64_t position = 0;
};
struct Event {
  CUdevice device;
  Point at;
  uint64_t time_ns = 0;
};

struct Memory {
  std::size_t bytes;
  int owner;
};

CUdevice current = 0;
std::vector<std::unique_ptr<Event>> events;
std::map<Stream*, std::unique_ptr<Stream>> streams;
std::map<uintptr_t, Memory> memories;
std::set<std::pair<CUdevice, CUdevice>> opened;  // who may reach whom
int copies = 0;

Event& event_of(CUevent event) { return *reinterpret_cast<Event*>(event); }
Stream* stream_of(CUstream stream) { return reinterpret_cast<Stream*>(stream); }

void reach(const Point& point) {
  while (point.stream != nullptr && point.stream->done < point.position) {
    const auto work = std::move(point.stream->pending.front());
    point.stream->pending.pop_front();
    ++point.stream->done;
    work();
  }
}

Point end_of(Stream& stream) { return {&stream, stream.queued}; }

// Whatever is queued on no stream is done at once.
CUresult queue(CUstream handle, std::function<void()> work) {
  Stream* const stream = stream_of(handle);
  if (stream == nullptr) {
    work();
    return CUDA_SUCCESS;
  }
  if (stream->device != current) return CUDA_ERROR_INVALID_HANDLE;
  stream->pending.push_back(std::move(work));
  ++stream->queued;
  return CUDA_SUCCESS;
}

CUresult may_reach(CUdeviceptr address, std::size_t bytes) {
  auto found = memories.upper_bound(address);
  if (found == memories.begin()) return CUDA_ERROR_INVALID_VALUE;
  const auto& [begin, memory] = *--found;
  if (address + bytes > begin + memory.bytes) return CUDA_ERROR_INVALID_VALUE;
  const bool own = memory.owner == fake_cuda::kHost || memory.owner == current;
  return own || opened.contains({current, memory.owner}) ? CUDA_SUCCESS
                                                         : CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
}

CUdevice device_of(CUcontext context) {
  return static_cast<CUdevice>(reinterpret_cast<uintptr_t>(context) - 1);
}

}  // namespace

namespace fake_cuda {

CUcontext context_of(CUdevice device) {
  return reinterpret_cast<CUcontext>(static_cast<uintptr_t>(device) + 1);
}
CUdevice current_device() { return current; }

void add_memory(const void* memory, std::size_t bytes, int owner) {
  memories[reinterpret_cast<uintptr_t>(memory)] = {bytes, owner};
}
void remove_memory(const void* memory) { memories.erase(reinterpret_cast<uintptr_t>(memory)); }

}  // namespace fake_cuda

extern "C" {

CUresult cuCtxSetCurrent(CUcontext context) {
  FAIL_IF_ASKED("cuCtxSetCurrent");
  current = device_of(context);
  return CUDA_SUCCESS;
}

CUresult cuEventCreate(CUevent* event, unsigned) {
  FAIL_IF_ASKED("cuEventCreate");
  events.push_back(std::make_unique<Event>(Event{current, {}, 0}));
  *event = reinterpret_cast<CUevent>(events.back().get());
  return CUDA_SUCCESS;
}
CUresult cuEventDestroy_v2(CUevent) { return CUDA_SUCCESS; }
CUresult cuEventRecord(CUevent handle, CUstream stream) {
  FAIL_IF_ASKED("cuEventRecord");
  Event& event = event_of(handle);
  if (event.device != current) return CUDA_ERROR_INVALID_HANDLE;
  // On a stream that has nothing to do it is reached as soon as it is recorded.
  const bool idle = stream != nullptr && stream_of(stream)->pending.empty();
  const CUresult queued = queue(stream, [&event] { event.time_ns = now_ns(); });
  if (idle && queued == CUDA_SUCCESS) reach(end_of(*stream_of(stream)));
  event.at = stream != nullptr ? end_of(*stream_of(stream)) : Point{};
  return queued;
}
CUresult cuEventSynchronize(CUevent event) {
  FAIL_IF_ASKED("cuEventSynchronize");
  reach(event_of(event).at);
  return CUDA_SUCCESS;
}
// NOLINTNEXTLINE(readability-identifier-naming): NVIDIA's name.
CUresult cuEventElapsedTime(float* ms, CUevent begin, CUevent end) {
  FAIL_IF_ASKED("cuEventElapsedTime");
  const Event& first = event_of(begin);
  const Event& last = event_of(end);
  if (first.device != last.device) return CUDA_ERROR_INVALID_HANDLE;
  *ms = static_cast<float>(static_cast<double>(last.time_ns - first.time_ns) / 1e6);
  return CUDA_SUCCESS;
}

CUresult cuStreamCreate(CUstream* stream, unsigned) {
  FAIL_IF_ASKED("cuStreamCreate");
  auto made = std::make_unique<Stream>();
  made->device = current;
  *stream = reinterpret_cast<CUstream>(made.get());
  streams.emplace(made.get(), std::move(made));
  return CUDA_SUCCESS;
}
CUresult cuStreamDestroy_v2(CUstream stream) {
  reach(end_of(*stream_of(stream)));
  streams.at(stream_of(stream))->pending.clear();  // kept: events may have been recorded on it
  return CUDA_SUCCESS;
}
CUresult cuStreamSynchronize(CUstream stream) {
  FAIL_IF_ASKED("cuStreamSynchronize");
  if (stream != nullptr) reach(end_of(*stream_of(stream)));
  return CUDA_SUCCESS;
}
CUresult cuStreamWaitEvent(CUstream stream, CUevent event, unsigned) {
  FAIL_IF_ASKED("cuStreamWaitEvent");
  return queue(stream, [point = event_of(event).at] { reach(point); });
}

CUresult cuMemHostAlloc(void** memory, size_t bytes, unsigned) {
  FAIL_IF_ASKED("cuMemHostAlloc");
  constexpr size_t kPage = 4096;
  *memory = std::aligned_alloc(kPage, (bytes + kPage - 1) / kPage * kPage);
  if (*memory == nullptr) return CUDA_ERROR_OUT_OF_MEMORY;
  fake_cuda::add_memory(*memory, bytes, fake_cuda::kHost);
  return CUDA_SUCCESS;
}
CUresult cuMemFreeHost(void* memory) {
  fake_cuda::remove_memory(memory);
  std::free(memory);
  return CUDA_SUCCESS;
}
CUresult cuMemcpyAsync(CUdeviceptr to, CUdeviceptr from, size_t bytes, CUstream stream) {
  FAIL_IF_ASKED("cuMemcpyAsync");
  for (const CUdeviceptr address : {to, from}) {
    if (const CUresult access = may_reach(address, bytes); access != CUDA_SUCCESS) return access;
  }
  const int lost_from = number("lose", 0);
  if (lost_from != 0 && ++copies >= lost_from) return queue(stream, [] {});
  return queue(stream, [=] {
    std::memcpy(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes);
  });
}
CUresult cuMemsetD32Async(CUdeviceptr to, unsigned value, size_t count, CUstream stream) {
  FAIL_IF_ASKED("cuMemsetD32Async");
  if (const CUresult access = may_reach(to, count * sizeof value); access != CUDA_SUCCESS) {
    return access;
  }
  return queue(stream, [=] {
    auto* const words = reinterpret_cast<unsigned*>(to);
    for (size_t i = 0; i < count; ++i) words[i] = value;
  });
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
  return opened.emplace(current, device_of(peer)).second ? CUDA_SUCCESS
                                                         : CUDA_ERROR_PEER_ACCESS_ALREADY_ENABLED;
}
CUresult cuCtxDisablePeerAccess(CUcontext peer) {
  FAIL_IF_ASKED("cuCtxDisablePeerAccess");
  return opened.erase({current, device_of(peer)}) == 1 ? CUDA_SUCCESS
                                                       : CUDA_ERROR_PEER_ACCESS_NOT_ENABLED;
}

}  // extern "C"
