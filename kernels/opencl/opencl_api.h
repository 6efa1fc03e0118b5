// The functions of the OpenCL loader that this backend calls, filled from libOpenCL.so.1 at run
// time or by a test: those of OpenCL 1.2 alone, which every driver since has.
#ifndef TPP_KERNELS_OPENCL_OPENCL_API_H
#define TPP_KERNELS_OPENCL_OPENCL_API_H

// Of the versions that the headers know; nothing newer is called.
#define CL_TARGET_OPENCL_VERSION 120
#include <CL/cl.h>

#include <optional>
#include <string>

#include "kernels/cpp_boundary.h"
#include "kernels/cpp_shared_library.h"

namespace tpp::opencl {

using boundary::Failure;

struct OpenClApi {
  decltype(&::clGetPlatformIDs) platforms = nullptr;
  decltype(&::clGetPlatformInfo) platform_info = nullptr;
  decltype(&::clGetDeviceIDs) devices = nullptr;
  decltype(&::clGetDeviceInfo) device_info = nullptr;
  decltype(&::clCreateContext) create_context = nullptr;
  decltype(&::clReleaseContext) release_context = nullptr;
  decltype(&::clCreateCommandQueue) create_queue = nullptr;
  decltype(&::clReleaseCommandQueue) release_queue = nullptr;
  decltype(&::clCreateBuffer) create_buffer = nullptr;
  decltype(&::clReleaseMemObject) release_memory = nullptr;
  decltype(&::clEnqueueWriteBuffer) write = nullptr;
  decltype(&::clEnqueueReadBuffer) read = nullptr;
  decltype(&::clCreateProgramWithSource) create_program = nullptr;
  decltype(&::clBuildProgram) build_program = nullptr;
  decltype(&::clGetProgramBuildInfo) build_info = nullptr;
  decltype(&::clReleaseProgram) release_program = nullptr;
  decltype(&::clCreateKernel) create_kernel = nullptr;
  decltype(&::clReleaseKernel) release_kernel = nullptr;
  decltype(&::clGetKernelWorkGroupInfo) kernel_group_info = nullptr;
  decltype(&::clSetKernelArg) set_argument = nullptr;
  decltype(&::clEnqueueNDRangeKernel) launch = nullptr;
  decltype(&::clFlush) flush = nullptr;
  decltype(&::clFinish) finish = nullptr;
  decltype(&::clGetEventProfilingInfo) event_time = nullptr;
  decltype(&::clReleaseEvent) release_event = nullptr;

  // All of them, or nullopt with the names of what is missing in `why`.
  static std::optional<OpenClApi> bind(const boundary::SymbolSource& source, std::string& why);
};

// The loader where it is found. Throws Failure: TPP_UNAVAILABLE without one, TPP_FAILED where it
// lacks functions.
OpenClApi load_opencl();

// "CL_OUT_OF_RESOURCES".
std::string error_name(cl_int error);

// Throws Failure for an error: what was tried, the driver's word, and what to do.
void check(cl_int error, const std::string& what);

}  // namespace tpp::opencl

#endif
