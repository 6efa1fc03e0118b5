// Fills memory with items of 8 bytes out of a pool, each by a well-mixed number of its place:
// operands of any format, whose values the host has drawn.
#include <cstdint>

extern "C" __global__ void __launch_bounds__(256)
    fill_items(uint64_t* to, uint64_t items, const uint64_t* pool, uint64_t mask, uint64_t seed) {
  const uint64_t stride = uint64_t{gridDim.x} * blockDim.x;
  for (uint64_t i = uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < items; i += stride) {
    // splitmix64's step.
    uint64_t mixed = i + (seed + 1) * 0x9e3779b97f4a7c15u;
    mixed = (mixed ^ mixed >> 30) * 0xbf58476d1ce4e5b9u;
    mixed = (mixed ^ mixed >> 27) * 0x94d049bb133111ebu;
    to[i] = pool[(mixed ^ mixed >> 31) & mask];
  }
}
