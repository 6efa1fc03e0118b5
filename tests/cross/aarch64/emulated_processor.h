// The processors that the emulator pretends to be, and what the backend must find on each. Chosen
// by the environment variable TPP_EMULATED_PROCESSOR.
#ifndef TPP_TESTS_CROSS_AARCH64_EMULATED_PROCESSOR_H
#define TPP_TESTS_CROSS_AARCH64_EMULATED_PROCESSOR_H

#include <cstdint>

#include "kernels/cpu/features.h"

namespace tpp::cpu {

struct EmulatedProcessor {
  const char* name;    // as tests/cross/CMakeLists.txt calls it
  const char* vendor;  // "" = qemu's own
  const char* core;
  uint32_t sve_bytes;  // 0 = none
  uint32_t sme_bytes;
  FeatureSet present;
  FeatureSet absent;  // the others may be there or not: newer emulators know more
};

// Throws std::runtime_error if the variable is not set or names none.
const EmulatedProcessor& emulated_processor();

}  // namespace tpp::cpu

#endif
