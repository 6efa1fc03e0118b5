// Blackwell's matrix instructions of 8, 6 and 4 bits, operands in registers: the rows of
// mma_sm120.inc.
#include "kernels/cuda/device/register_loop.cuh"

#define TPP_ROW(entry, registers, instruction, ...) \
  TPP_REGISTER_KERNEL(entry, registers, instruction, tpp::gpu::kIssueWarps, tpp::gpu::kMatrixUnroll)
#include "kernels/cuda/device/mma_sm120.inc"
