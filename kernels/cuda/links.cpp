#include "kernels/cuda/links.h"

#include <fmt/format.h>

#include <optional>
#include <string>

#include "kernels/gpu/link.h"

namespace tpp::cuda {
namespace {

std::optional<int> peer_attribute(const CudaApi& api, CUdevice_P2PAttribute which, CUdevice from,
                                  CUdevice to) {
  int value = 0;
  const CUresult result = api.peer_attribute(&value, which, from, to);
  return result == CUDA_SUCCESS ? std::optional(value) : std::nullopt;
}

// Throws Failure.
bool reaches(const CudaApi& api, const Device& from, const Device& to) {
  int can = 0;
  const CUresult result = api.can_access_peer(&can, from.handle, to.handle);
  if (result == CUDA_SUCCESS) return can != 0;
  fail(api, result, fmt::format("cannot ask whether {} reaches {}", from.info.id, to.info.id));
}

// Both ways, since each side sends. Instances of a partitioned GPU have none, nor have most virtual
// GPUs: the driver says so.
std::vector<gpu::LinkPeer> peers_of(const CudaApi& api, const Device& device,
                                    std::span<Device> all) {
  std::vector<gpu::LinkPeer> peers;
  for (Device& other : all) {
    if (&other == &device || !reaches(api, device, other) || !reaches(api, other, device)) continue;
    gpu::LinkPeer peer;
    peer.open = [&api, &other] { return other.borrowed_context(api); };
    peer.memory_bytes = other.info.memory_bytes;
    peer.rank =
        peer_attribute(api, CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK, device.handle, other.handle);
    peer.has_atomics = peer_attribute(api, CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED,
                                      device.handle, other.handle)
                           .value_or(0) != 0;
    peers.push_back(std::move(peer));
  }
  return peers;
}

}  // namespace

std::vector<boundary::Benchmark> link_rows_of(const CudaApi& api, Device& device,
                                              std::span<Device> all) {
  gpu::LinkDevice link;
  link.open = [&api, &device]() -> gpu::LinkDriver& { return device.context(api); };
  link.memory_bytes = device.info.memory_bytes;
  link.no_peer = "no other device that it can reach directly";
  if (device.info.slice_reason[0] != '\0') {
    link.no_peer += fmt::format(": it is {}", device.info.slice_reason);
  }
  try {
    link.peers = peers_of(api, device, all);
  } catch (const boundary::Failure& failure) {
    link.peer_fault = failure.what();
  }
  return gpu::link_benchmarks(link);
}

}  // namespace tpp::cuda
