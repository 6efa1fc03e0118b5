#include "tests/cross/aarch64/emulated_processor.h"

#include <cstdlib>
#include <stdexcept>
#include <string>

namespace tpp::cpu {
namespace {

using enum Feature;

constexpr FeatureSet kFirstNeon = {portable, neon};
constexpr FeatureSet kNeon = kFirstNeon | FeatureSet{neon_fp16, dotprod, i8mm, bf16};
constexpr FeatureSet kSve = {sve, sve2, sve_i8mm, sve_bf16, sve_f32mm};
constexpr FeatureSet kSme = {sme, sme_i8i32, sme_f16f32, sme_b16f32, sme_f32f32, sme_f64f64};
constexpr FeatureSet kSmeAll = kSme | FeatureSet{sme2, sme_f16f16, sme_b16b16};
constexpr FeatureSet kPairs = {sve_f64mm};
constexpr FeatureSet kNone = {};

constexpr EmulatedProcessor kProcessors[] = {
    {"max", "", "", 256, 256, kNeon | kSve | kPairs | kSme, kNone},
    // Shortest vectors: too short for sve_f64mm.
    {"max_128", "", "", 16, 16, kNeon | kSve | kSme, kPairs},
    // SVE and SME of unequal length, as on real cores.
    {"max_256_512", "", "", 32, 64, kNeon | kSve | kPairs | kSme, kNone},
    // A length that is no power of two and no multiple of 256 bits.
    {"max_384", "", "", 48, 32, kNeon | kSve | kSme, kPairs},
    {"max_without_sme", "", "", 256, 0, kNeon | kSve | kPairs, kSmeAll},
    {"a64fx", "Fujitsu", "A64FX", 64, 0, kFirstNeon | FeatureSet{neon_fp16, sve},
     kSmeAll | FeatureSet{dotprod, i8mm, bf16, sve2, sve_i8mm, sve_bf16, sve_f32mm, sve_f64mm}},
    {"neoverse_n1", "Arm", "Neoverse-N1", 0, 0, kFirstNeon | FeatureSet{neon_fp16, dotprod},
     kSmeAll | kSve | kPairs | FeatureSet{i8mm, bf16}},
    {"cortex_a72", "Arm", "Cortex-A72", 0, 0, kFirstNeon,
     kSmeAll | kSve | kPairs | FeatureSet{neon_fp16, dotprod, i8mm, bf16}},
};

}  // namespace

const EmulatedProcessor& emulated_processor() {
  const char* const name = std::getenv("TPP_EMULATED_PROCESSOR");
  for (const EmulatedProcessor& processor : kProcessors) {
    if (name != nullptr && processor.name == std::string(name)) return processor;
  }
  throw std::runtime_error(std::string("TPP_EMULATED_PROCESSOR names no processor: ") +
                           (name == nullptr ? "not set" : name));
}

}  // namespace tpp::cpu
