#include "kernels/hip/context.h"

#include <fmt/format.h>

#include <utility>

namespace tpp::hip {

using boundary::Failure;

Context::Context(const HipApi& api, DeviceNumber device, std::string name, const Image& image)
    : api_(api), device_(device), name_(std::move(name)) {
  use();
  try {
    check(api_.load_module(&module_, image.data.data()),
          fmt::format("cannot load the code for {} on {}", image.target, name_));
    check(api_.create_event(&begin_), "cannot time on " + name_);
    check(api_.create_event(&end_), "cannot time on " + name_);
  } catch (...) {
    release();
    throw;
  }
}

Context::~Context() { release(); }

void Context::release() noexcept {
  if (api_.set_device(device_) != Error::none) return;
  if (begin_ != nullptr) api_.destroy_event(begin_);
  if (end_ != nullptr) api_.destroy_event(end_);
  if (module_ != nullptr) api_.unload_module(module_);
}

void Context::check(Error error, const std::string& what) const {
  if (error != Error::none) fail(api_, error, what);
}

// Another device may have been current since.
void Context::use() const { check(api_.set_device(device_), "cannot use " + name_); }

gpu::Address Context::allocate(uint64_t bytes) {
  use();
  void* address = nullptr;
  check(api_.allocate(&address, bytes), fmt::format("cannot take {} bytes of {}", bytes, name_));
  return reinterpret_cast<gpu::Address>(address);
}

void Context::free(gpu::Address address) noexcept {
  if (api_.set_device(device_) == Error::none) api_.free(reinterpret_cast<void*>(address));
}

void Context::upload(gpu::Address to, const void* from, uint64_t bytes) {
  use();
  check(api_.upload(reinterpret_cast<void*>(to), from, bytes),
        fmt::format("cannot copy {} bytes to {}", bytes, name_));
}

void Context::download(void* to, gpu::Address from, uint64_t bytes) {
  use();
  check(api_.download(to, reinterpret_cast<void*>(from), bytes),
        fmt::format("cannot copy {} bytes from {}", bytes, name_));
}

void* Context::function(const std::string& kernel) {
  const auto known = found_.find(kernel);
  if (known != found_.end()) return known->second;
  use();
  FunctionHandle* function = nullptr;
  const Error error = api_.function(&function, module_, kernel.c_str());
  if (error == Error::not_found) {
    throw Failure(TPP_UNSUPPORTED, fmt::format("hip: this module has no {} for {}", kernel, name_));
  }
  check(error, fmt::format("cannot find {} for {}", kernel, name_));
  return found_[kernel] = function;
}

void Context::launch(void* function, const gpu::Grid& grid, std::span<void*> arguments) {
  use();
  check(api_.launch(static_cast<FunctionHandle*>(function), grid.blocks, 1, 1, grid.threads, 1, 1,
                    grid.shared_bytes, nullptr, arguments.data(), nullptr),
        "cannot start a kernel on " + name_);
}

void Context::begin_timing() {
  use();
  check(api_.record_event(begin_, nullptr), "cannot time on " + name_);
}

double Context::end_timing_ns() {
  use();
  check(api_.record_event(end_, nullptr), "cannot time on " + name_);
  check(api_.wait_event(end_), "work failed on " + name_);
  float ms = 0;
  check(api_.elapsed_ms(&ms, begin_, end_), "cannot time on " + name_);
  return static_cast<double>(ms) * 1e6;
}

}  // namespace tpp::hip
