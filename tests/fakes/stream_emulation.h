// The loops over memory of kernel_contract.h, computed on the host as every backend's fake driver
// does.
#ifndef TPP_TESTS_FAKES_STREAM_EMULATION_H
#define TPP_TESTS_FAKES_STREAM_EMULATION_H

#include <cstdint>
#include <cstring>
#include <string>

#include "kernels/gpu/kernel_contract.h"

namespace fakes {

// What a launch hands down: the address of each argument.
template <class Value>
Value argument(void* at) {
  return *static_cast<Value*>(at);
}

inline bool is_stream(const std::string& name) {
  return name.rfind("dram_", 0) == 0 || name == "fill_items";
}

// Whether there is such a kernel. Thread t of all has the words t, t + threads, ...
inline bool emulate_stream(const std::string& name, uint64_t threads, void** arguments) {
  using tpp::gpu::stream_word;
  using tpp::gpu::StreamWord;
  if (name == "dram_write") {
    auto* to = argument<StreamWord*>(arguments[0]);
    const auto words = argument<uint64_t>(arguments[1]);
    const auto seed = argument<uint64_t>(arguments[2]);
    for (uint64_t i = 0; i < words; ++i) to[i] = stream_word(i, seed);
    return true;
  }
  if (name == "dram_copy") {
    std::memcpy(argument<void*>(arguments[0]), argument<void*>(arguments[1]),
                argument<uint64_t>(arguments[2]) * sizeof(StreamWord));
    return true;
  }
  if (name == "fill_items") {
    auto* to = argument<uint64_t*>(arguments[0]);
    const auto items = argument<uint64_t>(arguments[1]);
    const auto* pool = argument<const uint64_t*>(arguments[2]);
    const auto mask = argument<uint64_t>(arguments[3]);
    const auto seed = argument<uint64_t>(arguments[4]);
    // Any numbers will do that repeat late.
    for (uint64_t i = 0; i < items; ++i) to[i] = pool[((i * 40503 + seed * 60493) >> 3) & mask];
    return true;
  }
  if (name != "dram_read") return false;
  const auto* from = argument<const StreamWord*>(arguments[0]);
  const auto words = argument<uint64_t>(arguments[1]);
  auto* sums = argument<StreamWord*>(arguments[2]);
  std::memset(sums, 0, threads * sizeof(StreamWord));
  for (uint64_t i = 0; i < words; ++i) {
    sums[i % threads].low ^= from[i].low;
    sums[i % threads].high ^= from[i].high;
  }
  return true;
}

}  // namespace fakes

#endif
