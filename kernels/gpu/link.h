// The `link` rows of a device: bytes/s between its memory and pinned host memory, and between it
// and all its peers at once, by the driver's copies, what arrived checked.
//   host_read   the device reads host memory
//   host_write  it writes host memory
//   host_both   both at once, the bytes of both directions added
//   peer_both   to and from every device that it reaches directly, at once, all bytes added: the
//               rate of all its links to them in both directions
// Buffers are larger than caches where memory allows; a link is slower than any cache, and every
// byte crosses it whatever they hold.
#ifndef TPP_KERNELS_GPU_LINK_H
#define TPP_KERNELS_GPU_LINK_H

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/link_driver.h"

namespace tpp::gpu {

// A device that another can reach directly.
struct LinkPeer {
  std::function<std::shared_ptr<LinkDriver>()> open;  // put to use for as long as it is held
  uint64_t memory_bytes = 0;
  std::optional<int> rank;   // of the link's performance, as the driver ranks them: 0 is best
  bool has_atomics = false;  // the link carries atomic operations
};

struct LinkDevice {
  std::function<LinkDriver&()> open;  // puts it to use
  uint64_t memory_bytes = 0;
  std::string engine;  // what does the copies: "copy engines"
  std::vector<LinkPeer> peers;
  std::string no_peer;     // why there is none
  std::string peer_fault;  // why the driver could not be asked for them; "" if it could
};

// host_read, host_write, host_both and peer_both, whatever the device has.
std::vector<boundary::Benchmark> link_benchmarks(const LinkDevice& device);

// Buffers in one memory, and what they may take of it together.
struct LinkShare {
  uint64_t most_bytes = 0;
  uint64_t buffers = 0;
};

// Bytes of one buffer: 128 MiB, or what lets every memory's buffers fit into their share and all of
// them into `limit_bytes` (0 = no limit), if that is less. Throws Failure: TPP_OUT_OF_MEMORY where
// it is too little to be timed.
uint64_t link_bytes(std::span<const LinkShare> shares, uint64_t limit_bytes);

}  // namespace tpp::gpu

#endif
