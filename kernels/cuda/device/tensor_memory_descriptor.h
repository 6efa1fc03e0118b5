// The descriptors of instructions whose sums lie in tensor memory (tcgen05): what they multiply,
// and where an operand tile lies. Bits as PTX has them; pure, for kernels and for tests on a host.
#ifndef TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_DESCRIPTOR_H
#define TPP_KERNELS_CUDA_DEVICE_TENSOR_MEMORY_DESCRIPTOR_H

#include "kernels/cpp_element.h"
#include "kernels/gpu/kernel_contract.h"

namespace tpp::cuda {

using boundary::Element;

enum class Scales { none, ue8m0, ue4m3 };

// Bytes after which a swizzle over 128 bytes repeats: eight rows.
inline constexpr uint32_t kSwizzleSpan = 1024;
// Elements along k of B300's instruction, where all others have 32 bytes of them.
inline constexpr uint32_t kDeepK = 96;

// PTX, "shared memory descriptor", of the tile at a shared address: address and stride in units of
// 16 bytes, version 1 in bits 46 to 48, and in bits 61 to 63 a 2 for a swizzle over 128 bytes,
// which makes no use of the leading offset, 1 here.
//
// Instructions of 48 bytes along k may go beyond the end of a row: bit 52 says that the leading
// offset is the address where such a row goes on. Where none does, that is the tile itself.
TPP_ON_DEVICE constexpr uint64_t tile_descriptor(uint32_t address, bool deep) {
  const uint64_t at = (address & 0x3ffffu) >> 4;
  const uint64_t shared =
      at | uint64_t{kSwizzleSpan >> 4} << 32 | uint64_t{1} << 46 | uint64_t{2} << 61;
  return deep ? shared | at << 16 | uint64_t{1} << 52 : shared | uint64_t{1} << 16;
}

// PTX, "instruction descriptor": format codes of the operands and of the sums.
TPP_ON_DEVICE constexpr uint32_t operand_code(Element element, bool packed_fp4) {
  switch (element) {
    case Element::bf16:
    case Element::e5m2:
    case Element::i8:
      return 1;
    case Element::tf32:
      return 2;
    case Element::e2m3:
      return 3;
    case Element::e3m2:
      return 4;
    case Element::e2m1:
      return packed_fp4 ? 1 : 5;
    default:  // f16, e4m3
      return 0;
  }
}
TPP_ON_DEVICE constexpr uint32_t sum_code(Element element) {
  return element == Element::f32 ? 1 : element == Element::i32 ? 2 : 0;
}

// What an instruction multiplies: m x n over all units that it runs on.
struct Multiplication {
  Element operand;
  Element sum;
  uint32_t m, n, k;
};

// Bit 31 tells 96 packed elements along k from 64.
TPP_ON_DEVICE constexpr uint32_t instruction_descriptor(const Multiplication& one, Scales scales) {
  const uint32_t code = operand_code(one.operand, one.k >= 64);
  const uint32_t shared = code << 7 | code << 10 | (one.n >> 3) << 17 | (one.m >> 4) << 24;
  if (scales == Scales::none) return shared | sum_code(one.sum) << 4;
  const uint32_t deep = one.k == kDeepK ? 1u << 31 : 0;
  return shared | (scales == Scales::ue8m0 ? 1u : 0u) << 23 | deep;
}

}  // namespace tpp::cuda

#endif
