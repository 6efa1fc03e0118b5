#include "kernels/hip/context.h"

#include <fmt/format.h>

#include <utility>

namespace tpp::hip {

using boundary::Failure;

Context::Context(const HipApi& api, DeviceNumber device, std::string name, const DeviceCode& code)
    : api_(api), device_(device), name_(std::move(name)), code_(code) {
  use();
  try {
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

// Once: what the compiler refuses it refuses again, after as many seconds.
const std::vector<char>& Context::compiled() {
  if (refusal_) throw *refusal_;
  if (!compiled_.empty()) return compiled_;
  try {
    compiled_ = compile(*code_.compiler, *code_.image);
  } catch (const Failure& failure) {
    refusal_ = failure;
    throw;
  }
  return compiled_;
}

// What cannot be loaded is tried again the next time: memory may have been short.
void Context::load() {
  use();
  const void* data = code_.image->data.data();
  if (code_.compiler != nullptr) data = compiled().data();
  check(api_.load_module(&module_, data),
        fmt::format("cannot load the code for {} on {}", code_.image->target, name_));
}

void* Context::function(const std::string& kernel) {
  const auto known = found_.find(kernel);
  if (known != found_.end()) return known->second;
  if (module_ == nullptr && code_.image != nullptr) load();
  use();
  FunctionHandle* function = nullptr;
  const Error error =
      module_ != nullptr ? api_.function(&function, module_, kernel.c_str()) : Error::not_found;
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
  return elapsed_ns(begin_, end_);
}

// The advice for a device that is out of memory would be about the wrong memory.
void* Context::allocate_pinned(uint64_t bytes) {
  use();
  void* memory = nullptr;
  const Error error = api_.allocate_pinned(&memory, bytes, 0);
  if (error == Error::none) return memory;
  const std::string what = fmt::format("cannot pin {} bytes of host memory for {}", bytes, name_);
  if (error != Error::out_of_memory) fail(api_, error, what);
  throw Failure(TPP_OUT_OF_MEMORY,
                fmt::format("hip: {}: {}; free memory of the host, or raise what this process or "
                            "its container may have",
                            what, error_words(api_, error)));
}

void Context::free_pinned(void* memory) noexcept {
  if (api_.set_device(device_) == Error::none) api_.free_pinned(memory);
}

// Not held up by what the default queue does.
gpu::LinkDriver::Queue Context::create_queue() {
  use();
  constexpr unsigned kNonBlocking = 1;
  StreamHandle* stream = nullptr;
  check(api_.create_stream(&stream, kNonBlocking), "cannot queue copies on " + name_);
  return stream;
}

void Context::destroy_queue(Queue queue) noexcept {
  if (api_.set_device(device_) != Error::none) return;
  api_.wait_stream(static_cast<StreamHandle*>(queue));
  api_.destroy_stream(static_cast<StreamHandle*>(queue));
}

void Context::wait(Queue queue) {
  use();
  check(api_.wait_stream(static_cast<StreamHandle*>(queue)), "a copy failed on " + name_);
}

void Context::copy(Queue queue, gpu::Address to, gpu::Address from, uint64_t bytes) {
  use();
  check(api_.copy_async(reinterpret_cast<void*>(to), reinterpret_cast<const void*>(from), bytes,
                        CopyKind::by_addresses, static_cast<StreamHandle*>(queue)),
        fmt::format("cannot copy {} bytes over a link of {}", bytes, name_));
}

void Context::fill(Queue queue, gpu::Address to, uint32_t value, uint64_t bytes) {
  use();
  check(api_.fill_async(reinterpret_cast<void*>(to), static_cast<int>(value), bytes / sizeof value,
                        static_cast<StreamHandle*>(queue)),
        fmt::format("cannot fill {} bytes of {}", bytes, name_));
}

gpu::LinkDriver::Mark Context::create_mark() {
  use();
  EventHandle* event = nullptr;
  check(api_.create_event(&event), "cannot time on " + name_);
  return event;
}

void Context::destroy_mark(Mark mark) noexcept {
  if (api_.set_device(device_) == Error::none) api_.destroy_event(static_cast<EventHandle*>(mark));
}

void Context::set_mark(Mark mark, Queue queue) {
  use();
  check(api_.record_event(static_cast<EventHandle*>(mark), static_cast<StreamHandle*>(queue)),
        "cannot time on " + name_);
}

void Context::wait_for(Queue queue, Mark mark) {
  use();
  check(
      api_.stream_wait_event(static_cast<StreamHandle*>(queue), static_cast<EventHandle*>(mark), 0),
      "cannot order copies on " + name_);
}

double Context::elapsed_ns(Mark begin, Mark end) {
  use();
  check(api_.wait_event(static_cast<EventHandle*>(end)), "work failed on " + name_);
  float ms = 0;
  check(api_.elapsed_ms(&ms, static_cast<EventHandle*>(begin), static_cast<EventHandle*>(end)),
        "cannot time on " + name_);
  return static_cast<double>(ms) * 1e6;
}

// Every driver of this backend is a Context.
void Context::open_peer(const gpu::LinkDriver& peer) {
  const auto& other = static_cast<const Context&>(peer);
  int& count = peers_[other.device_];
  if (count == 0) {
    use();
    check(api_.open_peer(other.device_, 0),
          fmt::format("{} cannot reach memory of {}", name_, other.name_));
  }
  ++count;
}

void Context::close_peer(const gpu::LinkDriver& peer) noexcept {
  const DeviceNumber other = static_cast<const Context&>(peer).device_;
  if (--peers_[other] == 0 && api_.set_device(device_) == Error::none) api_.close_peer(other);
}

}  // namespace tpp::hip
