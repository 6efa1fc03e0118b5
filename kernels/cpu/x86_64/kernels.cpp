// The issue loops and memory streams of x86-64, and what each needs.
#include "kernels/cpu/architecture.h"
#include "kernels/cpu/issue_kernel.h"

extern "C" {
using IssueLoop = void(const void*, void*, uint64_t);
IssueLoop tpp_avx512_fp64, tpp_avx512_fp32, tpp_avx512_fp16, tpp_avx512_bf16, tpp_avx512_int8;
IssueLoop tpp_avx2_fp64, tpp_avx2_fp32, tpp_avx_vnni_int8;
IssueLoop tpp_amx_int8, tpp_amx_bf16, tpp_amx_fp16;
uint64_t tpp_avx512_read(const uint64_t*, uint64_t);
uint64_t tpp_avx2_read(const uint64_t*, uint64_t);
void tpp_avx512_write(uint64_t*, uint64_t, uint64_t);
void tpp_avx2_write(uint64_t*, uint64_t, uint64_t);
void tpp_avx512_triad(double*, const double*, const double*, double, uint64_t);
void tpp_avx2_triad(double*, const double*, const double*, double, uint64_t);
}

namespace tpp::cpu {
namespace {

using enum Element;
using enum Product;

// instructions_per_clock, the best of any core of this kind: two 512-bit pipes on server cores; one
// tile multiplication takes its unit for 16 clocks. vdpbf16ps is four micro-operations on Intel's
// cores since Sapphire Rapids (0.5 a clock measured at every width, so that it trails fp32 there)
// and one on AMD's (at 512 bits 1 a clock measured on Zen 4, whose pipes are half as wide as Zen
// 5's), hence 0: not known.
// clang-format off
constexpr IssueKernel kKernels[] = {
    {"fma", "fp64", "", "vfmadd231pd AVX-512F zmm",
     Feature::avx512f, f64, f64, f64, lanewise, 16, 64, 64, 2, tpp_avx512_fp64},
    {"fma", "fp64", "", "vfmadd231pd AVX2 ymm",
     Feature::avx2_fma, f64, f64, f64, lanewise, 12, 32, 32, 2, tpp_avx2_fp64},
    {"fma", "fp32", "", "vfmadd231ps AVX-512F zmm",
     Feature::avx512f, f32, f32, f32, lanewise, 16, 64, 64, 2, tpp_avx512_fp32},
    {"fma", "fp32", "", "vfmadd231ps AVX2 ymm",
     Feature::avx2_fma, f32, f32, f32, lanewise, 12, 32, 32, 2, tpp_avx2_fp32},
    {"fma", "fp16", "", "vfmadd231ph AVX512-FP16 zmm",
     Feature::avx512_fp16, f16, f16, f16, lanewise, 16, 64, 64, 2, tpp_avx512_fp16},
    {"mma", "bf16", "", "tdpbf16ps AMX-BF16 tile 16x64B",
     Feature::amx_bf16, bf16, bf16, f32, amx_tile, 4, 1024, 1024, 0.0625, tpp_amx_bf16},
    {"mma", "bf16", "", "vdpbf16ps AVX512-BF16 zmm",
     Feature::avx512_bf16, bf16, bf16, f32, dot2, 16, 64, 64, 0, tpp_avx512_bf16},
    {"mma", "fp16", "", "tdpfp16ps AMX-FP16 tile 16x64B",
     Feature::amx_fp16, f16, f16, f32, amx_tile, 4, 1024, 1024, 0.0625, tpp_amx_fp16},
    {"mma", "int8", "", "tdpbssd AMX-INT8 tile 16x64B",
     Feature::amx_int8, i8, i8, i32, amx_tile, 4, 1024, 1024, 0.0625, tpp_amx_int8},
    {"mma", "int8", "", "vpdpbusd AVX512-VNNI zmm",
     Feature::avx512_vnni, i8, u8, i32, dot4, 16, 64, 64, 2, tpp_avx512_int8},
    {"mma", "int8", "", "vpdpbusd AVX-VNNI ymm",
     Feature::avx_vnni, i8, u8, i32, dot4, 12, 32, 32, 2, tpp_avx_vnni_int8},
};
// clang-format on

constexpr StreamKernel kStreams[] = {
    {"AVX-512F zmm", Feature::avx512f, tpp_avx512_read, tpp_avx512_write, tpp_avx512_triad, true},
    {"AVX2 ymm", Feature::avx2_fma, tpp_avx2_read, tpp_avx2_write, tpp_avx2_triad, true},
};

}  // namespace

std::span<const IssueKernel> issue_kernels() { return kKernels; }

std::span<const StreamKernel> stream_kernels() { return kStreams; }

}  // namespace tpp::cpu
