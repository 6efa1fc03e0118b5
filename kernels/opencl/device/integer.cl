// Chains of integer multiply-adds, each of whose products needs a sum that came before: of operands
// that stay the same a compiler could take the product out of the loop, and what is counted would
// not be done. A work-item has WIDTH neighbours of a group of 32 lanes; WARPS such groups are a
// block. Sums wrap around.
//   plain      s[i] = s[i] * a + b[i & 1]                    on vectors of 32-bit elements
//   with DOT   s[i] += the four bytes of s[i + 1] . those of b[i & 1], in turn, s[7] by s[0]
#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#if WIDTH == 1
#define VECTOR uint
#define LOAD(from) (*(from))
#define STORE(value, to) (*(to) = (value))
#else
#define VECTOR PASTE(uint, WIDTH)
#define LOAD(from) PASTE(vload, WIDTH)(0, from)
#define STORE(value, to) PASTE(vstore, WIDTH)(value, 0, to)
#endif

#ifdef DOT
#define MULTIPLY_ADD(sum, next, b) sum += (uint)dot_4x8packed_ss_int(next, b)
#else
#define MULTIPLY_ADD(sum, next, b) sum = sum * a + b
#endif

// 64 steps of eight chains: kChains and twice kVectorUnroll of the contract.
#define STEP                \
  MULTIPLY_ADD(s0, s1, b0); \
  MULTIPLY_ADD(s1, s2, b1); \
  MULTIPLY_ADD(s2, s3, b0); \
  MULTIPLY_ADD(s3, s4, b1); \
  MULTIPLY_ADD(s4, s5, b0); \
  MULTIPLY_ADD(s5, s6, b1); \
  MULTIPLY_ADD(s6, s7, b0); \
  MULTIPLY_ADD(s7, s0, b1);
#define STEPS_4 STEP STEP STEP STEP
#define STEPS_16 STEPS_4 STEPS_4 STEPS_4 STEPS_4

__kernel void integer_loop(__global const uint* operands, __global uint* sums,
                           __global ulong* stamps, uint iterations, uint sets) {
  const uint items = 32 / WIDTH;
  const uint item = (uint)get_global_id(0);
  const uint group = item / items;
  const uint first = item % items * WIDTH;
  __global const uint* from = operands + group % sets * 4 * 32 + first;
  const VECTOR a = LOAD(from);
  const VECTOR b0 = LOAD(from + 32);
  const VECTOR b1 = LOAD(from + 64);
  VECTOR s0 = LOAD(from + 96);
  // Unlike each other, or equal chains would be one.
  VECTOR s1 = s0 + 1, s2 = s0 + 2, s3 = s0 + 3, s4 = s0 + 4, s5 = s0 + 5, s6 = s0 + 6, s7 = s0 + 7;
  for (uint n = 0; n < iterations; ++n) {
    STEPS_16 STEPS_16 STEPS_16 STEPS_16
  }
  __global uint* to = sums + (ulong)group * 8 * 32 + first;
  STORE(s0, to);
  STORE(s1, to + 32);
  STORE(s2, to + 64);
  STORE(s3, to + 96);
  STORE(s4, to + 128);
  STORE(s5, to + 160);
  STORE(s6, to + 192);
  STORE(s7, to + 224);
  // There is no clock to read: the block's stamp of five words says so.
  if (item % (WARPS * items) < 5) stamps[item / (WARPS * items) * 5 + item % (WARPS * items)] = 0;
}
