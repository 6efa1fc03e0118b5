// The `gemm` rows: square products by a tiled kernel of our own, on the vector units. OpenCL has no
// library of its own and reaches no matrix unit.
#ifndef TPP_KERNELS_OPENCL_GEMM_H
#define TPP_KERNELS_OPENCL_GEMM_H

#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/opencl/device.h"

namespace tpp::opencl {

// fp64, fp32, fp16 with sums in fp16, int8 by integer dot products. `api` and `device` outlive the
// result.
std::vector<boundary::Benchmark> gemm_benchmarks(const OpenClApi& api, Device& device);

}  // namespace tpp::opencl

#endif
