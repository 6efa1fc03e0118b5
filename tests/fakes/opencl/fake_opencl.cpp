// libOpenCL.so.1 without a driver: lists devices as TPP_FAKE_OPENCL says, or the file fake_opencl
// in the home folder, and answers with faults. Kernels do nothing; memory is the host's. Words, by
// blanks:
//   type=gpu|accelerator|cpu   count=N devices a platform     platforms=N
//   pci=khr|nv|amd|none        how the address 0000:ab:00.0 is told, and of each next device that
//                              of one bus further
//   same=1                     all have the first one's
//   functions=1                they are functions of it, as partitions of AMD's devices are
//   vendor=4098                its number on the PCI bus
//   extensions=a,b,c           name=TEXT (_ for a blank)
//   dot=0|1                    whether there are instructions for dot products of bytes
//   fault=build|memory|lost|queue|list
#define CL_TARGET_OPENCL_VERSION 120
#define CL_USE_DEPRECATED_OPENCL_1_2_APIS
#include <CL/cl.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace {

constexpr const char* kLog =
    "<source>:7:3: error: no matching function for call to 'fma'\n1 error generated.\n";
constexpr cl_uint kBus = 0xab;

std::string settings() {
  if (const char* const all = std::getenv("TPP_FAKE_OPENCL")) return all;
  const char* const home = std::getenv("HOME");
  std::ifstream file(std::string(home == nullptr ? "" : home) + "/fake_opencl");
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string setting(const std::string& name, const std::string& otherwise) {
  std::istringstream words(settings());
  for (std::string word; words >> word;) {
    if (word.rfind(name + "=", 0) == 0) return word.substr(name.size() + 1);
  }
  return otherwise;
}
bool has_fault(const char* fault) { return setting("fault", "") == fault; }
cl_uint number(const char* name, const char* otherwise) {
  return static_cast<cl_uint>(std::stoul(setting(name, otherwise)));
}

// Handles are numbers from 1 on.
template <class Handle>
Handle handle(std::size_t value) {
  return reinterpret_cast<Handle>(value);
}
cl_uint device_number(cl_device_id device) {
  return static_cast<cl_uint>(reinterpret_cast<std::size_t>(device) - 1);
}

cl_int give(const void* from, std::size_t bytes, std::size_t room, void* to, std::size_t* size) {
  if (size != nullptr) *size = bytes;
  if (to == nullptr) return CL_SUCCESS;
  if (room < bytes) return CL_INVALID_VALUE;
  std::memcpy(to, from, bytes);
  return CL_SUCCESS;
}

struct Answer {
  std::size_t room;
  void* to;
  std::size_t* size;

  cl_int text(const std::string& value) const {
    return give(value.c_str(), value.size() + 1, room, to, size);
  }
  template <class Value>
  cl_int value(Value given) const {
    return give(&given, sizeof given, room, to, size);
  }
};

cl_device_type type() {
  const std::string word = setting("type", "gpu");
  return word == "cpu"           ? CL_DEVICE_TYPE_CPU
         : word == "accelerator" ? CL_DEVICE_TYPE_ACCELERATOR
                                 : CL_DEVICE_TYPE_GPU;
}

cl_int pci_info(cl_uint number_of_device, cl_device_info which, const Answer& answer) {
  const std::string how = setting("pci", "khr");
  const bool functions = setting("functions", "0") == "1";
  const cl_uint function = functions ? number_of_device : 0;
  const cl_uint bus = kBus + (functions || setting("same", "0") == "1" ? 0 : number_of_device);
  if (how == "khr" && which == 0x410F) {
    const cl_uint told[4] = {0, bus, 0, function};
    return give(told, sizeof told, answer.room, answer.to, answer.size);
  }
  if (how == "amd" && which == 0x4037) {
    unsigned char told[24] = {1};
    told[21] = static_cast<unsigned char>(bus);
    told[23] = static_cast<unsigned char>(function);
    return give(told, sizeof told, answer.room, answer.to, answer.size);
  }
  if (how == "nv" && which == 0x4008) return answer.value(bus);
  if (how == "nv" && which == 0x4009) return answer.value(cl_uint{1} << 3 | 2);
  return CL_INVALID_VALUE;
}

std::string extensions() {
  std::string words = setting("extensions", "cl_khr_fp64");
  std::replace(words.begin(), words.end(), ',', ' ');
  return words;
}

}  // namespace

