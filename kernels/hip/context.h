// One HIP device put to use: its code object, memory and kernels. Made at the first workload, not
// when devices are listed, since the runtime takes memory and time for it.
#ifndef TPP_KERNELS_HIP_CONTEXT_H
#define TPP_KERNELS_HIP_CONTEXT_H

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kernels/gpu/link_driver.h"
#include "kernels/hip/hip_api.h"
#include "kernels/hip/images.h"
#include "kernels/hip/runtime_compiler.h"

namespace tpp::hip {

// What a device runs.
struct DeviceCode {
  const Image* image = nullptr;        // nullptr = nothing of this module
  const Compiler* compiler = nullptr;  // of an image that is to be compiled
};

class Context final : public gpu::LinkDriver {
 public:
  // `name` is the device for messages. Its code is compiled, if it is to be, and loaded when the
  // first kernel is asked for. Throws Failure.
  Context(const HipApi& api, DeviceNumber device, std::string name, const DeviceCode& code);
  ~Context() override;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  gpu::Address allocate(uint64_t bytes) override;
  void free(gpu::Address address) noexcept override;
  void upload(gpu::Address to, const void* from, uint64_t bytes) override;
  void download(void* to, gpu::Address from, uint64_t bytes) override;
  void* function(const std::string& kernel) override;
  void launch(void* function, const gpu::Grid& grid, std::span<void*> arguments) override;
  void begin_timing() override;
  double end_timing_ns() override;

  void* allocate_pinned(uint64_t bytes) override;
  void free_pinned(void* memory) noexcept override;
  Queue create_queue() override;
  void destroy_queue(Queue queue) noexcept override;
  void wait(Queue queue) override;
  void copy(Queue queue, gpu::Address to, gpu::Address from, uint64_t bytes) override;
  void fill(Queue queue, gpu::Address to, uint32_t value, uint64_t bytes) override;
  Mark create_mark() override;
  void destroy_mark(Mark mark) noexcept override;
  void set_mark(Mark mark, Queue queue) override;
  void wait_for(Queue queue, Mark mark) override;
  double elapsed_ns(Mark begin, Mark end) override;
  void open_peer(const gpu::LinkDriver& peer) override;
  void close_peer(const gpu::LinkDriver& peer) noexcept override;

 private:
  // Throws Failure where `error` is one.
  void check(Error error, const std::string& what) const;
  void use() const;
  const std::vector<char>& compiled();
  void load();
  void release() noexcept;

  const HipApi& api_;
  const DeviceNumber device_;
  const std::string name_;
  const DeviceCode code_;
  std::vector<char> compiled_;                // the module's code, if it was
  std::optional<boundary::Failure> refusal_;  // ... or why it could not be
  ModuleHandle* module_ = nullptr;
  EventHandle* begin_ = nullptr;
  EventHandle* end_ = nullptr;
  std::map<std::string, FunctionHandle*> found_;
  std::map<DeviceNumber, int> peers_;  // how often each was opened
};

}  // namespace tpp::hip

#endif
