// Ampere's matrix instructions on Hopper by the number of warps: the rows of study_mma_sm90.inc.
#include "kernels/cuda/device/register_loop.cuh"

#define TPP_STUDY(entry, registers, instruction, warps, unroll, together, ...) \
  TPP_REGISTER_KERNEL(entry, registers, instruction, warps, unroll)
#include "kernels/cuda/device/study_mma_sm90.inc"
