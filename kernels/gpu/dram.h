// The `dram` rows of a GPU: read, write and copy bandwidth of device memory, over a working set far
// larger than the caches, what was moved checked.
#ifndef TPP_KERNELS_GPU_DRAM_H
#define TPP_KERNELS_GPU_DRAM_H

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/driver.h"

namespace tpp::gpu {

enum class Stream : uint8_t { read, write, copy };

// The rows by their names, for every backend alike.
struct StreamRow {
  Stream stream;
  const char* subject;
};
inline constexpr StreamRow kStreamRows[] = {
    {Stream::read, "read"}, {Stream::write, "write"}, {Stream::copy, "copy"}};
// With no way to run it yet.
boundary::Benchmark stream_benchmark(const StreamRow& row);

struct StreamTarget {
  Driver& driver;
  uint32_t units;
  uint64_t memory_bytes;  // of the device
  uint64_t cache_bytes;   // of its last level; 0 = not known
  std::string image;      // in words: "sm_90a machine code"
};

// Bytes that a working set has: 4 GiB and 32 times the cache, so that what stays in it from one
// pass to the next is little; at most a quarter of the memory and of what `limit_bytes` allows (0 =
// no limit). Throws Failure: TPP_OUT_OF_MEMORY where that is less than four times the cache.
uint64_t stream_bytes(const StreamTarget& target, uint64_t limit_bytes);

// Throws Failure.
std::unique_ptr<boundary::Workload> make_stream_workload(Stream stream, const StreamTarget& target,
                                                         const boundary::Preparation& preparation);

}  // namespace tpp::gpu

#endif
