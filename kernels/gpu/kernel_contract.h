// What the kernels of all GPU backends and the host agree on: how a loop of multiply-adds takes its
// operands, what it leaves behind, and how each unit stamps its time. Included by device code of
// every vendor too, so plain C++ without the standard library's containers.
//
// An issue kernel is called with
//   operands     `sets` sets of operands, each a0, a1, b0, b1; a1 is -a0 (of bits: another a0)
//   accumulators room for every accumulator of every thread
//   stamps       one a thread block
//   iterations   >= 1
//   sets         >= 1
// It zeroes its accumulators and does, for each accumulator i of kChains,
//   iterations x unroll times:   acc[i] += a0 * b[i & 1];   acc[i] += a1 * b[i & 1];
//   once more:                   acc[i] += a0 * b[i & 1];
// so that sums stay bounded however long it runs, and what is left is one product, which shows a
// fault in any step.
#ifndef TPP_KERNELS_GPU_KERNEL_CONTRACT_H
#define TPP_KERNELS_GPU_KERNEL_CONTRACT_H

#include <cstdint>

namespace tpp::gpu {

// Written by the first thread of a block, with all its warps together before and after the loop.
struct UnitStamp {
  uint64_t clock_begin;  // the unit's own clock, in cycles
  uint64_t clock_end;
  uint64_t time_begin_ns;  // the device's timer, the same for all units
  uint64_t time_end_ns;
  uint32_t unit;  // that the block ran on
  uint32_t reserved;
};

// One block a unit, of eight warps: two on each of the four parts that a unit of every supported
// family has, so that one warp's loop overhead and latencies hide behind the other's instructions.
inline constexpr uint32_t kIssueThreads = 256;
// Independent accumulators a warp: latency x rate of no known matrix instruction asks for more.
inline constexpr uint32_t kChains = 8;
// Multiply-adds of a whole iteration are 2 x kChains x unroll. Matrix instructions leave issue
// slots for the loop's own; vector ones do not, so that it must be long.
inline constexpr uint32_t kMatrixUnroll = 4;
inline constexpr uint32_t kVectorUnroll = 32;

// Loops whose operands lie in shared memory: tiles of whole rows of 128 bytes along k, which is
// four instructions deep. One accumulator tile a group of four warps, two groups a unit.
inline constexpr uint32_t kTileRowBytes = 128;
inline constexpr uint32_t kTileSlices = 4;
inline constexpr uint32_t kTileUnroll = 4;

}  // namespace tpp::gpu

#endif
