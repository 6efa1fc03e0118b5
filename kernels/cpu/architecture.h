// What each architecture's folder (x86_64/, aarch64/) provides to the rest of the backend, which
// itself knows no architecture. CMake picks the folder by CMAKE_SYSTEM_PROCESSOR.
#ifndef TPP_KERNELS_CPU_ARCHITECTURE_H
#define TPP_KERNELS_CPU_ARCHITECTURE_H

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "kernels/cpu/features.h"

namespace tpp::cpu {

// What the processor and the operating system allow here (x86: CPUID, XGETBV and, for AMX, the
// permission that the kernel grants to this process; Arm: HWCAP). Always has Feature::portable.
FeatureSet detect_features();

// Bytes of a vector register for loops that need `feature`; 0 where that is fixed by the loop.
// Arm: the SVE length for sve*, the streaming length for sme*.
uint32_t vector_bytes(Feature feature);

// For the calling thread and until it ends: denormals are zero in operands and results (x86 FTZ and
// DAZ, Arm FZ and FZ16), rounding to nearest.
void flush_denormals();

// True where the processor says that a hypervisor runs below; nullopt where it cannot say.
std::optional<bool> under_hypervisor();

struct ProcessorIdentity {
  std::string vendor;  // "Intel", "AMD", "Arm" ...; "" = not known
  std::string name;    // product or core name; "" = not known
};

// Of the logical CPU `cpu`, from /proc/cpuinfo (x86: vendor_id, model name; Arm: implementer,
// part).
ProcessorIdentity identify_processor(int cpu);

// `steps` (a multiple of 64) dependent integer multiplications: the yardstick by which the core's
// clock is read, since user programs often may not read a cycle counter.
void clock_chain(uint64_t steps);

// Clock cycles that one step of clock_chain takes on every core of this architecture (x86: 3);
// nullopt where cores differ and the clock can then not be told.
std::optional<double> clock_chain_cycles_per_step();

// One pass of one thread over its part of a working set. Bytes are a multiple of 1024, pointers
// aligned to 64 bytes.
struct StreamKernel {
  const char* isa;  // what the path says, "AVX-512F zmm"
  Feature needs;
  // Returns the sum, modulo 2^64, of all 64-bit words.
  uint64_t (*read)(const uint64_t* from, uint64_t bytes);
  // Every 64-bit word becomes `value`, by stores that do not read the line first where there are
  // such.
  void (*write)(uint64_t* to, uint64_t bytes, uint64_t value);
  // a = b + s * c; a by stores as in write.
  void (*triad)(double* a, const double* b, const double* c, double s, uint64_t bytes);
  bool streaming_stores;  // false: lines written may be read first, which is not counted
};

// Best first. portable_stream_kernel() is not among them.
std::span<const StreamKernel> stream_kernels();
const StreamKernel& portable_stream_kernel();

}  // namespace tpp::cpu

#endif
