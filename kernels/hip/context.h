// One HIP device put to use: its code object, memory and kernels. Made at the first workload, not
// when devices are listed, since the runtime takes memory and time for it.
#ifndef TPP_KERNELS_HIP_CONTEXT_H
#define TPP_KERNELS_HIP_CONTEXT_H

#include <map>
#include <span>
#include <string>

#include "kernels/gpu/driver.h"
#include "kernels/hip/hip_api.h"
#include "kernels/hip/images.h"

namespace tpp::hip {

class Context final : public gpu::Driver {
 public:
  // `name` is the device for messages. Throws Failure.
  Context(const HipApi& api, DeviceNumber device, std::string name, const Image& image);
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

 private:
  // Throws Failure where `error` is one.
  void check(Error error, const std::string& what) const;
  void use() const;
  void release() noexcept;

  const HipApi& api_;
  const DeviceNumber device_;
  const std::string name_;
  ModuleHandle* module_ = nullptr;
  EventHandle* begin_ = nullptr;
  EventHandle* end_ = nullptr;
  std::map<std::string, FunctionHandle*> found_;
};

}  // namespace tpp::hip

#endif
