#include "kernels/cuda/context.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace tpp::cuda {

using boundary::Failure;

namespace {

// The driver's ways to say that it is too old for code, of which older code may still be taken.
bool is_refusal(CUresult result) {
  return result == CUDA_ERROR_INVALID_IMAGE || result == CUDA_ERROR_NO_BINARY_FOR_GPU ||
         result == CUDA_ERROR_INVALID_PTX || result == CUDA_ERROR_UNSUPPORTED_PTX_VERSION;
}

}  // namespace

Context::Context(const CudaApi& api, CUdevice device, std::string name, const DeviceCode& code)
    : api_(api), device_(device), name_(std::move(name)), ptx_(code.ptx) {
  for (const Image& image : code.images) slots_.emplace_back().code.image = image;
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

// Modules and events go with the context: a device has one of this class at a time.
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

// What fails for another reason is tried again the next time.
void Context::load(Slot& slot) {
  use();
  const Image& image = slot.code.image;
  CUmodule loaded = nullptr;
  const CUresult result = api_.load_module(&loaded, image.data.data());
  if (is_refusal(result)) {
    fall_back(slot, result);
  } else {
    check(result,
          fmt::format("cannot load {} for {} on {}", image.family, image.architecture, name_));
    slot.module = loaded;
  }
  slot.tried = true;
}

// What is refused lazily takes memory of the device, unless a function of it is run by somebody.
void Context::unload(Slot& slot) noexcept {
  const bool idle = slot.module != nullptr && !slot.in_use;
  if (idle && api_.set_context(context_) == CUDA_SUCCESS) api_.unload_module(slot.module);
  slot.module = nullptr;
  slot.in_use = false;
}

// Of PTX that is refused too there is nothing left to try.
void Context::fall_back(Slot& slot, CUresult refusal) {
  const Image refused = slot.code.image;
  slot.refusal += fmt::format("{}{} of {}: {}", slot.refusal.empty() ? "" : "; ",
                              refused.is_ptx() ? "PTX" : "machine code", refused.architecture,
                              error_words(api_, refusal));
  unload(slot);
  const Image* const ptx = image_of(ptx_, refused.family);
  if (refused.is_ptx() || ptx == nullptr) return;
  slot.code = {.image = *ptx, .refused = refused.architecture};
  load(slot);
}

// Drivers that load code lazily may refuse it only now.
CUfunction Context::function_in(Slot& slot, const std::string& kernel) {
  if (!slot.tried) load(slot);
  while (slot.module != nullptr) {
    CUfunction function = nullptr;
    const CUresult result = api_.function(&function, slot.module, kernel.c_str());
    if (result == CUDA_ERROR_NOT_FOUND) return nullptr;
    if (!is_refusal(result)) {
      check(result, fmt::format("cannot find {} in {}", kernel, slot.code.image.family));
      slot.in_use = true;
      return function;
    }
    fall_back(slot, result);
  }
  return nullptr;
}

// Images are loaded one after the other until one has it.
Context::Found Context::find(const std::string& kernel) {
  const auto known = found_.find(kernel);
  if (known != found_.end()) return known->second;
  for (Slot& slot : slots_) {
    const CUfunction function = function_in(slot, kernel);
    if (function != nullptr) return found_[kernel] = {function, &slot};
  }
  fail_without(kernel);
}

// Kernels are named after their family, but for those of formats that are families of their own.
void Context::fail_without(const std::string& kernel) const {
  const Slot* refused = nullptr;
  for (const Slot& slot : slots_) {
    if (slot.refusal.empty() || slot.module != nullptr) continue;
    const bool own = kernel.rfind(slot.code.image.family, 0) == 0;
    if (own || refused == nullptr) refused = &slot;
  }
  if (refused != nullptr) {
    throw Failure(TPP_FAILED, fmt::format("cuda: {} on {}: the driver refuses this module's code "
                                          "({}): update the driver",
                                          kernel, name_, refused->refusal));
  }
  throw Failure(TPP_UNSUPPORTED, fmt::format("cuda: this module has no {} for {}", kernel, name_));
}

void* Context::function(const std::string& kernel) { return find(kernel).function; }

Taken Context::taken(const std::string& kernel) { return find(kernel).slot->code; }

bool Context::refused() const {
  return std::any_of(slots_.begin(), slots_.end(),
                     [](const Slot& slot) { return !slot.refusal.empty(); });
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
  return elapsed_ns(begin_, end_);
}

// The advice for a device that is out of memory would be about the wrong memory.
void* Context::allocate_pinned(uint64_t bytes) {
  use();
  void* memory = nullptr;
  const CUresult result = api_.allocate_pinned(&memory, bytes, 0);
  if (result == CUDA_SUCCESS) return memory;
  const std::string what = fmt::format("cannot pin {} bytes of host memory for {}", bytes, name_);
  if (result != CUDA_ERROR_OUT_OF_MEMORY) fail(api_, result, what);
  throw Failure(TPP_OUT_OF_MEMORY,
                fmt::format("cuda: {}: {}; free memory of the host, or raise what this process or "
                            "its container may have",
                            what, error_words(api_, result)));
}

void Context::free_pinned(void* memory) noexcept {
  if (api_.set_context(context_) == CUDA_SUCCESS) api_.free_pinned(memory);
}

// Not held up by what the default queue does.
gpu::LinkDriver::Queue Context::create_queue() {
  use();
  CUstream stream = nullptr;
  check(api_.create_stream(&stream, CU_STREAM_NON_BLOCKING), "cannot queue copies on " + name_);
  return stream;
}

void Context::destroy_queue(Queue queue) noexcept {
  if (api_.set_context(context_) != CUDA_SUCCESS) return;
  api_.wait_stream(static_cast<CUstream>(queue));
  api_.destroy_stream(static_cast<CUstream>(queue));
}

void Context::wait(Queue queue) {
  use();
  check(api_.wait_stream(static_cast<CUstream>(queue)), "a copy failed on " + name_);
}

// All addresses are of one space: the driver sees from them where they lie.
void Context::copy(Queue queue, gpu::Address to, gpu::Address from, uint64_t bytes) {
  use();
  check(api_.copy_async(to, from, bytes, static_cast<CUstream>(queue)),
        fmt::format("cannot copy {} bytes over a link of {}", bytes, name_));
}

void Context::fill(Queue queue, gpu::Address to, uint32_t value, uint64_t bytes) {
  use();
  check(api_.fill_async(to, value, bytes / sizeof value, static_cast<CUstream>(queue)),
        fmt::format("cannot fill {} bytes of {}", bytes, name_));
}

gpu::LinkDriver::Mark Context::create_mark() {
  use();
  CUevent event = nullptr;
  check(api_.create_event(&event, CU_EVENT_DEFAULT), "cannot time on " + name_);
  return event;
}

void Context::destroy_mark(Mark mark) noexcept {
  if (api_.set_context(context_) == CUDA_SUCCESS) api_.destroy_event(static_cast<CUevent>(mark));
}

void Context::set_mark(Mark mark, Queue queue) {
  use();
  check(api_.record_event(static_cast<CUevent>(mark), static_cast<CUstream>(queue)),
        "cannot time on " + name_);
}

void Context::wait_for(Queue queue, Mark mark) {
  use();
  check(api_.stream_wait_event(static_cast<CUstream>(queue), static_cast<CUevent>(mark), 0),
        "cannot order copies on " + name_);
}

double Context::elapsed_ns(Mark begin, Mark end) {
  use();
  check(api_.wait_event(static_cast<CUevent>(end)), "work failed on " + name_);
  float ms = 0;
  check(api_.elapsed_ms(&ms, static_cast<CUevent>(begin), static_cast<CUevent>(end)),
        "cannot time on " + name_);
  return static_cast<double>(ms) * 1e6;
}

// Every driver of this backend is a Context.
void Context::open_peer(const gpu::LinkDriver& peer) {
  const auto& other = static_cast<const Context&>(peer);
  int& count = peers_[other.context_];
  if (count == 0) {
    use();
    check(api_.open_peer(other.context_, 0),
          fmt::format("{} cannot reach memory of {}", name_, other.name_));
  }
  ++count;
}

void Context::close_peer(const gpu::LinkDriver& peer) noexcept {
  CUcontext const other = static_cast<const Context&>(peer).context_;
  if (--peers_[other] == 0 && api_.set_context(context_) == CUDA_SUCCESS) api_.close_peer(other);
}

}  // namespace tpp::cuda
