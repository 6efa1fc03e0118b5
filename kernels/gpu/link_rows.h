// Which devices of the node a device reaches directly, and its `link` rows: written once over what
// a backend's driver says of two devices.
#ifndef TPP_KERNELS_GPU_LINK_ROWS_H
#define TPP_KERNELS_GPU_LINK_ROWS_H

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "kernels/gpu/link.h"

namespace tpp::gpu {

// What a driver answers about two devices. `reaches` throws Failure; others answer nothing where
// the driver does not.
template <class Device>
struct PeerFacts {
  std::function<bool(const Device& from, const Device& to)> reaches;
  std::function<std::optional<int>(const Device& from, const Device& to)> rank;
  std::function<std::optional<int>(const Device& from, const Device& to)> atomics;
};

// Both ways, since each side sends.
template <class Device, class Api>
std::vector<LinkPeer> peers_of(const Api& api, const Device& device, std::span<Device> all,
                               const PeerFacts<Device>& facts) {
  std::vector<LinkPeer> peers;
  for (Device& other : all) {
    if (&other == &device || !facts.reaches(device, other) || !facts.reaches(other, device)) {
      continue;
    }
    LinkPeer peer;
    peer.open = [&api, &other] { return other.borrowed_context(api); };
    peer.memory_bytes = other.info.memory_bytes;
    peer.rank = facts.rank(device, other);
    peer.has_atomics = facts.atomics(device, other).value_or(0) != 0;
    peers.push_back(std::move(peer));
  }
  return peers;
}

// `all` are the node's devices, `device` one of them; they and `api` outlive what is returned.
// `engine` is what does the copies, in words.
template <class Device, class Api>
std::vector<boundary::Benchmark> link_rows(const Api& api, Device& device, std::span<Device> all,
                                           const PeerFacts<Device>& facts,
                                           const std::string& engine) {
  LinkDevice link;
  link.open = [&api, &device]() -> LinkDriver& { return device.context(api); };
  link.memory_bytes = device.info.memory_bytes;
  link.engine = engine;
  link.no_peer = "no other device that it can reach directly";
  if (device.info.slice_reason[0] != '\0') {
    link.no_peer += std::string(": it is ") + device.info.slice_reason;
  }
  try {
    link.peers = peers_of(api, device, all, facts);
  } catch (const Failure& failure) {
    link.peer_fault = failure.what();
  }
  return link_benchmarks(link);
}

}  // namespace tpp::gpu

#endif
