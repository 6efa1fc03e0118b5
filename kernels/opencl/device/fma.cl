// The loop of kernels/gpu/kernel_contract.h by fused multiply-adds on vectors of WIDTH elements. A
// register of 32 lanes is ROW elements, of which one work-item has WIDTH neighbours; WARPS such
// groups are a block. fma() is one operation, rounded once: a compiler can neither take the product
// out of the loop, as it could of a * b + c whose operands stay the same, nor drop a step.
#pragma OPENCL FP_CONTRACT OFF
#ifdef cl_khr_fp64
#pragma OPENCL EXTENSION cl_khr_fp64 : enable
#endif
#ifdef cl_khr_fp16
#pragma OPENCL EXTENSION cl_khr_fp16 : enable
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#if WIDTH == 1
#define VECTOR ELEMENT
#define LOAD(from) (*(from))
#define STORE(value, to) (*(to) = (value))
#else
#define VECTOR PASTE(ELEMENT, WIDTH)
#define LOAD(from) PASTE(vload, WIDTH)(0, from)
#define STORE(value, to) PASTE(vstore, WIDTH)(value, 0, to)
#endif

// Eight chains, 32 pairs of steps: kChains and kVectorUnroll of the contract.
#define STEP(a)          \
  s0 = fma(a, b0, s0);   \
  s1 = fma(a, b1, s1);   \
  s2 = fma(a, b0, s2);   \
  s3 = fma(a, b1, s3);   \
  s4 = fma(a, b0, s4);   \
  s5 = fma(a, b1, s5);   \
  s6 = fma(a, b0, s6);   \
  s7 = fma(a, b1, s7);
#define PAIR STEP(a0) STEP(a1)
#define PAIRS_4 PAIR PAIR PAIR PAIR
#define PAIRS_16 PAIRS_4 PAIRS_4 PAIRS_4 PAIRS_4

__kernel void fma_loop(__global const ELEMENT* operands, __global ELEMENT* sums,
                       __global ulong* stamps, uint iterations, uint sets) {
  const uint items = ROW / WIDTH;  // of a group of 32 lanes
  const uint item = (uint)get_global_id(0);
  const uint group = item / items;
  const uint first = item % items * WIDTH;
  __global const ELEMENT* from = operands + group % sets * 4 * ROW + first;
  const VECTOR a0 = LOAD(from);
  const VECTOR a1 = LOAD(from + ROW);
  const VECTOR b0 = LOAD(from + 2 * ROW);
  const VECTOR b1 = LOAD(from + 3 * ROW);
  VECTOR s0 = (VECTOR)(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (uint n = 0; n < iterations; ++n) {
    PAIRS_16 PAIRS_16
  }
  STEP(a0)
  __global ELEMENT* to = sums + (ulong)group * 8 * ROW + first;
  STORE(s0, to);
  STORE(s1, to + ROW);
  STORE(s2, to + 2 * ROW);
  STORE(s3, to + 3 * ROW);
  STORE(s4, to + 4 * ROW);
  STORE(s5, to + 5 * ROW);
  STORE(s6, to + 6 * ROW);
  STORE(s7, to + 7 * ROW);
  // There is no clock to read: the block's stamp of five words says so.
  if (item % (WARPS * items) < 5) stamps[item / (WARPS * items) * 5 + item % (WARPS * items)] = 0;
}
