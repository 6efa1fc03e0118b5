// Multiply-adds of the vector units: the rows of fma.inc.
#include "kernels/cuda/device/register_loop.cuh"

#define TPP_ROW(entry, registers, instruction, ...) \
  TPP_REGISTER_KERNEL(entry, registers, instruction, tpp::gpu::kIssueWarps, tpp::gpu::kVectorUnroll)
#include "kernels/cuda/device/fma.inc"
