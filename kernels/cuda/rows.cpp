#include "kernels/cuda/rows.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "kernels/gpu/kernel_contract.h"

namespace tpp::cuda {
namespace {

using gpu::Element;
using gpu::IssueRow;
using gpu::OperandPlace;
using gpu::Product;

// Formats that some hardware adds up with fewer bits than the accumulator has: FP8 products on
// Hopper and Ada are aligned and cut to 13 bits of fraction.
constexpr int kept_bits(Element operand, Element accumulator) {
  const bool fp8 = operand == Element::e4m3 || operand == Element::e5m2;
  return fp8 && accumulator == Element::f32 ? 13 : 0;
}

// Where an element stands in its register: `.kind::f8f6f4` and its scaled form take 6 and 4 bits in
// a byte each, 4 bits in its middle; those of 64 elements along k take 4 bits packed.
struct Held {
  unsigned bits;
  unsigned at;
};
constexpr Held held(Element operand, unsigned k) {
  if (operand == Element::e3m2 || operand == Element::e2m3) return {8, 0};
  return operand == Element::e2m1 && k == 32 ? Held{8, 2} : Held{0, 0};
}

// An entry that kernels and host share; the host has no use for the registers.
#define TPP_ROW(entry, registers, instruction, kernel, precision, accumulator, product, operand,  \
                sum, m, n, k)                                                                     \
  IssueRow{                                                                                       \
      #entry,                                                                                     \
      kernel,                                                                                     \
      precision,                                                                                  \
      accumulator,                                                                                \
      instruction,                                                                                \
      TPP_PLACE,                                                                                  \
      TPP_UNROLL,                                                                                 \
      {Product::product, m, n, k, Element::operand, Element::sum, held(Element::operand, k).bits, \
       held(Element::operand, k).at, kept_bits(Element::operand, Element::sum)}},

#define TPP_PLACE OperandPlace::registers
#define TPP_UNROLL gpu::kMatrixUnroll
constexpr IssueRow kMmaSm75[] = {
#include "kernels/cuda/device/mma_sm75.inc"
};
constexpr IssueRow kMmaSm80[] = {
#include "kernels/cuda/device/mma_sm80.inc"
};
constexpr IssueRow kMmaSm80SubByte[] = {
#include "kernels/cuda/device/mma_sm80_sub_byte.inc"
};
constexpr IssueRow kMmaSm80Fp64[] = {
#include "kernels/cuda/device/mma_sm80_fp64.inc"
};
constexpr IssueRow kMmaSm89[] = {
#include "kernels/cuda/device/mma_sm89.inc"
};
constexpr IssueRow kMmaSm89Fp16[] = {
#include "kernels/cuda/device/mma_sm89_fp16.inc"
};
constexpr IssueRow kMmaSm120[] = {
#include "kernels/cuda/device/mma_sm120.inc"
};
constexpr IssueRow kMmaSm90Fp64[] = {
#include "kernels/cuda/device/mma_sm90_fp64.inc"
};
#undef TPP_UNROLL
#define TPP_UNROLL gpu::kVectorUnroll
constexpr IssueRow kFma[] = {
#include "kernels/cuda/device/fma.inc"
};
#undef TPP_UNROLL
#undef TPP_PLACE
#define TPP_PLACE OperandPlace::shared_tiles
#define TPP_UNROLL gpu::kTileUnroll
constexpr IssueRow kWgmmaSm90[] = {
#include "kernels/cuda/device/wgmma_sm90.inc"
};
#undef TPP_UNROLL
#undef TPP_PLACE
#define TPP_PLACE OperandPlace::tensor_memory
#define TPP_UNROLL gpu::tensor_memory_unroll(32)
constexpr IssueRow kTcgen05[] = {
#include "kernels/cuda/device/tcgen05.inc"
};
constexpr IssueRow kTcgen05Fp4[] = {
#include "kernels/cuda/device/tcgen05_fp4.inc"
};
constexpr IssueRow kTcgen05Int8[] = {
#include "kernels/cuda/device/tcgen05_int8.inc"
};
#undef TPP_UNROLL
#define TPP_UNROLL gpu::tensor_memory_unroll(96)
constexpr IssueRow kTcgen05Fp4K96[] = {
#include "kernels/cuda/device/tcgen05_fp4_k96.inc"
};
#undef TPP_UNROLL
#undef TPP_PLACE
#undef TPP_ROW

// Rows of a study say for themselves how many warps there are and how long an iteration is.
#define TPP_STUDY(entry, registers, instruction, warps, unroll, together, precision, told_apart, \
                  product, operand, sum, m, n, k)                                                \
  IssueRow{#entry,                                                                               \
           "mma",                                                                                \
           precision,                                                                            \
           told_apart,                                                                           \
           instruction,                                                                          \
           TPP_PLACE,                                                                            \
           unroll,                                                                               \
           {Product::product, m, n, k, Element::operand, Element::sum, 0, 0,                     \
            kept_bits(Element::operand, Element::sum)},                                          \
           warps},
#define TPP_PLACE OperandPlace::shared_tiles
constexpr IssueRow kStudyWgmmaSm90[] = {
#include "kernels/cuda/device/study_wgmma_sm90.inc"
};
#undef TPP_PLACE
#define TPP_PLACE OperandPlace::registers
constexpr IssueRow kStudyMmaSm90[] = {
#include "kernels/cuda/device/study_mma_sm90.inc"
};
#undef TPP_PLACE
#undef TPP_STUDY

constexpr ComputeCapability kB300[] = {{10, 3}};

constexpr RowFamily kFamilies[] = {
    {"tcgen05", kTcgen05, {}},
    // Until one has shown that pairs of units reach the full rate, both forms are lower bounds
    // there.
    {"tcgen05_fp4_k96", kTcgen05Fp4K96, kB300, 2},
    {"tcgen05_fp4", kTcgen05Fp4, kB300},
    {"tcgen05_int8", kTcgen05Int8, {}},
    {"wgmma_sm90", kWgmmaSm90, {}},
    {"mma_sm90_fp64", kMmaSm90Fp64, {}},
    {"mma_sm120", kMmaSm120, {}},
    {"mma_sm89", kMmaSm89, {}},
    {"mma_sm89_fp16", kMmaSm89Fp16, {}},
    {"mma_sm80", kMmaSm80, {}},
    {"mma_sm80_sub_byte", kMmaSm80SubByte, {}},
    {"mma_sm80_fp64", kMmaSm80Fp64, {}},
    {"mma_sm75", kMmaSm75, {}},
    {"fma", kFma, {}},
    {"study_wgmma_sm90", kStudyWgmmaSm90, {}, 1, true},
    {"study_mma_sm90", kStudyMmaSm90, {}, 1, true},
};

}  // namespace

std::span<const RowFamily> row_families() { return kFamilies; }

bool any_left_out(std::span<const Image> left_out,
                  const std::function<bool(const gpu::IssueRow&)>& fits) {
  return std::any_of(left_out.begin(), left_out.end(), [&](const Image& image) {
    return std::any_of(std::begin(kFamilies), std::end(kFamilies), [&](const RowFamily& family) {
      return std::string_view(family.family) == image.family &&
             std::any_of(family.rows.begin(), family.rows.end(), fits);
    });
  });
}

bool may_be_outrun(std::span<const Image> left_out, const gpu::IssueRow& row) {
  return any_left_out(left_out, [&](const gpu::IssueRow& other) {
    return std::string_view(other.kernel) == row.kernel &&
           std::string_view(other.precision) == row.precision;
  });
}

}  // namespace tpp::cuda
