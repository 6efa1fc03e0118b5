// A chain of dependent instructions of known latency: how long a clock cycle is, without a counter.
//
// Dependent multiplies, which serve on x86-64, do not serve here: a 64-bit multiply takes 2 cycles
// on some cores and 3 to 5 on others (Arm's software optimization guides; A64FX microarchitecture
// manual). Addition and exclusive-or of two unshifted registers take one cycle on all of them, in
// order or out of order. Three things keep it at one:
//   - both sources are registers: cores that carry out moves and additions of constants while
//     renaming (zero latency) cannot do so here;
//   - the two operations alternate, and no instruction computes both, so that no pair can be fused;
//   - a block is 256 instructions and every core fetches at least two a cycle, so that the taken
//     branch at its end is over before the chain reaches it.
//
//   x0 steps, >= 1: whole blocks of 256, then what is left one by one, at up to two cycles a step

#include "kernels/cpu/aarch64/function.inc"

FUNCTION tpp_clock_chain
  mov x1, #0x5555
  mov x2, #0x3333
  mov x3, #1
  lsr x4, x0, #8
  and x5, x0, #255
  cbz x4, 2f
  .p2align 6
1:
  .rept 128
  add x3, x3, x1
  eor x3, x3, x2
  .endr
  subs x4, x4, #1
  b.ne 1b
2:
  cbz x5, 4f
3:
  add x3, x3, x1
  subs x5, x5, #1
  b.ne 3b
4:
  mov x0, x3
END_FUNCTION tpp_clock_chain

END_OF_FILE
