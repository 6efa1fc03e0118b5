// One OpenCL device put to use: its context and queue, the kernels that its driver compiled, memory
// and time. Made at the first workload, not when devices are listed: compilers take memory and
// time.
#ifndef TPP_KERNELS_OPENCL_CONTEXT_H
#define TPP_KERNELS_OPENCL_CONTEXT_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "kernels/gpu/driver.h"
#include "kernels/opencl/kernel_table.h"
#include "kernels/opencl/opencl_api.h"

namespace tpp::opencl {

// What a batch took: by the device's events where the host's clock, which was read around it, bears
// them out to 1 %, else by the host's. Some drivers' events tick at another rate than they say, and
// the host's clock can only make a rate lower. Pure.
double believed_ns(double by_events_ns, double by_host_ns);

class Context final : public gpu::Driver {
 public:
  // `name` is the device for messages; `kernels` what function() knows. Throws Failure.
  Context(const OpenClApi& api, cl_device_id device, std::string name, std::vector<Kernel> kernels);
  ~Context() override;
  Context(const Context&) = delete;
  Context& operator=(const Context&) = delete;

  gpu::Address allocate(uint64_t bytes) override;
  void free(gpu::Address address) noexcept override;
  void upload(gpu::Address to, const void* from, uint64_t bytes) override;
  void download(void* to, gpu::Address from, uint64_t bytes) override;
  // Compiles it at first use. Throws Failure with the compiler's words.
  void* function(const std::string& kernel) override;
  void launch(void* function, const gpu::Grid& grid, std::span<void*> arguments) override;
  void begin_timing() override;
  double end_timing_ns() override;

  // What the compiler said at last, whole; "" where it had nothing to say.
  const std::string& build_log() const { return build_log_; }

 private:
  struct Function {
    const Kernel* kernel = nullptr;
    cl_program program = nullptr;
    cl_kernel handle = nullptr;
    std::size_t most_items = 0;  // of a work-group
  };
  struct Place {
    cl_mem memory;
    std::size_t offset;
  };

  Place find(gpu::Address address) const;
  void build(Function& function);
  std::string log_of(cl_program program) const;
  void set_arguments(const Function& function, std::span<void*> arguments);
  void keep_event(cl_event event);
  void forget_events() noexcept;
  double ns_between_events() const;

  const OpenClApi& api_;
  const cl_device_id device_;
  const std::string name_;
  const std::vector<Kernel> kernels_;
  cl_context context_ = nullptr;
  cl_command_queue queue_ = nullptr;
  // OpenCL's memory has handles; the addresses are ours.
  std::map<gpu::Address, cl_mem> memory_;
  gpu::Address next_address_;
  std::map<std::string, Function> functions_;
  std::string build_log_;
  // Of the launches that are timed.
  bool timing_ = false;
  uint64_t begin_ns_ = 0;
  cl_event first_ = nullptr;
  cl_event last_ = nullptr;
};

}  // namespace tpp::opencl

#endif
