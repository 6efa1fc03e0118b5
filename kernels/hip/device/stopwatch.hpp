// Reading clocks and the unit's number inside a kernel, and the few words that plain C++ lacks for
// AMD's GPUs.
//
// The unit's own clock: 64 bits on CDNA (s_memtime) and RDNA 4 (SHADER_CYCLES_HI and _LO). RDNA 3
// has 20 bits, which pass in some 0.4 ms: there each iteration of the loop, which is far shorter,
// adds what passed since the one before. A wave that was put aside for longer loses whole turns of
// the counter, never more than the one iteration that it was put aside in.
//
// The device's timer counts at a rate that the runtime tells, not in nanoseconds.
#ifndef TPP_KERNELS_HIP_DEVICE_STOPWATCH_HPP
#define TPP_KERNELS_HIP_DEVICE_STOPWATCH_HPP

#include "kernels/gpu/kernel_contract.h"

#define TPP_DEVICE_INLINE inline __attribute__((always_inline))

namespace tpp::hip {

template <class Type>
using Global = __attribute__((address_space(1))) Type;

TPP_DEVICE_INLINE uint32_t thread_of_block() { return __builtin_amdgcn_workitem_id_x(); }
TPP_DEVICE_INLINE uint32_t block_number() { return __builtin_amdgcn_workgroup_id_x(); }

TPP_DEVICE_INLINE void wait_for_all_waves() {
  __builtin_amdgcn_fence(__ATOMIC_SEQ_CST, "workgroup");
  __builtin_amdgcn_s_barrier();
}

// The device's timer. Compilers of ROCm before clang 19, which a target may be given to that this
// module has no code for, have another name for it.
TPP_DEVICE_INLINE uint64_t device_time() {
#if __has_builtin(__builtin_readsteadycounter)
  return __builtin_readsteadycounter();
#else
  return __builtin_amdgcn_s_memrealtime();
#endif
}

// What s_getreg takes: a register's number, its first bit and how many.
constexpr int hardware_register(int number, int first, int bits) {
  return number | first << 6 | (bits - 1) << 11;
}

#if defined(__GFX9__)
// HW_ID: compute unit, shader array and engine, bits 8 to 15.
TPP_DEVICE_INLINE uint32_t unit_number() {
  return __builtin_amdgcn_s_getreg(hardware_register(4, 8, 8));
}
#else
// HW_ID1: the waves' own bits left out, and of the SIMD the upper bit alone, which tells the two
// compute units of a work group processor apart.
TPP_DEVICE_INLINE uint32_t unit_number() {
  return __builtin_amdgcn_s_getreg(hardware_register(23, 9, 12));
}
#endif

#if defined(__gfx942__) || defined(__gfx950__)
// XCC_ID: which of the package's compute dies; each has a clock of its own.
TPP_DEVICE_INLINE uint32_t die_number() {
  return __builtin_amdgcn_s_getreg(hardware_register(20, 0, 4));
}
#else
TPP_DEVICE_INLINE uint32_t die_number() { return 0; }
#endif

#if defined(__GFX11__)
class Cycles {
 public:
  TPP_DEVICE_INLINE void begin() { last_ = now(); }
  TPP_DEVICE_INLINE void lap() {
    const uint32_t read = now();
    sum_ += (read - last_) & kMask;
    last_ = read;
  }
  TPP_DEVICE_INLINE uint64_t passed() {
    lap();
    return sum_;
  }

 private:
  static constexpr uint32_t kMask = 0xfffff;
  TPP_DEVICE_INLINE static uint32_t now() {
    return __builtin_amdgcn_s_getreg(hardware_register(29, 0, 20));
  }
  uint32_t last_ = 0;
  uint64_t sum_ = 0;
};
#else
class Cycles {
 public:
  TPP_DEVICE_INLINE void begin() { begin_ = __builtin_readcyclecounter(); }
  TPP_DEVICE_INLINE void lap() {}
  TPP_DEVICE_INLINE uint64_t passed() { return __builtin_readcyclecounter() - begin_; }

 private:
  uint64_t begin_ = 0;
};
#endif

// The two readings of a block, by its first thread, with a barrier on the loop's side of each.
class Stopwatch {
 public:
  TPP_DEVICE_INLINE void begin() {
    wait_for_all_waves();
    time_ = device_time();
    cycles_.begin();
  }
  TPP_DEVICE_INLINE void lap() { cycles_.lap(); }
  TPP_DEVICE_INLINE void end(Global<gpu::UnitStamp>* stamps) {
    wait_for_all_waves();
    const uint64_t cycles = cycles_.passed();
    const uint64_t time = device_time();
    if (thread_of_block() != 0) return;
    Global<gpu::UnitStamp>& stamp = stamps[block_number()];
    stamp.clock_begin = 0;
    stamp.clock_end = cycles;
    stamp.time_begin = time_;
    stamp.time_end = time;
    stamp.unit = unit_number() | die_number() << 16;
    stamp.die = die_number();
  }

 private:
  uint64_t time_ = 0;
  Cycles cycles_;
};

}  // namespace tpp::hip

#endif
