#include "kernels/opencl/opencl_api.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace tpp::opencl {
namespace {

constexpr const char* kFreeMemory = "free memory of the device or lower the memory limit";
constexpr const char* kLookAtTheLog = "look at the kernel's log for what the driver says of it";

// What an error is called, what it is to the host, and what to do about it.
struct Meaning {
  cl_int error;
  const char* name;
  tpp_status status = TPP_FAILED;
  const char* advice = kLookAtTheLog;
};
constexpr Meaning kMeanings[] = {
    {CL_DEVICE_NOT_FOUND, "CL_DEVICE_NOT_FOUND", TPP_UNAVAILABLE},
    {CL_DEVICE_NOT_AVAILABLE, "CL_DEVICE_NOT_AVAILABLE", TPP_FAILED,
     "the device is lost or held by another program: look at the kernel's log"},
    {CL_COMPILER_NOT_AVAILABLE, "CL_COMPILER_NOT_AVAILABLE", TPP_UNSUPPORTED,
     "the driver comes without its compiler: install the whole of it"},
    {CL_MEM_OBJECT_ALLOCATION_FAILURE, "CL_MEM_OBJECT_ALLOCATION_FAILURE", TPP_OUT_OF_MEMORY,
     kFreeMemory},
    {CL_OUT_OF_RESOURCES, "CL_OUT_OF_RESOURCES"},
    {CL_OUT_OF_HOST_MEMORY, "CL_OUT_OF_HOST_MEMORY", TPP_OUT_OF_MEMORY,
     "free memory of the host or lower the memory limit"},
    {CL_PROFILING_INFO_NOT_AVAILABLE, "CL_PROFILING_INFO_NOT_AVAILABLE"},
    {CL_BUILD_PROGRAM_FAILURE, "CL_BUILD_PROGRAM_FAILURE"},
    {CL_INVALID_VALUE, "CL_INVALID_VALUE"},
    {CL_INVALID_COMMAND_QUEUE, "CL_INVALID_COMMAND_QUEUE"},
    {CL_INVALID_PROGRAM_EXECUTABLE, "CL_INVALID_PROGRAM_EXECUTABLE"},
    {CL_INVALID_KERNEL_NAME, "CL_INVALID_KERNEL_NAME"},
    {CL_INVALID_KERNEL_ARGS, "CL_INVALID_KERNEL_ARGS"},
    {CL_INVALID_WORK_GROUP_SIZE, "CL_INVALID_WORK_GROUP_SIZE"},
    {CL_INVALID_BUFFER_SIZE, "CL_INVALID_BUFFER_SIZE", TPP_OUT_OF_MEMORY,
     "the driver gives no buffer so large: lower the memory limit"},
    // cl_khr_icd: the loader found no driver.
    {-1001, "CL_PLATFORM_NOT_FOUND_KHR", TPP_UNAVAILABLE},
};

const Meaning* meaning_of(cl_int error) {
  const auto* const at =
      std::find_if(std::begin(kMeanings), std::end(kMeanings),
                   [&](const Meaning& meaning) { return meaning.error == error; });
  return at == std::end(kMeanings) ? nullptr : at;
}

}  // namespace

std::optional<OpenClApi> OpenClApi::bind(const boundary::SymbolSource& source, std::string& why) {
  OpenClApi api;
  boundary::Binder binder(source);
  const auto required = [&](auto& slot, const char* name) { binder.required(slot, name); };
  required(api.platforms, "clGetPlatformIDs");
  required(api.platform_info, "clGetPlatformInfo");
  required(api.devices, "clGetDeviceIDs");
  required(api.device_info, "clGetDeviceInfo");
  required(api.create_context, "clCreateContext");
  required(api.release_context, "clReleaseContext");
  required(api.create_queue, "clCreateCommandQueue");
  required(api.release_queue, "clReleaseCommandQueue");
  required(api.create_buffer, "clCreateBuffer");
  required(api.release_memory, "clReleaseMemObject");
  required(api.write, "clEnqueueWriteBuffer");
  required(api.read, "clEnqueueReadBuffer");
  required(api.create_program, "clCreateProgramWithSource");
  required(api.build_program, "clBuildProgram");
  required(api.build_info, "clGetProgramBuildInfo");
  required(api.release_program, "clReleaseProgram");
  required(api.create_kernel, "clCreateKernel");
  required(api.release_kernel, "clReleaseKernel");
  required(api.kernel_group_info, "clGetKernelWorkGroupInfo");
  required(api.set_argument, "clSetKernelArg");
  required(api.launch, "clEnqueueNDRangeKernel");
  required(api.flush, "clFlush");
  required(api.finish, "clFinish");
  required(api.event_time, "clGetEventProfilingInfo");
  required(api.release_event, "clReleaseEvent");
  why = binder.missing();
  return why.empty() ? std::optional(api) : std::nullopt;
}

OpenClApi load_opencl() {
  std::string why;
  const boundary::SymbolSource source = boundary::open_shared_library("libOpenCL.so.1", why);
  if (!source) throw Failure(TPP_UNAVAILABLE, "no OpenCL loader: " + why);
  const auto api = OpenClApi::bind(source, why);
  if (api) return *api;
  throw Failure(TPP_FAILED, fmt::format("opencl: libOpenCL.so.1 lacks {}; expected a loader of "
                                        "OpenCL 1.2 or newer: update it",
                                        why));
}

std::string error_name(cl_int error) {
  const Meaning* const meaning = meaning_of(error);
  return meaning != nullptr ? meaning->name : fmt::format("error {}", error);
}

void check(cl_int error, const std::string& what) {
  if (error == CL_SUCCESS) return;
  const Meaning* const meaning = meaning_of(error);
  throw Failure(meaning != nullptr ? meaning->status : TPP_FAILED,
                fmt::format("opencl: {}: {}; {}", what, error_name(error),
                            meaning != nullptr ? meaning->advice : kLookAtTheLog));
}

}  // namespace tpp::opencl
