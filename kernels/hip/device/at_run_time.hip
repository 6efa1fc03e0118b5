// What the ROCm runtime's compiler (hipRTC) is given for a target of which this module has no code:
// the loops of the vector units and over memory, as a HIP program. Waves' lanes are given it as
// TPP_LANES. Functions of a HIP program are the host's where nothing else is said.
#pragma clang force_cuda_host_device begin
#define TPP_UNROLL tpp::gpu::kVectorUnroll
#define TPP_ROWS "kernels/hip/device/fma.inc"
#include "kernels/hip/device/dram.hip"
#include "kernels/hip/device/fill.hip"
#include "kernels/hip/device/issue.hip"
#pragma clang force_cuda_host_device end
