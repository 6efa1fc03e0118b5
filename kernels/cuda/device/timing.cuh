// Reading clocks inside a kernel.
#ifndef TPP_KERNELS_CUDA_DEVICE_TIMING_CUH
#define TPP_KERNELS_CUDA_DEVICE_TIMING_CUH

#include "kernels/gpu/kernel_contract.h"

namespace tpp::cuda {

__device__ __forceinline__ uint64_t global_time_ns() {
  uint64_t time;
  asm volatile("mov.u64 %0, %%globaltimer;" : "=l"(time));
  return time;
}

__device__ __forceinline__ uint32_t unit_number() {
  uint32_t number;
  asm volatile("mov.u32 %0, %%smid;" : "=r"(number));
  return number;
}

// The two readings of a block, by its first thread, with a barrier on the loop's side of each.
class Stopwatch {
 public:
  __device__ __forceinline__ void begin() {
    __syncthreads();
    time_ = global_time_ns();
    clock_ = clock64();
  }
  __device__ __forceinline__ void end(gpu::UnitStamp* stamps) const {
    __syncthreads();
    const uint64_t clock = clock64();
    const uint64_t time = global_time_ns();
    if (threadIdx.x == 0) {
      stamps[blockIdx.x] = gpu::UnitStamp{clock_, clock, time_, time, unit_number(), 0};
    }
  }

 private:
  uint64_t time_;
  uint64_t clock_;
};

}  // namespace tpp::cuda

#endif
