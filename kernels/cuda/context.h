// One CUDA device put to use: its primary context, the device code that fits it, memory and
// kernels. Made at the first workload, not when devices are listed, since a context takes memory
// and time.
#ifndef TPP_KERNELS_CUDA_CONTEXT_H
#define TPP_KERNELS_CUDA_CONTEXT_H

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cuda/cuda_api.h"
#include "kernels/cuda/images.h"
#include "kernels/gpu/link_driver.h"

namespace tpp::cuda {

// What a device runs of this module, by family.
struct DeviceCode {
  std::vector<Image> images;
  std::vector<Image> ptx;  // what the driver compiles of those whose machine code it refuses
};

// What the driver took.
struct Taken {
  Image image;
  const char* refused = "";  // the architecture of the machine code that it would not take before
};

class Context final : public gpu::LinkDriver {
 public:
  // `name` is the device for messages. Throws Failure.
  Context(const CudaApi& api, CUdevice device, std::string name, const DeviceCode& code);
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

  // Where a kernel is found. Throws Failure, as function() does.
  Taken taken(const std::string& kernel);
  // Whether the driver refused any machine code so far. Drivers older than a module take the code
  // of some families and not of others: what runs then need not be the fastest.
  bool refused() const;

 private:
  // A family's image as far as it is loaded. PTX takes the place of refused machine code, or
  // nothing.
  struct Slot {
    Taken code;
    CUmodule module = nullptr;
    bool in_use = false;  // some function of the module was handed out
    std::string refusal;  // the driver's words
    bool tried = false;
  };
  struct Found {
    CUfunction function = nullptr;
    Slot* slot = nullptr;
  };

  // Throws Failure where `result` is none.
  void check(CUresult result, const std::string& what) const;
  Found find(const std::string& kernel);
  CUfunction function_in(Slot& slot, const std::string& kernel);
  void load(Slot& slot);
  void fall_back(Slot& slot, CUresult refusal);
  void unload(Slot& slot) noexcept;
  [[noreturn]] void fail_without(const std::string& kernel) const;
  void use() const;

  const CudaApi& api_;
  const CUdevice device_;
  const std::string name_;
  const std::vector<Image> ptx_;
  CUcontext context_ = nullptr;
  std::vector<Slot> slots_;
  std::map<std::string, Found> found_;
  std::map<CUcontext, int> peers_;  // how often each was opened
  CUevent begin_ = nullptr;
  CUevent end_ = nullptr;
};

}  // namespace tpp::cuda

#endif
