// The `dram` rows: read, write and triad bandwidth of all cores together over a working set at
// least four times the last-level cache.
#ifndef TPP_KERNELS_CPU_DRAM_H
#define TPP_KERNELS_CPU_DRAM_H

#include <vector>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {

class Team;

enum class Stream { read, write, triad };

// The three of a device. They share one set of buffers, taken when the first is prepared and kept
// until the device is closed, because faulting in gigabytes takes longer than measuring them.
std::vector<Benchmark> dram_benchmarks(Device& device);

// One stream over `bytes` in all, or a little more for alignment; for tests with small sizes too.
std::unique_ptr<Workload> make_stream_workload(const StreamKernel& kernel, Stream stream,
                                               Team& team, uint64_t bytes,
                                               const Preparation& preparation);

// Bytes that a working set must have for a last-level cache of this size (0 = not known).
uint64_t stream_bytes_needed(uint64_t cache_bytes);

}  // namespace tpp::cpu

#endif
