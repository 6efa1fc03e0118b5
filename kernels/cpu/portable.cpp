// Issue loops and memory streams in plain C++, for processors without any loop of their own. Slower
// than the hardware: their rows are marked generic and prove a lower bound only.
#include <cstring>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/issue_kernel.h"

namespace tpp::cpu {
namespace {

constexpr uint32_t kRegisterBytes = 64;

// What a compiler can turn into vector registers of any width up to 64 bytes.
template <class T>
struct Wide {
  using type __attribute__((vector_size(kRegisterBytes))) = T;
};

template <class T>
void portable_loop(const void* operands, void* accumulators, uint64_t iterations) {
  using V = typename Wide<T>::type;
  const V* const operand = static_cast<const V*>(operands);
  V even = {};
  V odd = {};
  for (uint64_t i = 0; i < iterations; ++i) {
    even += operand[0] * operand[2];
    odd += operand[0] * operand[3];
    even += operand[1] * operand[2];
    odd += operand[1] * operand[3];
    // The compiler must believe that the operands changed, or it multiplies once, before the loop.
    __asm__ volatile("" ::: "memory");
  }
  even += operand[0] * operand[2];
  odd += operand[0] * operand[3];
  std::memcpy(accumulators, &even, kRegisterBytes);
  std::memcpy(static_cast<char*>(accumulators) + kRegisterBytes, &odd, kRegisterBytes);
}

uint64_t portable_read(const uint64_t* from, uint64_t bytes) {
  uint64_t sums[4] = {};
  for (uint64_t i = 0; i < bytes / sizeof(uint64_t); i += 4) {
    for (int lane = 0; lane < 4; ++lane) sums[lane] += from[i + static_cast<uint64_t>(lane)];
  }
  return sums[0] + sums[1] + sums[2] + sums[3];
}

void portable_write(uint64_t* to, uint64_t bytes, uint64_t value) {
  for (uint64_t i = 0; i < bytes / sizeof(uint64_t); ++i) to[i] = value;
}

void portable_triad(double* a, const double* b, const double* c, double s, uint64_t bytes) {
  for (uint64_t i = 0; i < bytes / sizeof(double); ++i) a[i] = b[i] + s * c[i];
}

constexpr IssueKernel kKernels[] = {
    {"fma", "fp64", "", "portable C++", Feature::portable, Element::f64, Element::f64, Element::f64,
     Product::lanewise, 2, kRegisterBytes, kRegisterBytes, 0, portable_loop<double>},
    {"fma", "fp32", "", "portable C++", Feature::portable, Element::f32, Element::f32, Element::f32,
     Product::lanewise, 2, kRegisterBytes, kRegisterBytes, 0, portable_loop<float>},
};

constexpr StreamKernel kStream = {"portable C++", Feature::portable, portable_read,
                                  portable_write, portable_triad,    false};

}  // namespace

std::span<const IssueKernel> portable_kernels() { return kKernels; }

const StreamKernel& portable_stream_kernel() { return kStream; }

}  // namespace tpp::cpu
