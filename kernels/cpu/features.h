// Instruction-set features that the loops of this backend need, over all architectures, and sets of
// them. What the running processor has is found by architecture.h (detect_features); which loops
// need what stands in the kernel tables. Pure values; thread-safe.
#ifndef TPP_KERNELS_CPU_FEATURES_H
#define TPP_KERNELS_CPU_FEATURES_H

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>

namespace tpp::cpu {

// One member stands for everything that a loop of that kind needs: avx512_bf16 is reported only
// where AVX-512F and the operating system's support for its registers are there too.
enum class Feature : uint8_t {
  portable,  // always there
  // x86-64
  avx2_fma,
  avx_vnni,  // VEX-encoded, 256 bit
  avx512f,
  avx512_core,  // with BW, DQ and VL, as all but Xeon Phi have it
  avx512_vnni,
  avx512_bf16,
  avx512_fp16,
  amx_int8,
  amx_bf16,
  amx_fp16,
  // Arm, AArch64
  neon,
  neon_fp16,
  dotprod,
  i8mm,
  bf16,
  sve,
  sve_i8mm,
  sve_bf16,
  sve_f32mm,
  sve_f64mm,
  sve2,
  sme,
  sme_i8i32,
  sme_f16f32,
  sme_b16f32,
  sme_f32f32,
  sme_f64f64,
  sme_f16f16,
  sme_b16b16,
  sme2,
  count,  // how many there are; not a feature
};

class FeatureSet {
 public:
  constexpr FeatureSet() = default;
  constexpr FeatureSet(std::initializer_list<Feature> features) {
    for (Feature f : features) add(f);
  }
  constexpr void add(Feature f) { bits_ |= bit(f); }
  constexpr bool has(Feature f) const { return (bits_ & bit(f)) != 0; }
  constexpr FeatureSet operator&(FeatureSet other) const { return FeatureSet(bits_ & other.bits_); }
  constexpr FeatureSet operator|(FeatureSet other) const { return FeatureSet(bits_ | other.bits_); }
  constexpr bool operator==(const FeatureSet&) const = default;

 private:
  constexpr explicit FeatureSet(uint64_t bits) : bits_(bits) {}
  static constexpr uint64_t bit(Feature f) { return uint64_t{1} << static_cast<unsigned>(f); }
  uint64_t bits_ = 0;
};

// The name that messages use: "AVX512-BF16".
std::string_view name_of(Feature feature);

// A value of the option `isa`: the loops may use these features and no others.
struct IsaLevel {
  std::string_view name;  // "portable", "avx2", "avx512", "amx", "neon", "sve", "sme"
  FeatureSet allowed;     // of lower levels too
  FeatureSet introduces;  // not of lower levels: a CPU without any of these does not have the level
};

// The levels of every architecture, lowest first within one; "portable" is the first.
std::span<const IsaLevel> isa_levels();

}  // namespace tpp::cpu

#endif
