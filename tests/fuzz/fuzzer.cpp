// A libFuzzer program over one function of the harness, named by TPP_FUZZ_TARGET.
#include <cstddef>
#include <cstdint>

#include "tests/fuzz/harness.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  tpp::fuzz::TPP_FUZZ_TARGET({reinterpret_cast<const char*>(data), size});
  return 0;
}
