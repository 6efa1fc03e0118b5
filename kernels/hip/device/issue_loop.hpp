// The issue loop of kernel_contract.h on AMD's units, and the clocks read around it. Plain C++ for
// clang's AMDGPU target: no HIP headers, no device library.
//
// The instructions are compiler built-ins, so that the compiler allots the registers and knows the
// latencies. It cannot drop one, since every accumulator is stored, and knows nothing of the
// operands, which are read from memory: not that a1 is -a0.
#ifndef TPP_KERNELS_HIP_DEVICE_ISSUE_LOOP_HPP
#define TPP_KERNELS_HIP_DEVICE_ISSUE_LOOP_HPP

#include "kernels/hip/device/stopwatch.hpp"

namespace tpp::hip {

// Lanes of a wave: 64 on CDNA, 32 on RDNA.
constexpr uint32_t kLanes = TPP_LANES;

// A value of any type that lies in memory register after register, in each all lanes. Registers of
// 64 bits stand together.
template <class Type, class Register>
TPP_DEVICE_INLINE Type load_registers(const Global<Register>* from) {
  union {
    Type value;
    Register registers[sizeof(Type) / sizeof(Register)];
  } all;
#pragma unroll
  for (uint32_t i = 0; i < sizeof(Type) / sizeof(Register); ++i)
    all.registers[i] = from[i * kLanes];
  return all.value;
}

template <class Type, class Register>
TPP_DEVICE_INLINE void store_registers(Global<Register>* to, const Type& value) {
  union {
    Type value;
    Register registers[sizeof(Type) / sizeof(Register)];
  } all;
  all.value = value;
#pragma unroll
  for (uint32_t i = 0; i < sizeof(Type) / sizeof(Register); ++i) to[i * kLanes] = all.registers[i];
}

// Holds the compiler to its order: sums are begun before this and not touched until after it, so
// that none of the timed work slips past a reading of the clock. CDNA 1 takes and leaves sums of
// matrix instructions in registers of their own, and moved them there and back for each.
template <class Sum>
TPP_DEVICE_INLINE void settle(Sum& sum) {
#if defined(__gfx908__)
  if constexpr (sizeof(Sum) > sizeof(double)) {
    asm volatile("" : "+a"(sum));
    return;
  }
#endif
  asm volatile("" : "+v"(sum));
}

// Operation: types A, B, Sum as one lane holds them, Register and SumRegister, the words that they
// are told apart by in memory, and run(a, b, sum).
template <class Operation, uint32_t kUnroll>
TPP_DEVICE_INLINE void issue_loop(const Global<void>* operands, Global<void>* accumulators,
                                  Global<gpu::UnitStamp>* stamps, uint32_t iterations,
                                  uint32_t sets) {
  using A = typename Operation::A;
  using B = typename Operation::B;
  using Sum = typename Operation::Sum;
  using Register = typename Operation::Register;
  using SumRegister = typename Operation::SumRegister;
  constexpr uint32_t kA = sizeof(A) / sizeof(Register) * kLanes;
  constexpr uint32_t kB = sizeof(B) / sizeof(Register) * kLanes;
  constexpr uint32_t kSum = sizeof(Sum) / sizeof(SumRegister) * kLanes;
  const uint32_t lane = thread_of_block() % kLanes;
  const uint32_t wave = block_number() * gpu::kIssueWarps + thread_of_block() / kLanes;
  const auto* from = (const Global<Register>*)operands + wave % sets * (2 * (kA + kB)) + lane;
  const A a[2] = {load_registers<A, Register>(from), load_registers<A, Register>(from + kA)};
  const B b[2] = {load_registers<B, Register>(from + 2 * kA),
                  load_registers<B, Register>(from + 2 * kA + kB)};
  Sum sum[gpu::kChains];
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains; ++i) {
    sum[i] = Sum{};
    settle(sum[i]);
  }

  __builtin_assume(iterations > 0);
  Stopwatch stopwatch;
  stopwatch.begin();
#pragma unroll 1
  for (uint32_t n = 0; n < iterations; ++n) {
#pragma unroll
    for (uint32_t step = 0; step < 2 * kUnroll; ++step) Operation::step(a[step % 2], b, sum);
    stopwatch.lap();
  }
  Operation::step(a[0], b, sum);
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains; ++i) settle(sum[i]);
  stopwatch.end(stamps);

  auto* to = (Global<SumRegister>*)accumulators + uint64_t{wave} * gpu::kChains * kSum + lane;
#pragma unroll
  for (uint32_t i = 0; i < gpu::kChains; ++i)
    store_registers<Sum, SumRegister>(to + i * kSum, sum[i]);
}

}  // namespace tpp::hip

#endif
