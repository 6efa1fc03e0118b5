// The loops over memory of kernels/gpu/kernel_contract.h. A work-item stands for LANES threads in a
// row: it does what they would do, a stretch of LANES words at a time.
#define MIXED(index, seed) \
  (((ulong)(index) + (seed) * 0x100000001b3ul) * 0x9e3779b97f4a7c15ul)

__kernel void dram_read(__global const ulong2* from, ulong words, __global ulong2* sums) {
  const ulong first = get_global_id(0) * LANES;
  const ulong threads = get_global_size(0) * LANES;
  ulong2 sum[LANES];
  for (uint j = 0; j < LANES; ++j) sum[j] = (ulong2)(0, 0);
  ulong i = first;
#if LANES == 1
  // Several loads are under way before the first is used.
  for (; i + 7 * threads < words; i += 8 * threads) {
    const ulong2 w0 = from[i], w1 = from[i + threads], w2 = from[i + 2 * threads],
                 w3 = from[i + 3 * threads], w4 = from[i + 4 * threads],
                 w5 = from[i + 5 * threads], w6 = from[i + 6 * threads],
                 w7 = from[i + 7 * threads];
    sum[0] ^= w0 ^ w1 ^ w2 ^ w3 ^ w4 ^ w5 ^ w6 ^ w7;
  }
#endif
  for (; i + LANES <= words; i += threads) {
    for (uint j = 0; j < LANES; ++j) sum[j] ^= from[i + j];
  }
  for (uint j = 0; i + j < words && j < LANES; ++j) sum[j] ^= from[i + j];
  for (uint j = 0; j < LANES; ++j) sums[first + j] = sum[j];
}

__kernel void dram_write(__global ulong2* to, ulong words, ulong seed) {
  const ulong threads = get_global_size(0) * LANES;
  for (ulong i = get_global_id(0) * LANES; i < words; i += threads) {
    const ulong end = min(i + LANES, words);
    for (ulong at = i; at < end; ++at) {
      const ulong mixed = MIXED(at, seed);
      to[at] = (ulong2)(mixed, ~mixed ^ mixed >> 17);
    }
  }
}

__kernel void dram_copy(__global ulong2* to, __global const ulong2* from, ulong words) {
  const ulong threads = get_global_size(0) * LANES;
  for (ulong i = get_global_id(0) * LANES; i < words; i += threads) {
    const ulong end = min(i + LANES, words);
    for (ulong at = i; at < end; ++at) to[at] = from[at];
  }
}
