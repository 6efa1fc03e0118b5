// The double-precision matrix instruction of A100, operands in registers: the rows of
// mma_sm80_fp64.inc.
#include "kernels/cuda/device/register_loop.cuh"

#define TPP_ROW(entry, registers, instruction, ...) \
  TPP_REGISTER_KERNEL(entry, registers, instruction, tpp::gpu::kIssueWarps, tpp::gpu::kMatrixUnroll)
#include "kernels/cuda/device/mma_sm80_fp64.inc"
