// Hopper's warpgroup matrix instructions: the rows of wgmma_sm90.inc.
//
// Two groups of four warps share one unit's matrix units, so that one's waits hide behind the
// other's work.
#include "kernels/cuda/device/wgmma_loop.cuh"

#define TPP_ROW(entry, registers, instruction, ...)                                            \
  TPP_TILE_KERNEL(entry, registers, instruction, tpp::gpu::kIssueWarps, tpp::gpu::kTileUnroll, \
                  2 * tpp::gpu::kTileUnroll * tpp::gpu::kTileSlices)
#include "kernels/cuda/device/wgmma_sm90.inc"
