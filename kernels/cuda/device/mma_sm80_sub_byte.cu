// Matrix instructions of 4 bits and of one, operands in registers: the rows of
// mma_sm80_sub_byte.inc.
#include "kernels/cuda/device/register_loop.cuh"

#define TPP_ROW(entry, registers, instruction, ...) \
  TPP_REGISTER_KERNEL(entry, registers, instruction, tpp::gpu::kIssueWarps, tpp::gpu::kMatrixUnroll)
#include "kernels/cuda/device/mma_sm80_sub_byte.inc"
