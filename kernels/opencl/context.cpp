#include "kernels/opencl/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string_view>
#include <utility>

#include "kernels/gpu/compiler_log.h"
#include "kernels/gpu/host_clock.h"

namespace tpp::opencl {
namespace {

// Addresses begin where no small number is one by mistake, with a gap behind each buffer.
constexpr gpu::Address kFirstAddress = gpu::Address{1} << 40;
constexpr gpu::Address kGap = gpu::Address{1} << 20;

}  // namespace

double believed_ns(double by_events_ns, double by_host_ns) {
  constexpr double kWithin = 0.01;
  const bool borne_out = std::fabs(by_events_ns - by_host_ns) <= kWithin * by_host_ns;
  return borne_out ? by_events_ns : by_host_ns;
}

Context::Context(const OpenClApi& api, cl_device_id device, std::string name,
                 std::vector<Kernel> kernels)
    : api_(api),
      device_(device),
      name_(std::move(name)),
      kernels_(std::move(kernels)),
      next_address_(kFirstAddress) {
  cl_int error = CL_SUCCESS;
  context_ = api_.create_context(nullptr, 1, &device_, nullptr, nullptr, &error);
  check(error, "cannot use " + name_);
  queue_ = api_.create_queue(context_, device_, CL_QUEUE_PROFILING_ENABLE, &error);
  if (error != CL_SUCCESS) {
    api_.release_context(context_);
    check(error, "cannot time on " + name_);
  }
}

Context::~Context() {
  api_.finish(queue_);
  forget_events();
  for (auto& [name, function] : functions_) {
    if (function.handle != nullptr) api_.release_kernel(function.handle);
    if (function.program != nullptr) api_.release_program(function.program);
  }
  for (const auto& [address, memory] : memory_) api_.release_memory(memory);
  api_.release_queue(queue_);
  api_.release_context(context_);
}

gpu::Address Context::allocate(uint64_t bytes) {
  cl_int error = CL_SUCCESS;
  const cl_mem memory = api_.create_buffer(context_, CL_MEM_READ_WRITE, bytes, nullptr, &error);
  check(error, fmt::format("cannot take {} bytes of {}", bytes, name_));
  const gpu::Address address = next_address_;
  next_address_ += (bytes / kGap + 2) * kGap;
  memory_[address] = memory;
  return address;
}

void Context::free(gpu::Address address) noexcept {
  const auto at = memory_.find(address);
  if (at == memory_.end()) return;
  api_.release_memory(at->second);
  memory_.erase(at);
}

Context::Place Context::find(gpu::Address address) const {
  auto at = memory_.upper_bound(address);
  if (at == memory_.begin()) {
    throw Failure(TPP_INVALID, fmt::format("opencl: no memory of {} at {:#x}", name_, address));
  }
  --at;
  return {at->second, address - at->first};
}

void Context::upload(gpu::Address to, const void* from, uint64_t bytes) {
  const Place place = find(to);
  check(api_.write(queue_, place.memory, CL_TRUE, place.offset, bytes, from, 0, nullptr, nullptr),
        fmt::format("cannot copy {} bytes to {}", bytes, name_));
}

void Context::download(void* to, gpu::Address from, uint64_t bytes) {
  const Place place = find(from);
  check(api_.read(queue_, place.memory, CL_TRUE, place.offset, bytes, to, 0, nullptr, nullptr),
        fmt::format("cannot copy {} bytes from {}", bytes, name_));
}

std::string Context::log_of(cl_program program) const {
  std::size_t bytes = 0;
  if (api_.build_info(program, device_, CL_PROGRAM_BUILD_LOG, 0, nullptr, &bytes) != CL_SUCCESS) {
    return "";
  }
  constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  if (bytes > kMostBytes) return fmt::format("(a log of {} bytes)", bytes);
  std::string log(bytes, '\0');
  if (api_.build_info(program, device_, CL_PROGRAM_BUILD_LOG, bytes, log.data(), nullptr) !=
      CL_SUCCESS) {
    return "";
  }
  return log.substr(0, log.find('\0'));
}

// What fails is tried again the next time.
void Context::build(Function& function) {
  const Kernel& kernel = *function.kernel;
  const std::string what = fmt::format("cannot compile {} for {}", kernel.name, name_);
  cl_int error = CL_SUCCESS;
  if (function.program == nullptr) {
    const char* text = kernel.source;
    function.program = api_.create_program(context_, 1, &text, nullptr, &error);
    check(error, what);
  }
  error =
      api_.build_program(function.program, 1, &device_, kernel.options.c_str(), nullptr, nullptr);
  build_log_ = log_of(function.program);
  if (error == CL_BUILD_PROGRAM_FAILURE) {
    throw Failure(TPP_FAILED, fmt::format("opencl: {}: {}: {}; update the driver", what,
                                          error_name(error), gpu::shortened_log(build_log_)));
  }
  check(error, what);
  function.handle = api_.create_kernel(function.program, kernel.function, &error);
  check(error, what);
  check(api_.kernel_group_info(function.handle, device_, CL_KERNEL_WORK_GROUP_SIZE,
                               sizeof function.most_items, &function.most_items, nullptr),
        what);
}

void* Context::function(const std::string& kernel) {
  const auto known = std::find_if(kernels_.begin(), kernels_.end(),
                                  [&](const Kernel& one) { return one.name == kernel; });
  if (known == kernels_.end()) {
    throw Failure(TPP_UNSUPPORTED, fmt::format("opencl: there is no {} for {}", kernel, name_));
  }
  Function& function = functions_[kernel];
  function.kernel = &*known;
  if (function.handle == nullptr) build(function);
  return &function;
}

void Context::set_arguments(const Function& function, std::span<void*> arguments) {
  for (cl_uint i = 0; i < arguments.size(); ++i) {
    const char kind = function.kernel->parameters[i];
    std::size_t bytes = kind == 'w' ? sizeof(cl_uint) : sizeof(cl_ulong);
    const void* value = arguments[i];
    cl_mem memory = nullptr;
    if (kind == 'b') {
      gpu::Address address = 0;
      std::memcpy(&address, arguments[i], sizeof address);
      memory = find(address).memory;
      value = &memory;
      bytes = sizeof(cl_mem);
    }
    check(api_.set_argument(function.handle, i, bytes, value),
          fmt::format("cannot call {} on {}", function.kernel->name, name_));
  }
}

void Context::launch(void* function, const gpu::Grid& grid, std::span<void*> arguments) {
  const Function& called = *static_cast<const Function*>(function);
  const Kernel& kernel = *called.kernel;
  set_arguments(called, arguments);
  std::size_t group = std::max<std::size_t>(1, grid.threads / kernel.lanes);
  const std::size_t all = group * grid.blocks;
  // Kernels whose work-items know nothing of each other run in groups of any size.
  while (!kernel.whole_groups && group > called.most_items && group % 2 == 0) group /= 2;
  cl_event event = nullptr;
  check(api_.launch(queue_, called.handle, 1, nullptr, &all, &group, 0, nullptr,
                    timing_ ? &event : nullptr),
        fmt::format("cannot run {} on {}", kernel.name, name_));
  if (timing_) keep_event(event);
}

// The queue is in order: the first and the last launch tell the time of all.
void Context::keep_event(cl_event event) {
  if (first_ == nullptr) {
    first_ = event;
    check(api_.flush(queue_), "cannot start work on " + name_);
    return;
  }
  if (last_ != nullptr) api_.release_event(last_);
  last_ = event;
}

void Context::forget_events() noexcept {
  for (cl_event* event : {&first_, &last_}) {
    if (*event != nullptr) api_.release_event(*event);
    *event = nullptr;
  }
}

void Context::begin_timing() {
  forget_events();
  timing_ = true;
  begin_ns_ = gpu::monotonic_ns();
}

double Context::ns_between_events() const {
  if (first_ == nullptr) return 0;
  cl_ulong begin = 0;
  cl_ulong end = 0;
  const cl_int begun =
      api_.event_time(first_, CL_PROFILING_COMMAND_START, sizeof begin, &begin, nullptr);
  const cl_int ended = api_.event_time(last_ != nullptr ? last_ : first_, CL_PROFILING_COMMAND_END,
                                       sizeof end, &end, nullptr);
  if (begun != CL_SUCCESS || ended != CL_SUCCESS || end <= begin) return 0;
  return static_cast<double>(end - begin);
}

double Context::end_timing_ns() {
  timing_ = false;
  check(api_.finish(queue_), "waiting for " + name_);
  const auto by_host_ns = static_cast<double>(gpu::monotonic_ns() - begin_ns_);
  const double by_events_ns = ns_between_events();
  forget_events();
  return believed_ns(by_events_ns, by_host_ns);
}

}  // namespace tpp::opencl
