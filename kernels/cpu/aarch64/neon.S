// Loops over 128-bit NEON registers, after the contract in kernels/cpu/issue_kernel.h.
//
// 24 accumulators: the widest cores issue four to six such instructions a clock at a latency of
// four (Neoverse V1 and V2, Cortex-X4 and X925 software optimization guides), so at most 24 are in
// flight. With two registers each for a and b, 28 of 32 are in use and nothing is spilled.
//
//   x0 operands   x1 accumulators   x2 iterations   v0-v23 acc   v24 a0   v25 a1   v26 b0   v27 b1

#include "kernels/cpu/aarch64/function.inc"

  // The file may use what a core may lack: the caller asks first (kernels/cpu/aarch64/detect.cpp).
  .arch armv8.2-a+fp16+dotprod+i8mm+bf16

.macro MULTIPLY_ADD instruction, acc, element, a, b, i
  \instruction v\i\().\acc, v\a\().\element, v\b\().\element
.endm

.macro EVERY_ACCUMULATOR instruction, acc, element, a
  EACH_EVEN MULTIPLY_ADD \instruction, \acc, \element, \a, 26,
  EACH_ODD MULTIPLY_ADD \instruction, \acc, \element, \a, 27,
.endm

.macro CLEAR i
  movi v\i\().2d, #0
.endm

.macro STORE i
  str q\i, [x1, #(16 * \i)]
.endm

// acc and element are register arrangements, "4s" and "16b".
.macro NEON_LOOP name, instruction, acc, element
FUNCTION \name
  SAVE_CALLER_LANES
  ldp q24, q25, [x0]
  ldp q26, q27, [x0, #32]
  EACH_EVEN CLEAR
  EACH_ODD CLEAR
  .p2align 6
1:
  EVERY_ACCUMULATOR \instruction, \acc, \element, 24
  EVERY_ACCUMULATOR \instruction, \acc, \element, 25
  subs x2, x2, #1
  b.ne 1b
  EVERY_ACCUMULATOR \instruction, \acc, \element, 24
  EACH_EVEN STORE
  EACH_ODD STORE
  RESTORE_CALLER_LANES
END_FUNCTION \name
.endm

NEON_LOOP tpp_neon_fmla_f64,   fmla,   2d, 2d
NEON_LOOP tpp_neon_fmla_f32,   fmla,   4s, 4s
NEON_LOOP tpp_neon_fmla_f16,   fmla,   8h, 8h
NEON_LOOP tpp_neon_bfdot,      bfdot,  4s, 8h
NEON_LOOP tpp_neon_bfmmla,     bfmmla, 4s, 8h
NEON_LOOP tpp_neon_sdot,       sdot,   4s, 16b
NEON_LOOP tpp_neon_smmla,      smmla,  4s, 16b

END_OF_FILE
