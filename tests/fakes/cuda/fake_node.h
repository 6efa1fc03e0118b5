// What the parts of the fake driver share: the words of TPP_FAKE_CUDA (fake_cuda.cpp), which
// devices there are, and contexts.
#ifndef TPP_TESTS_FAKES_CUDA_FAKE_NODE_H
#define TPP_TESTS_FAKES_CUDA_FAKE_NODE_H

#include <cuda.h>

#include <optional>
#include <string>
#include <vector>

namespace fake_cuda {

// The value of a word of TPP_FAKE_CUDA; "" without it.
std::string setting(const std::string& name);
int number(const std::string& name, int otherwise);

// What the call is to answer; hangs where that is asked for.
CUresult fault(const char* call);

#define FAIL_IF_ASKED(call)                                                                 \
  do {                                                                                      \
    if (const CUresult asked = fake_cuda::fault(call); asked != CUDA_SUCCESS) return asked; \
  } while (false)

// A GPU, or one instance of it. Devices are numbered as they stand among the visible ones.
struct Visible {
  int gpu = 0;
  std::optional<int> instance;
};
const std::vector<Visible>& visible_devices();
CUuuid uuid_of(const Visible& device);
std::string uuid_text(const Visible& device);

// Contexts are numbered as their devices, from 1 on.
CUcontext context_of(CUdevice device);

}  // namespace fake_cuda

#endif
