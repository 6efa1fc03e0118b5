// x86-64: features from CPUID and XGETBV, identity from /proc/cpuinfo, floating-point mode, clock.
#include <asm/prctl.h>
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <xmmintrin.h>

#include <array>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/cpuinfo.h"

extern "C" void tpp_clock_chain(uint64_t steps);

namespace tpp::cpu {
namespace {

enum Register { eax, ebx, ecx, edx };

// XCR0: which register files the operating system saves (Intel SDM vol. 1, 13.3).
constexpr uint64_t kYmm = 0x6;               // SSE and AVX state
constexpr uint64_t kZmm = kYmm | 0xe0;       // mask registers, both halves of zmm
constexpr uint64_t kTiles = kZmm | 0x60000;  // tile configuration and data

// One CPUID bit that a feature needs, and the state that must be enabled. A feature is there if all
// its rows are. Intel SDM vol. 2, CPUID; AMD APM vol. 3, appendix E uses the same bits.
struct Requirement {
  Feature feature;
  uint32_t leaf;
  uint32_t subleaf;
  Register reg;
  int bit;
  uint64_t xcr0;
};

constexpr Requirement kRequirements[] = {
    {Feature::avx2_fma, 7, 0, ebx, 5, kYmm},   // AVX2
    {Feature::avx2_fma, 1, 0, ecx, 12, kYmm},  // FMA
    {Feature::avx_vnni, 7, 1, eax, 4, kYmm},
    {Feature::avx512f, 7, 0, ebx, 16, kZmm},
    {Feature::avx512_core, 7, 0, ebx, 16, kZmm},  // F
    {Feature::avx512_core, 7, 0, ebx, 17, kZmm},  // DQ
    {Feature::avx512_core, 7, 0, ebx, 30, kZmm},  // BW
    {Feature::avx512_core, 7, 0, ebx, 31, kZmm},  // VL
    {Feature::avx512_vnni, 7, 0, ebx, 16, kZmm},  // each AVX-512 extension: AVX-512F as well
    {Feature::avx512_vnni, 7, 0, ecx, 11, kZmm},
    {Feature::avx512_bf16, 7, 0, ebx, 16, kZmm},
    {Feature::avx512_bf16, 7, 1, eax, 5, kZmm},
    {Feature::avx512_fp16, 7, 0, ebx, 16, kZmm},
    {Feature::avx512_fp16, 7, 0, edx, 23, kZmm},
    {Feature::amx_int8, 7, 0, edx, 24, kTiles},  // each AMX type: AMX-TILE as well
    {Feature::amx_int8, 7, 0, edx, 25, kTiles},
    {Feature::amx_bf16, 7, 0, edx, 24, kTiles},
    {Feature::amx_bf16, 7, 0, edx, 22, kTiles},
    {Feature::amx_fp16, 7, 0, edx, 24, kTiles},
    {Feature::amx_fp16, 7, 1, eax, 21, kTiles},
};

bool cpuid_bit(uint32_t leaf, uint32_t subleaf, Register reg, int bit) {
  std::array<unsigned, 4> r{};
  if (__get_cpuid_count(leaf, subleaf, &r[eax], &r[ebx], &r[ecx], &r[edx]) == 0) return false;
  // Leaf 7 tells in eax how many subleaves there are; beyond them the answer is undefined.
  if (subleaf > 0) {
    std::array<unsigned, 4> first{};
    __get_cpuid_count(leaf, 0, &first[eax], &first[ebx], &first[ecx], &first[edx]);
    if (subleaf > first[eax]) return false;
  }
  return ((r[reg] >> bit) & 1u) != 0;
}

uint64_t enabled_state() {
  constexpr int kOsxsave = 27;
  if (!cpuid_bit(1, 0, ecx, kOsxsave)) return 0;
  uint32_t low = 0;
  uint32_t high = 0;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return uint64_t{high} << 32 | low;
}

// Linux 5.16 and later: a process must ask before its first tile instruction, which else is an
// illegal one. Asking again is harmless.
bool tile_permission() {
  constexpr long kRequestPermission = 0x1023;  // ARCH_REQ_XCOMP_PERM
  constexpr long kTileData = 18;
  return syscall(SYS_arch_prctl, kRequestPermission, kTileData) == 0;
}

}  // namespace

FeatureSet detect_features() {
  const uint64_t state = enabled_state();
  FeatureSet missing;
  FeatureSet known;
  for (const Requirement& r : kRequirements) {
    known.add(r.feature);
    const bool enabled = (state & r.xcr0) == r.xcr0;
    if (!enabled || !cpuid_bit(r.leaf, r.subleaf, r.reg, r.bit)) missing.add(r.feature);
  }
  const bool tiles = !missing.has(Feature::amx_int8) || !missing.has(Feature::amx_bf16) ||
                     !missing.has(Feature::amx_fp16);
  if (tiles && !tile_permission()) {
    for (Feature f : {Feature::amx_int8, Feature::amx_bf16, Feature::amx_fp16}) missing.add(f);
  }
  FeatureSet found{Feature::portable};
  for (const Requirement& r : kRequirements) {
    if (!missing.has(r.feature)) found.add(r.feature);
  }
  return found;
}

uint32_t vector_bytes(Feature) { return 0; }

void flush_denormals() {
  constexpr unsigned kFlushToZero = 0x8000;
  constexpr unsigned kDenormalsAreZero = 0x0040;
  constexpr unsigned kAllMasked = 0x1f80;  // reset value: exceptions masked, round to nearest
  _mm_setcsr(kAllMasked | kFlushToZero | kDenormalsAreZero);
}

std::optional<bool> under_hypervisor() { return cpuid_bit(1, 0, ecx, 31); }

ProcessorIdentity identify_processor(int cpu) {
  const std::string vendor = cpuinfo_field(cpu, "vendor_id");
  ProcessorIdentity identity;
  identity.vendor = vendor == "GenuineIntel" ? "Intel" : vendor == "AuthenticAMD" ? "AMD" : vendor;
  identity.name = cpuinfo_field(cpu, "model name");
  return identity;
}

void clock_chain(uint64_t steps) { tpp_clock_chain(steps); }

std::optional<double> clock_chain_cycles_per_step() { return 3.0; }

}  // namespace tpp::cpu
