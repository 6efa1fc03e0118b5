#include "kernels/hip/gemm/formats.h"

#include <algorithm>

namespace tpp::hip {
namespace {

using boundary::Element;
using enum boundary::Element;

constexpr const char* kCdna3[] = {"gfx942"};
constexpr const char* kCdna4[] = {"gfx950"};
constexpr const char* kOcpFp8[] = {"gfx950", "gfx1200", "gfx1201"};
constexpr const char* kFnuz = ", FP8 FNUZ";

// Sums of narrow formats are in fp32, of which the matrix instructions may cut the last bits. FP8
// and formats with scales a block: bf16 comes out, of which there are kernels for every layout.
constexpr BlasFormat kFormats[] = {
    {{"fp64", "", f64, f64, f64, 53}, LtCompute::f64, kLtVersionOfRocm60, true},
    {{"fp32", "", f32, f32, f32, 24}, LtCompute::f32, kLtVersionOfRocm60, true},
    {{"tf32", "", tf32, f32, f32, 22}, LtCompute::f32_by_tf32, kLtVersionOfRocm60, false, kCdna3},
    {{"fp16", "", f16, f16, f32, 22}, LtCompute::f32, kLtVersionOfRocm60, true},
    {{"bf16", "", bf16, bf16, f32, 22}, LtCompute::f32, kLtVersionOfRocm60, true},
    {{"fp8_e4m3", "", e4m3_fnuz, bf16, f32, 22},
     LtCompute::f32,
     kLtVersionOfRocm60,
     false,
     kCdna3,
     kFnuz},
    {{"fp8_e4m3", "", e4m3, bf16, f32, 22}, LtCompute::f32, kLtVersionOfRocm63, false, kOcpFp8},
    {{"fp8_e5m2", "", e5m2_fnuz, bf16, f32, 22},
     LtCompute::f32,
     kLtVersionOfRocm60,
     false,
     kCdna3,
     kFnuz},
    {{"fp8_e5m2", "", e5m2, bf16, f32, 22}, LtCompute::f32, kLtVersionOfRocm63, false, kOcpFp8},
    {{"mxfp8", "", e4m3, bf16, f32, 22, &gpu::kMxScalingInRows},
     LtCompute::f32,
     kLtVersionOfRocm70,
     false,
     kCdna4},
    {{"mxfp4", "", e2m1, bf16, f32, 22, &gpu::kMxScalingInRows},
     LtCompute::f32,
     kLtVersionOfRocm70,
     false,
     kCdna4},
    {{"int8", "", i8, i32, i32, 0}, LtCompute::i32, kLtVersionOfRocm60, true},
};

// From the lists of targets in the library's own build and in PyTorch's
// (CUDAHooks::getHipblasltSupportedArchs).
struct LtTarget {
  const char* target;
  int since;
};
constexpr LtTarget kLtTargets[] = {
    {"gfx90a", kLtVersionOfRocm60},  {"gfx942", kLtVersionOfRocm60},
    {"gfx1100", kLtVersionOfRocm62}, {"gfx1101", kLtVersionOfRocm62},
    {"gfx908", kLtVersionOfRocm63},  {"gfx1200", kLtVersionOfRocm63},
    {"gfx1201", kLtVersionOfRocm63}, {"gfx950", kLtVersionOfRocm70},
    {"gfx1150", kLtVersionOfRocm70}, {"gfx1151", kLtVersionOfRocm70},
};

template <class Type>
struct Named {
  Element element;
  Type type;
};
// XF32 takes operands of 32 bits.
constexpr Named<LtType> kLtTypes[] = {
    {f64, LtType::f64},   {f32, LtType::f32},   {tf32, LtType::f32},
    {f16, LtType::f16},   {bf16, LtType::bf16}, {e4m3, LtType::e4m3},
    {e5m2, LtType::e5m2}, {e2m1, LtType::e2m1}, {e4m3_fnuz, LtType::e4m3_fnuz},
    {i8, LtType::i8},     {i32, LtType::i32},   {e5m2_fnuz, LtType::e5m2_fnuz},
};
constexpr Named<RocblasType> kRocblasTypes[] = {
    {f64, RocblasType::f64},   {f32, RocblasType::f32}, {f16, RocblasType::f16},
    {bf16, RocblasType::bf16}, {i8, RocblasType::i8},   {i32, RocblasType::i32},
};

template <class Type, std::size_t kSize>
Type type_in(const Named<Type> (&table)[kSize], Element element) {
  return std::find_if(std::begin(table), std::end(table),
                      [&](const Named<Type>& row) { return row.element == element; })
      ->type;
}

}  // namespace

std::span<const BlasFormat> blas_formats() { return kFormats; }

bool has(std::string_view target, const BlasFormat& format) {
  return format.targets.empty() ||
         std::find(format.targets.begin(), format.targets.end(), target) != format.targets.end();
}

std::optional<int> lt_since(std::string_view target) {
  const auto* const found = std::find_if(std::begin(kLtTargets), std::end(kLtTargets),
                                         [&](const LtTarget& row) { return target == row.target; });
  return found == std::end(kLtTargets) ? std::nullopt : std::optional(found->since);
}

LtType lt_type_of(Element element) { return type_in(kLtTypes, element); }
RocblasType rocblas_type_of(Element element) { return type_in(kRocblasTypes, element); }

}  // namespace tpp::hip
