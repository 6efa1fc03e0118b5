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
// so that sums stay bounded however long it runs (operands stand on a grid, matrix_instruction.h),
// and what is left is one product, which shows a fault in any step.
#ifndef TPP_KERNELS_GPU_KERNEL_CONTRACT_H
#define TPP_KERNELS_GPU_KERNEL_CONTRACT_H

#include <stdint.h>

#if defined(__CUDACC__) || defined(__HIP__)
#define TPP_ON_DEVICE __host__ __device__
#else
#define TPP_ON_DEVICE
#endif

namespace tpp::gpu {

// Written by the first thread of a block, with all its warps together before and after the loop.
struct UnitStamp {
  uint64_t clock_begin;  // the unit's own clock, in cycles
  uint64_t clock_end;
  uint64_t time_begin;  // the device's timer, of one rate for all units: IssueTarget::timer_hz
  uint64_t time_end;
  uint32_t unit;  // that the block ran on; another number for each
  uint32_t die;   // whose clock it has: the units of one die share it
};

// One block a unit, of eight warps: two on each of the four parts that a unit of most supported
// families has, so that one warp's loop overhead and latencies hide behind the other's
// instructions. (RDNA's compute units have two parts.)
inline constexpr uint32_t kIssueWarps = 8;
TPP_ON_DEVICE constexpr uint32_t issue_threads(uint32_t lanes, uint32_t warps = kIssueWarps) {
  return warps * lanes;
}
inline constexpr uint32_t kIssueThreads = issue_threads(32);  // but for waves of 64 lanes
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
// But of 96 elements of 4 bits, 48 bytes, two are whole in a row; the rest of it is not used.
TPP_ON_DEVICE constexpr uint32_t tile_slices(uint32_t k) { return k == 96 ? 2 : kTileSlices; }
TPP_ON_DEVICE constexpr uint32_t slice_bytes(uint32_t k) {
  return k == 96 ? 48 : kTileRowBytes / kTileSlices;
}
// Where sums lie in tensor memory the tile is one of 128 rows. A batch that is waited for costs
// some 150 cycles: 128 instructions of 128 cycles hide them, and the next batch is queued besides.
TPP_ON_DEVICE constexpr uint32_t tensor_memory_unroll(uint32_t k) { return 64 / tile_slices(k); }

// Loops over memory take and give words of 16 bytes, of which thread t of all handles those
// numbered t, t + threads, t + 2 threads, ...
//   dram_read(from, words, sums)    sums[t] = XOR over its words
//   dram_write(to, words, seed)     word i = stream_word(i, seed)
//   dram_copy(to, from, words)
struct alignas(16) StreamWord {
  uint64_t low;
  uint64_t high;
};

// Neighbours and seeds differ in most bits (odd multipliers: 2^64 / golden ratio, and a prime).
TPP_ON_DEVICE inline StreamWord stream_word(uint64_t index, uint64_t seed) {
  const uint64_t mixed = (index + seed * 0x100000001b3u) * 0x9e3779b97f4a7c15u;
  return {mixed, ~mixed ^ mixed >> 17};
}

// Operands of products are drawn from a pool of items of 8 bytes, 2^n of them:
//   fill_items(to, items, pool, mask, seed)   item i = pool[pool_number(i, seed) & mask]
// so that the host draws values of any format, and their repetition fits no row length.
inline constexpr uint32_t kFillThreads = 256;
inline constexpr uint32_t kFillBlocksPerUnit = 4;

// splitmix64's step: well mixed.
TPP_ON_DEVICE inline uint64_t pool_number(uint64_t index, uint64_t seed) {
  uint64_t mixed = index + (seed + 1) * 0x9e3779b97f4a7c15u;
  mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
  mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
  return mixed ^ mixed >> 31;
}

// Enough threads on a unit to keep the memory busy: each has several words under way.
inline constexpr uint32_t kStreamThreads = 512;
inline constexpr uint32_t kStreamBlocksPerUnit = 4;

}  // namespace tpp::gpu

#endif
