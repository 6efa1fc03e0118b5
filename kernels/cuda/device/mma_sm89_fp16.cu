// Ada's matrix instructions of 8-bit floating point with sums in 16: the rows of
// mma_sm89_fp16.inc.
#include "kernels/cuda/device/register_loop.cuh"

#define TPP_ROW(entry, registers, instruction, ...) \
  TPP_REGISTER_KERNEL(entry, registers, instruction, tpp::gpu::kIssueWarps, tpp::gpu::kMatrixUnroll)
#include "kernels/cuda/device/mma_sm89_fp16.inc"
