#include "kernels/hip/rows.h"

#include "kernels/gpu/kernel_contract.h"

namespace tpp::hip {
namespace {

using gpu::Element;
using gpu::IssueRow;
using gpu::OperandPlace;
using gpu::Product;

// How AMD's matrix calculator and the manuals of the instruction sets lay matrices out.
struct Layout {
  unsigned lanes;
  unsigned rows_together;
  unsigned copies;
};
constexpr Layout kCdna = {64, 4, 1};
constexpr Layout kCdnaDouble = {64, 1, 1};  // of fp64 sums neighbours in a lane are four rows apart
constexpr Layout kRdna3 = {32, 1, 2};
constexpr Layout kRdna4 = {32, 8, 1};
// Vector units know no rows.
constexpr Layout kWave32 = {32, 0, 1};
constexpr Layout kWave64 = {64, 0, 1};

// An entry that kernels and host share; the host has no use for types and call.
#define TPP_ROW(entry, a_type, sum_type, call, instruction, kernel, precision, product, operand,  \
                sum, m, n, k)                                                                     \
  IssueRow{#entry,                                                                                \
           kernel,                                                                                \
           precision,                                                                             \
           "",                                                                                    \
           instruction,                                                                           \
           OperandPlace::registers,                                                               \
           TPP_UNROLL,                                                                            \
           {Product::product, m, n, k, Element::operand, Element::sum, 0, 0, 0, TPP_LAYOUT.lanes, \
            TPP_LAYOUT.rows_together, TPP_LAYOUT.copies}},

#define TPP_UNROLL gpu::kMatrixUnroll
#define TPP_LAYOUT kCdna
constexpr IssueRow kMfmaGfx950[] = {
#include "kernels/hip/device/mfma_gfx950.inc"
};
constexpr IssueRow kMfmaGfx942[] = {
#include "kernels/hip/device/mfma_gfx942.inc"
};
constexpr IssueRow kMfmaTf32[] = {
#include "kernels/hip/device/mfma_tf32.inc"
};
#undef TPP_LAYOUT
#define TPP_LAYOUT kCdnaDouble
constexpr IssueRow kMfmaFp64[] = {
#include "kernels/hip/device/mfma_fp64.inc"
};
#undef TPP_LAYOUT
#define TPP_LAYOUT kCdna
constexpr IssueRow kMfmaFp32[] = {
#include "kernels/hip/device/mfma_fp32.inc"
};
constexpr IssueRow kMfmaFp16[] = {
#include "kernels/hip/device/mfma_fp16.inc"
};
constexpr IssueRow kMfmaBf161k[] = {
#include "kernels/hip/device/mfma_bf16_1k.inc"
};
constexpr IssueRow kMfmaBf16[] = {
#include "kernels/hip/device/mfma_bf16.inc"
};
constexpr IssueRow kMfmaInt8[] = {
#include "kernels/hip/device/mfma_int8.inc"
};
constexpr IssueRow kMfmaInt816x16[] = {
#include "kernels/hip/device/mfma_int8_16x16.inc"
};
#undef TPP_LAYOUT
#define TPP_LAYOUT kRdna4
constexpr IssueRow kWmmaGfx12[] = {
#include "kernels/hip/device/wmma_gfx12.inc"
};
#undef TPP_LAYOUT
#define TPP_LAYOUT kRdna3
constexpr IssueRow kWmmaGfx11[] = {
#include "kernels/hip/device/wmma_gfx11.inc"
};
#undef TPP_LAYOUT
#undef TPP_UNROLL
#define TPP_UNROLL gpu::kVectorUnroll
#define TPP_LAYOUT kWave64
#define TPP_LANES 64
constexpr IssueRow kFmaWave64[] = {
#include "kernels/hip/device/fma.inc"
};
#undef TPP_LANES
#undef TPP_LAYOUT
#define TPP_LAYOUT kWave32
#define TPP_LANES 32
constexpr IssueRow kFmaWave32[] = {
#include "kernels/hip/device/fma.inc"
};
#undef TPP_LANES
#undef TPP_LAYOUT
#undef TPP_UNROLL
#undef TPP_ROW

constexpr RowFamily kFamilies[] = {
    {"mfma_gfx950", 64, kMfmaGfx950},
    {"mfma_gfx942", 64, kMfmaGfx942},
    {"mfma_tf32", 64, kMfmaTf32},
    {"mfma_fp64", 64, kMfmaFp64},
    {"mfma_fp32", 64, kMfmaFp32},
    {"mfma_fp16", 64, kMfmaFp16},
    {"mfma_bf16_1k", 64, kMfmaBf161k},
    {"mfma_bf16", 64, kMfmaBf16},
    {"mfma_int8", 64, kMfmaInt8},
    {"mfma_int8_16x16", 64, kMfmaInt816x16},
    {"wmma_gfx12", 32, kWmmaGfx12},
    {"wmma_gfx11", 32, kWmmaGfx11},
    {"fma", 64, kFmaWave64},
    // The compiler pairs a part of the multiply-adds alone (v_dual_fmac_f32).
    {"fma", 32, kFmaWave32, "fp32"},
};

}  // namespace

std::span<const RowFamily> row_families() { return kFamilies; }

}  // namespace tpp::hip
