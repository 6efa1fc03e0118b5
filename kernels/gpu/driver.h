// What a workload asks of a GPU's driver: memory, kernels, time. One object a device; CUDA's and
// HIP's driver interfaces are so alike that all host logic is written once over this. Every
// function throws Failure with the call, the device and what to do; one thread at a time.
#ifndef TPP_KERNELS_GPU_DRIVER_H
#define TPP_KERNELS_GPU_DRIVER_H

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "kernels/cpp_boundary.h"

namespace tpp::gpu {

using boundary::Failure;

using Address = uint64_t;  // of device memory

struct Grid {
  uint32_t blocks = 1;
  uint32_t threads = 1;
  uint32_t shared_bytes = 0;  // beside what the kernel itself declares
};

class Driver {
 public:
  virtual ~Driver() = default;

  virtual Address allocate(uint64_t bytes) = 0;
  virtual void free(Address address) noexcept = 0;
  virtual void upload(Address to, const void* from, uint64_t bytes) = 0;
  virtual void download(void* to, Address from, uint64_t bytes) = 0;

  // A function by the name of its kernel; it lives as long as the driver.
  virtual void* function(const std::string& kernel) = 0;
  // Queues it; returns before it ends. `arguments` are the addresses of its parameters.
  virtual void launch(void* function, const Grid& grid, std::span<void*> arguments) = 0;

  // Marks the queue before and after what is to be timed, waits for it, and tells the time between
  // by the device's own timer.
  virtual void begin_timing() = 0;
  virtual double end_timing_ns() = 0;
};

// Device memory of one owner.
class Buffer {
 public:
  Buffer(Driver& driver, uint64_t bytes)
      : driver_(driver), bytes_(bytes), address_(driver.allocate(bytes)) {}
  ~Buffer() { driver_.free(address_); }
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;

  Address address() const { return address_; }
  uint64_t bytes() const { return bytes_; }

 private:
  Driver& driver_;
  uint64_t bytes_;
  Address address_;
};

}  // namespace tpp::gpu

#endif