// NOLINTBEGIN(readability-function-size): OpenCL's parameters.
extern "C" {

cl_int clGetPlatformIDs(cl_uint room, cl_platform_id* to, cl_uint* count) {
  if (has_fault("list")) return CL_OUT_OF_HOST_MEMORY;
  const cl_uint all = number("platforms", "1");
  if (all == 0) return -1001;
  if (count != nullptr) *count = all;
  for (cl_uint i = 0; to != nullptr && i < std::min(room, all); ++i) {
    to[i] = handle<cl_platform_id>(i + 1);
  }
  return CL_SUCCESS;
}

cl_int clGetPlatformInfo(cl_platform_id, cl_platform_info, std::size_t room, void* to,
                         std::size_t* size) {
  return Answer{room, to, size}.text("Fake");
}

cl_int clGetDeviceIDs(cl_platform_id, cl_device_type, cl_uint room, cl_device_id* to,
                      cl_uint* count) {
  const cl_uint all = number("count", "1");
  if (all == 0) return CL_DEVICE_NOT_FOUND;
  if (count != nullptr) *count = all;
  for (cl_uint i = 0; to != nullptr && i < std::min(room, all); ++i) {
    to[i] = handle<cl_device_id>(i + 1);
  }
  return CL_SUCCESS;
}

cl_int clGetDeviceInfo(cl_device_id device, cl_device_info which, std::size_t room, void* to,
                       std::size_t* size) {
  const Answer answer{room, to, size};
  std::string name = setting("name", "Fake_accelerator");
  std::replace(name.begin(), name.end(), '_', ' ');
  switch (which) {
    case CL_DEVICE_TYPE:
      return answer.value(type());
    case CL_DEVICE_NAME:
      return answer.text(name);
    case CL_DEVICE_VENDOR:
      return answer.text("Fake vendor");
    case CL_DEVICE_VENDOR_ID:
      return answer.value(number("vendor", "0"));
    case CL_DRIVER_VERSION:
      return answer.text("7.8");
    case CL_DEVICE_VERSION:
      return answer.text("OpenCL 3.0 with more to say");
    case CL_DEVICE_EXTENSIONS:
      return answer.text(extensions());
    case 0x1075:  // CL_DEVICE_INTEGER_DOT_PRODUCT_ACCELERATION_PROPERTIES_4x8BIT_PACKED_KHR
      if (setting("dot", "").empty()) return CL_INVALID_VALUE;
      return answer.value(std::array<cl_bool, 6>{number("dot", "0"), 1, 1, 1, 1, 1});
    case CL_DEVICE_MAX_COMPUTE_UNITS:
      return answer.value(cl_uint{4});
    case CL_DEVICE_MAX_CLOCK_FREQUENCY:
      return answer.value(cl_uint{1500});
    case CL_DEVICE_GLOBAL_MEM_SIZE:
      return answer.value(cl_ulong{8} << 30);
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE:
      return answer.value(cl_ulong{2} << 30);
    case CL_DEVICE_GLOBAL_MEM_CACHE_SIZE:
      return answer.value(cl_ulong{4} << 20);
    case CL_DEVICE_MAX_WORK_GROUP_SIZE:
      return answer.value(std::size_t{number("group", "256")});
    case CL_DEVICE_AVAILABLE:
    case CL_DEVICE_COMPILER_AVAILABLE:
      return answer.value(cl_bool{CL_TRUE});
    case CL_DEVICE_SINGLE_FP_CONFIG:
    case CL_DEVICE_DOUBLE_FP_CONFIG:
      return answer.value(cl_device_fp_config{setting("fma", "1") == "1" ? CL_FP_FMA : 0u});
    default:
      return pci_info(device_number(device), which, answer);
  }
}

cl_context clCreateContext(const cl_context_properties*, cl_uint, const cl_device_id*,
                           void(CL_CALLBACK*)(const char*, const void*, std::size_t, void*), void*,
                           cl_int* error) {
  *error = CL_SUCCESS;
  return handle<cl_context>(1);
}
cl_int clReleaseContext(cl_context) { return CL_SUCCESS; }

cl_command_queue clCreateCommandQueue(cl_context, cl_device_id, cl_command_queue_properties,
                                      cl_int* error) {
  *error = has_fault("queue") ? CL_DEVICE_NOT_AVAILABLE : CL_SUCCESS;
  return handle<cl_command_queue>(1);
}
cl_int clReleaseCommandQueue(cl_command_queue) { return CL_SUCCESS; }

cl_mem clCreateBuffer(cl_context, cl_mem_flags, std::size_t bytes, void*, cl_int* error) {
  *error = has_fault("memory") ? CL_MEM_OBJECT_ALLOCATION_FAILURE : CL_SUCCESS;
  return reinterpret_cast<cl_mem>(has_fault("memory") ? nullptr : std::calloc(bytes, 1));
}
cl_int clReleaseMemObject(cl_mem memory) {
  std::free(memory);
  return CL_SUCCESS;
}

cl_int clEnqueueWriteBuffer(cl_command_queue, cl_mem to, cl_bool, std::size_t at, std::size_t bytes,
                            const void* from, cl_uint, const cl_event*, cl_event*) {
  std::memcpy(reinterpret_cast<char*>(to) + at, from, bytes);
  return CL_SUCCESS;
}
cl_int clEnqueueReadBuffer(cl_command_queue, cl_mem from, cl_bool, std::size_t at,
                           std::size_t bytes, void* to, cl_uint, const cl_event*, cl_event*) {
  std::memcpy(to, reinterpret_cast<char*>(from) + at, bytes);
  return CL_SUCCESS;
}

cl_program clCreateProgramWithSource(cl_context, cl_uint, const char**, const std::size_t*,
                                     cl_int* error) {
  *error = CL_SUCCESS;
  return handle<cl_program>(1);
}
cl_int clBuildProgram(cl_program, cl_uint, const cl_device_id*, const char*,
                      void(CL_CALLBACK*)(cl_program, void*), void*) {
  return has_fault("build") ? CL_BUILD_PROGRAM_FAILURE : CL_SUCCESS;
}
cl_int clGetProgramBuildInfo(cl_program, cl_device_id, cl_program_build_info, std::size_t room,
                             void* to, std::size_t* size) {
  return Answer{room, to, size}.text(has_fault("build") ? kLog : "");
}
cl_int clReleaseProgram(cl_program) { return CL_SUCCESS; }

cl_kernel clCreateKernel(cl_program, const char*, cl_int* error) {
  *error = CL_SUCCESS;
  return handle<cl_kernel>(1);
}
cl_int clReleaseKernel(cl_kernel) { return CL_SUCCESS; }
cl_int clGetKernelWorkGroupInfo(cl_kernel, cl_device_id, cl_kernel_work_group_info,
                                std::size_t room, void* to, std::size_t* size) {
  return Answer{room, to, size}.value(std::size_t{number("group", "256")});
}
cl_int clSetKernelArg(cl_kernel, cl_uint, std::size_t, const void*) { return CL_SUCCESS; }

// As drivers do, groups that are too large are refused.
cl_int clEnqueueNDRangeKernel(cl_command_queue, cl_kernel, cl_uint, const std::size_t*,
                              const std::size_t* all, const std::size_t* group, cl_uint,
                              const cl_event*, cl_event* event) {
  if (*group > number("group", "256") || *all % *group != 0) return CL_INVALID_WORK_GROUP_SIZE;
  if (event != nullptr) *event = handle<cl_event>(1);
  return CL_SUCCESS;
}
cl_int clFlush(cl_command_queue) { return CL_SUCCESS; }
cl_int clFinish(cl_command_queue) { return has_fault("lost") ? CL_OUT_OF_RESOURCES : CL_SUCCESS; }
cl_int clGetEventProfilingInfo(cl_event, cl_profiling_info, std::size_t room, void* to,
                               std::size_t* size) {
  return Answer{room, to, size}.value(cl_ulong{1});
}
cl_int clReleaseEvent(cl_event) { return CL_SUCCESS; }

}  // extern "C"
// NOLINTEND(readability-function-size)
