#include "kernels/cuda/links.h"

#include <fmt/format.h>

#include <optional>

#include "kernels/gpu/link_rows.h"

namespace tpp::cuda {
namespace {

std::optional<int> peer_attribute(const CudaApi& api, CUdevice_P2PAttribute which,
                                  const Device& from, const Device& to) {
  int value = 0;
  const CUresult result = api.peer_attribute(&value, which, from.handle, to.handle);
  return result == CUDA_SUCCESS ? std::optional(value) : std::nullopt;
}

// Instances of a partitioned GPU have no peers, nor have most virtual GPUs: the driver says so.
// Throws Failure.
bool reaches(const CudaApi& api, const Device& from, const Device& to) {
  int can = 0;
  const CUresult result = api.can_access_peer(&can, from.handle, to.handle);
  if (result == CUDA_SUCCESS) return can != 0;
  fail(api, result, fmt::format("cannot ask whether {} reaches {}", from.info.id, to.info.id));
}

}  // namespace

std::vector<boundary::Benchmark> link_rows_of(const CudaApi& api, Device& device,
                                              std::span<Device> all) {
  const auto asks = [&api](CUdevice_P2PAttribute which) {
    return [&api, which](const Device& from, const Device& to) {
      return peer_attribute(api, which, from, to);
    };
  };
  const gpu::PeerFacts<Device> facts = {
      [&api](const Device& from, const Device& to) { return reaches(api, from, to); },
      asks(CU_DEVICE_P2P_ATTRIBUTE_PERFORMANCE_RANK),
      asks(CU_DEVICE_P2P_ATTRIBUTE_NATIVE_ATOMIC_SUPPORTED)};
  return gpu::link_rows(api, device, all, facts, "copy engines");
}

}  // namespace tpp::cuda
