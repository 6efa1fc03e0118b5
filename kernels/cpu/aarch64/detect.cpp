// What an AArch64 processor and its kernel allow: the kernel's HWCAP words, and the lengths of
// scalable vectors.
#include <sys/auxv.h>
#include <sys/prctl.h>

#include "kernels/cpu/aarch64/loops.h"
#include "kernels/cpu/architecture.h"

namespace tpp::cpu {
namespace {

// Bits of AT_HWCAP and AT_HWCAP2 (Linux, arch/arm64/include/uapi/asm/hwcap.h). By number: the
// kernel headers of Debian 12 end before SME2.
struct Capability {
  Feature feature;
  unsigned long word;  // AT_HWCAP or AT_HWCAP2
  unsigned bit;
};

constexpr Capability kCapabilities[] = {
    {Feature::neon, AT_HWCAP, 1},          // ASIMD
    {Feature::neon_fp16, AT_HWCAP, 10},    // ASIMDHP
    {Feature::dotprod, AT_HWCAP, 20},      // ASIMDDP
    {Feature::i8mm, AT_HWCAP2, 13},        // I8MM
    {Feature::bf16, AT_HWCAP2, 14},        // BF16
    {Feature::sve, AT_HWCAP, 22},          // SVE
    {Feature::sve_i8mm, AT_HWCAP2, 9},     // SVEI8MM
    {Feature::sve_bf16, AT_HWCAP2, 12},    // SVEBF16
    {Feature::sve_f32mm, AT_HWCAP2, 10},   // SVEF32MM
    {Feature::sve_f64mm, AT_HWCAP2, 11},   // SVEF64MM
    {Feature::sve2, AT_HWCAP2, 1},         // SVE2
    {Feature::sme, AT_HWCAP2, 23},         // SME
    {Feature::sme_i8i32, AT_HWCAP2, 26},   // SME_I8I32
    {Feature::sme_f16f32, AT_HWCAP2, 27},  // SME_F16F32
    {Feature::sme_b16f32, AT_HWCAP2, 28},  // SME_B16F32
    {Feature::sme_f32f32, AT_HWCAP2, 29},  // SME_F32F32
    {Feature::sme_f64f64, AT_HWCAP2, 25},  // SME_F64F64
    {Feature::sme_f16f16, AT_HWCAP2, 42},  // SME_F16F16
    {Feature::sme_b16b16, AT_HWCAP2, 41},  // SME_B16B16
    {Feature::sme2, AT_HWCAP2, 37},        // SME2
};

constexpr FeatureSet kNeedSve = {Feature::sve,       Feature::sve_i8mm,  Feature::sve_bf16,
                                 Feature::sve_f32mm, Feature::sve_f64mm, Feature::sve2};
constexpr FeatureSet kNeedSme = {Feature::sme,        Feature::sme_i8i32,  Feature::sme_f16f32,
                                 Feature::sme_b16f32, Feature::sme_f32f32, Feature::sme_f64f64,
                                 Feature::sme_f16f16, Feature::sme_b16b16, Feature::sme2};

bool has(const Capability& c) { return (getauxval(c.word) >> c.bit & 1) != 0; }

FeatureSet read_capabilities() {
  FeatureSet found = {Feature::portable};
  for (const Capability& c : kCapabilities) {
    if (has(c)) found.add(c.feature);
  }
  return found;
}

// A new process gets vectors of at most 64 bytes (SVE) and 32 bytes (SME), however long the
// processor's are (Linux, Documentation/arm64/sve.rst and sme.rst: default vector lengths, made for
// the size of signal frames). Measured at that, a 512-bit SME unit would show a quarter of its
// rate. The length belongs to the thread; threads started later inherit it.
void take_longest_vectors(FeatureSet present) {
  constexpr int kSveSetLength = 50;             // PR_SVE_SET_VL
  constexpr int kSmeSetLength = 63;             // PR_SME_SET_VL, since Linux 5.19
  constexpr unsigned long kLongestBytes = 256;  // 2048 bits: the architecture's limit for both
  // The kernel takes the longest that it supports up to this. Where it refuses, the length stays as
  // it is and is reported as it is.
  if (present.has(Feature::sve)) prctl(kSveSetLength, kLongestBytes, 0, 0, 0);
  if (present.has(Feature::sme)) prctl(kSmeSetLength, kLongestBytes, 0, 0, 0);
}

}  // namespace

FeatureSet detect_features() {
  take_longest_vectors(read_capabilities());
  FeatureSet found = {Feature::portable};
  for (const Capability& c : kCapabilities) {
    // fmmla on 64-bit elements works on pairs of 128 bits and is undefined on shorter vectors.
    const bool pairs_only = c.feature == Feature::sve_f64mm;
    if (has(c) && (!pairs_only || tpp_sve_vector_bytes() % 32 == 0)) found.add(c.feature);
  }
  return found;
}

uint32_t vector_bytes(Feature feature) {
  static const FeatureSet present = read_capabilities();
  if (!present.has(feature)) return 0;
  take_longest_vectors(present);
  if (kNeedSve.has(feature)) return static_cast<uint32_t>(tpp_sve_vector_bytes());
  if (kNeedSme.has(feature)) return static_cast<uint32_t>(tpp_sme_vector_bytes());
  return 0;
}

void flush_denormals() {
  // FPCR (Arm ARM): FZ, bit 24, for operands and results of 32 and 64 bits; FZ16, bit 19, for 16;
  // RMode, bits 23:22, 0 = to nearest. All others zero too: among them EBF, bit 13, so that bf16
  // products are rounded as every core rounds them, and not as FEAT_EBF16 would.
  constexpr uint64_t kFlush = uint64_t{1} << 24 | uint64_t{1} << 19;
  asm volatile("msr fpcr, %0" : : "r"(kFlush));
  // Every thread that runs loops comes through here, also one older than detect_features().
  static const FeatureSet present = read_capabilities();
  take_longest_vectors(present);
}

void clock_chain(uint64_t steps) { tpp_clock_chain(steps); }

std::optional<double> clock_chain_cycles_per_step() { return 1.0; }

}  // namespace tpp::cpu
