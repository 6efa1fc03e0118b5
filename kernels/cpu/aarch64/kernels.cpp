// The table of Arm's loops, best first within a precision.
//
// Executed under emulation only (tests/cross), never natively: products are verified, rates and the
// orders of rows are not.
//
// Not here: the instructions of SME2 on several vectors at once. They do not multiply more per
// instruction than the outer products do.
#include "kernels/cpu/aarch64/loops.h"
#include "kernels/cpu/architecture.h"
#include "kernels/cpu/issue_kernel.h"

namespace tpp::cpu {
namespace {

constexpr int kVectors = 24;  // accumulators of neon.S and sve.S
constexpr int kTiles16 = 2;   // sme.S
constexpr int kTiles32 = 4;
constexpr int kTiles64 = 8;
constexpr uint32_t kNeonBytes = 16;
constexpr uint32_t kAsk = 0;
constexpr double kNotKnown = 0;  // cores of this architecture issue from one to six a clock

using enum Element;
using enum Product;

// clang-format off
constexpr IssueKernel kKernels[] = {
    {"fma", "fp64", "", "fmla SVE .d", Feature::sve,
     f64, f64, f64, lanewise, kVectors, kAsk, 0, kNotKnown, tpp_sve_fmla_f64},
    {"fma", "fp64", "", "fmla NEON .2d", Feature::neon,
     f64, f64, f64, lanewise, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_fmla_f64},
    {"fma", "fp32", "", "fmla SVE .s", Feature::sve,
     f32, f32, f32, lanewise, kVectors, kAsk, 0, kNotKnown, tpp_sve_fmla_f32},
    {"fma", "fp32", "", "fmla NEON .4s", Feature::neon,
     f32, f32, f32, lanewise, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_fmla_f32},
    {"fma", "fp16", "", "fmla SVE .h", Feature::sve,
     f16, f16, f16, lanewise, kVectors, kAsk, 0, kNotKnown, tpp_sve_fmla_f16},
    {"fma", "fp16", "", "fmla NEON .8h", Feature::neon_fp16,
     f16, f16, f16, lanewise, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_fmla_f16},
    {"mma", "fp64", "", "fmopa SME za.d", Feature::sme_f64f64,
     f64, f64, f64, sme_outer, kTiles64, kAsk, 0, kNotKnown, tpp_sme_fmopa_f64},
    {"mma", "fp64", "", "fmmla SVE .d", Feature::sve_f64mm,
     f64, f64, f64, mmla_2x2x2, kVectors, kAsk, 0, kNotKnown, tpp_sve_fmmla_f64},
    {"mma", "fp32", "", "fmopa SME za.s", Feature::sme_f32f32,
     f32, f32, f32, sme_outer, kTiles32, kAsk, 0, kNotKnown, tpp_sme_fmopa_f32},
    {"mma", "fp32", "", "fmmla SVE .s", Feature::sve_f32mm,
     f32, f32, f32, mmla_2x2x2, kVectors, kAsk, 0, kNotKnown, tpp_sve_fmmla_f32},
    {"mma", "fp16", "", "fmopa SME za.s", Feature::sme_f16f32,
     f16, f16, f32, sme_outer, kTiles32, kAsk, 0, kNotKnown, tpp_sme_fmopa_f16_f32},
    {"mma", "fp16", "fp16", "fmopa SME za.h", Feature::sme_f16f16,
     f16, f16, f16, sme_outer, kTiles16, kAsk, 0, kNotKnown, tpp_sme_fmopa_f16},
    {"mma", "bf16", "", "bfmopa SME za.s", Feature::sme_b16f32,
     bf16, bf16, f32, sme_outer, kTiles32, kAsk, 0, kNotKnown, tpp_sme_bfmopa},
    {"mma", "bf16", "", "bfmmla SVE", Feature::sve_bf16,
     bf16, bf16, f32, mmla_2x4x2, kVectors, kAsk, 0, kNotKnown, tpp_sve_bfmmla},
    {"mma", "bf16", "", "bfmmla NEON", Feature::bf16,
     bf16, bf16, f32, mmla_2x4x2, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_bfmmla},
    {"mma", "bf16", "", "bfdot SVE", Feature::sve_bf16,
     bf16, bf16, f32, dot2, kVectors, kAsk, 0, kNotKnown, tpp_sve_bfdot},
    {"mma", "bf16", "", "bfdot NEON", Feature::bf16,
     bf16, bf16, f32, dot2, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_bfdot},
    {"mma", "bf16", "bf16", "bfmopa SME za.h", Feature::sme_b16b16,
     bf16, bf16, bf16, sme_outer, kTiles16, kAsk, 0, kNotKnown, tpp_sme_bfmopa_bf16},
    {"mma", "int8", "", "smopa SME za.s", Feature::sme_i8i32,
     i8, i8, i32, sme_outer, kTiles32, kAsk, 0, kNotKnown, tpp_sme_smopa_i8},
    {"mma", "int8", "", "smmla SVE", Feature::sve_i8mm,
     i8, i8, i32, mmla_2x8x2, kVectors, kAsk, 0, kNotKnown, tpp_sve_smmla},
    {"mma", "int8", "", "smmla NEON", Feature::i8mm,
     i8, i8, i32, mmla_2x8x2, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_smmla},
    {"mma", "int8", "", "sdot SVE", Feature::sve,
     i8, i8, i32, dot4, kVectors, kAsk, 0, kNotKnown, tpp_sve_sdot},
    {"mma", "int8", "", "sdot NEON", Feature::dotprod,
     i8, i8, i32, dot4, kVectors, kNeonBytes, 0, kNotKnown, tpp_neon_sdot},
};
// clang-format on

// Whether a core in fact reads a line before stnp fills it cannot be asked. Counted as not read:
// the figure is then a lower bound.
constexpr StreamKernel kStreams[] = {
    {"NEON 128-bit", Feature::neon, tpp_neon_stream_read, tpp_neon_stream_write,
     tpp_neon_stream_triad, true},
};

}  // namespace

std::span<const IssueKernel> issue_kernels() { return kKernels; }

std::span<const StreamKernel> stream_kernels() { return kStreams; }

}  // namespace tpp::cpu
