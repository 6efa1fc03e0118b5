// What a device is asked for by OpenCL, and the kernels for it. Pure but for putting the device to
// use when a workload is made.
#ifndef TPP_KERNELS_OPENCL_ROWS_H
#define TPP_KERNELS_OPENCL_ROWS_H

#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/opencl/device.h"

namespace tpp::opencl {

// All that the device's rows may call.
std::vector<Kernel> kernels_of(const Device& device);

// fma, gemm and dram, those that it cannot do included. `api` and `device` outlive the result.
std::vector<boundary::Benchmark> benchmarks_of(const OpenClApi& api, Device& device);

}  // namespace tpp::opencl

#endif
