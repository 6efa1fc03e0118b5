// Ways to issue Hopper's warpgroup instructions, to be held against each other: the rows of
// study_wgmma_sm90.inc.
#include "kernels/cuda/device/wgmma_loop.cuh"

#define TPP_STUDY(entry, registers, instruction, warps, unroll, together, ...) \
  TPP_TILE_KERNEL(entry, registers, instruction, warps, unroll, together)
#include "kernels/cuda/device/study_wgmma_sm90.inc"
