#include "kernels/cpu/features.h"

#include <array>
#include <cstddef>

namespace tpp::cpu {
namespace {

// By the order of the enum, which the assertion below holds to.
struct Name {
  Feature feature;
  std::string_view text;
};
constexpr Name kNames[] = {
    {Feature::portable, "portable C++"},
    {Feature::avx2_fma, "AVX2 with FMA"},
    {Feature::avx_vnni, "AVX-VNNI"},
    {Feature::avx512f, "AVX-512F"},
    {Feature::avx512_core, "AVX-512 F, BW, DQ and VL"},
    {Feature::avx512_vnni, "AVX512-VNNI"},
    {Feature::avx512_bf16, "AVX512-BF16"},
    {Feature::avx512_fp16, "AVX512-FP16"},
    {Feature::amx_int8, "AMX-INT8"},
    {Feature::amx_bf16, "AMX-BF16"},
    {Feature::amx_fp16, "AMX-FP16"},
    {Feature::neon, "NEON"},
    {Feature::neon_fp16, "NEON FP16"},
    {Feature::dotprod, "DotProd"},
    {Feature::i8mm, "I8MM"},
    {Feature::bf16, "BF16"},
    {Feature::sve, "SVE"},
    {Feature::sve_i8mm, "SVE I8MM"},
    {Feature::sve_bf16, "SVE BF16"},
    {Feature::sve_f32mm, "SVE F32MM"},
    {Feature::sve_f64mm, "SVE F64MM"},
    {Feature::sve2, "SVE2"},
    {Feature::sme, "SME"},
    {Feature::sme_i8i32, "SME I8I32"},
    {Feature::sme_f16f32, "SME F16F32"},
    {Feature::sme_b16f32, "SME B16F32"},
    {Feature::sme_f32f32, "SME F32F32"},
    {Feature::sme_f64f64, "SME F64F64"},
    {Feature::sme_f16f16, "SME F16F16"},
    {Feature::sme_b16b16, "SME B16B16"},
    {Feature::sme2, "SME2"},
};
constexpr bool in_order() {
  std::size_t i = 0;
  for (const Name& row : kNames) {
    if (static_cast<std::size_t>(row.feature) != i++) return false;
  }
  return i == static_cast<std::size_t>(Feature::count);
}
static_assert(in_order());

constexpr FeatureSet kPortable{Feature::portable};
constexpr FeatureSet kAvx2{Feature::avx2_fma, Feature::avx_vnni};
constexpr FeatureSet kAvx512{Feature::avx512f, Feature::avx512_core, Feature::avx512_vnni,
                             Feature::avx512_bf16, Feature::avx512_fp16};
constexpr FeatureSet kAmx{Feature::amx_int8, Feature::amx_bf16, Feature::amx_fp16};
constexpr FeatureSet kNeon{Feature::neon, Feature::neon_fp16, Feature::dotprod, Feature::i8mm,
                           Feature::bf16};
constexpr FeatureSet kSve{Feature::sve,       Feature::sve_i8mm,  Feature::sve_bf16,
                          Feature::sve_f32mm, Feature::sve_f64mm, Feature::sve2};
constexpr FeatureSet kSme{Feature::sme,        Feature::sme_i8i32,  Feature::sme_f16f32,
                          Feature::sme_b16f32, Feature::sme_f32f32, Feature::sme_f64f64,
                          Feature::sme_f16f16, Feature::sme_b16b16, Feature::sme2};

constexpr IsaLevel kLevels[] = {
    {"portable", kPortable, kPortable},
    {"avx2", kPortable | kAvx2, kAvx2},
    {"avx512", kPortable | kAvx2 | kAvx512, kAvx512},
    {"amx", kPortable | kAvx2 | kAvx512 | kAmx, kAmx},
    {"neon", kPortable | kNeon, kNeon},
    {"sve", kPortable | kNeon | kSve, kSve},
    {"sme", kPortable | kNeon | kSve | kSme, kSme},
};

}  // namespace

std::string_view name_of(Feature feature) { return kNames[static_cast<std::size_t>(feature)].text; }

std::span<const IsaLevel> isa_levels() { return kLevels; }

}  // namespace tpp::cpu
