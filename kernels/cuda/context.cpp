#include "kernels/cuda/context.h"

#include <fmt/format.h>

namespace tpp::cuda {

using boundary::Failure;

Context::Context(const CudaApi& api, CUdevice device, std::string name, std::vector<Image> images)
    : api_(api), device_(device), name_(std::move(name)), images_(std::move(images)) {
  check(api_.retain_context(&context_, device_), "cannot use " + name_);
  try {
    check(api_.set_context(context_), "cannot use " + name_);
    check(api_.create_event(&begin_, CU_EVENT_DEFAULT), "cannot time on " + name_);
    check(api_.create_event(&end_, CU_EVENT_DEFAULT), "cannot time on " + name_);
  } catch (...) {
    api_.release_context(device_);
    throw;
  }
}

// Modules and events go with the context, which nobody else uses.
Context::~Context() { api_.release_context(device_); }

void Context::check(CUresult result, const std::string& what) const {
  if (result != CUDA_SUCCESS) fail(api_, result, what);
}

// Another device's may have been current since.
void Context::use() const { check(api_.set_context(context_), "cannot use " + name_); }

gpu::Address Context::allocate(uint64_t bytes) {
  use();
  CUdeviceptr address = 0;
  check(api_.allocate(&address, bytes), fmt::format("cannot take {} bytes of {}", bytes, name_));
  return address;
}

void Context::free(gpu::Address address) noexcept {
  if (api_.set_context(context_) == CUDA_SUCCESS) api_.free(address);
}

void Context::upload(gpu::Address to, const void* from, uint64_t bytes) {
  use();
  check(api_.upload(to, from, bytes), fmt::format("cannot copy {} bytes to {}", bytes, name_));
}

void Context::download(void* to, gpu::Address from, uint64_t bytes) {
  use();
  check(api_.download(to, from, bytes), fmt::format("cannot copy {} bytes from {}", bytes, name_));
}

void Context::load(const Image& image) {
  use();
  CUmodule module = nullptr;
  check(api_.load_module(&module, image.data.data()),
        fmt::format("cannot load {} for {} on {}", image.family, image.architecture, name_));
  modules_.push_back(module);
}

// Images are loaded one after the other until one has it.
void* Context::function(const std::string& kernel) {
  const auto known = functions_.find(kernel);
  if (known != functions_.end()) return known->second;
  for (std::size_t i = 0; i < images_.size(); ++i) {
    if (i == modules_.size()) load(images_[i]);
    CUfunction function = nullptr;
    const CUresult result = api_.function(&function, modules_[i], kernel.c_str());
    if (result == CUDA_ERROR_NOT_FOUND) continue;
    check(result, fmt::format("cannot find {} in {}", kernel, images_[i].family));
    return functions_[kernel] = function;
  }
  throw Failure(TPP_UNSUPPORTED, fmt::format("cuda: this module has no {} for {}", kernel, name_));
}

void Context::launch(void* function, const gpu::Grid& grid, std::span<void*> arguments) {
  use();
  auto* const kernel = static_cast<CUfunction>(function);
  // What goes beyond the 48 KiB that every device grants has to be asked for.
  if (grid.shared_bytes > 0) {
    check(api_.set_function_attribute(kernel, CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES,
                                      static_cast<int>(grid.shared_bytes)),
          fmt::format("cannot have {} bytes of shared memory on {}", grid.shared_bytes, name_));
  }
  check(api_.launch(kernel, grid.blocks, 1, 1, grid.threads, 1, 1, grid.shared_bytes, nullptr,
                    arguments.data(), nullptr),
        "cannot start a kernel on " + name_);
}

void Context::begin_timing() {
  use();
  check(api_.record_event(begin_, nullptr), "cannot time on " + name_);
}

double Context::end_timing_ns() {
  check(api_.record_event(end_, nullptr), "cannot time on " + name_);
  check(api_.wait_event(end_), "a kernel failed on " + name_);
  float ms = 0;
  check(api_.elapsed_ms(&ms, begin_, end_), "cannot time on " + name_);
  return static_cast<double>(ms) * 1e6;
}

}  // namespace tpp::cuda
