// What the kernels of the CUDA backend do, computed on the host from their operands as device
// memory holds them. Written from NVIDIA's tables of fragments and of the shared-memory swizzle,
// not from the backend's own functions for them, so that each checks the other.
#ifndef TPP_TESTS_FAKES_CUDA_KERNEL_EMULATION_H
#define TPP_TESTS_FAKES_CUDA_KERNEL_EMULATION_H

#include <cstdint>
#include <string>

#include "kernels/gpu/kernel_contract.h"

namespace fake_cuda {

struct Launch {
  Launch(unsigned block_count, unsigned thread_count, void** arguments);

  unsigned blocks;
  unsigned threads;
  const unsigned char* operands;
  unsigned char* accumulators;
  tpp::gpu::UnitStamp* stamps;
  uint32_t iterations;
  uint32_t sets;
};

// Whether there is such a kernel, and it was launched as it asks for.
bool emulate(const std::string& name, const Launch& launch);

}  // namespace fake_cuda

#endif
