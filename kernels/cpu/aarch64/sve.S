// Loops over SVE registers of whatever length the thread has, after the contract in
// kernels/cpu/issue_kernel.h; and the question how long that is.
//
// 24 accumulators for the reason given in neon.S; A64FX needs 18 (two pipes, latency nine: A64FX
// microarchitecture manual). Every lane is active: p0 is all true.
//
//   x0 operands   x1 accumulators   x2 iterations   z0-z23 acc   z24 a0   z25 a1   z26 b0   z27 b1

#include "kernels/cpu/aarch64/function.inc"

  // The file may use what a core may lack: the caller asks first (kernels/cpu/aarch64/detect.cpp).
  .arch armv8.2-a+sve+bf16+i8mm+f32mm+f64mm

// fmla takes a predicate, the others none.
.macro MULTIPLY_ADD instruction, acc, element, a, b, i
  .ifc \instruction, fmla
  fmla z\i\().\acc, p0/m, z\a\().\element, z\b\().\element
  .else
  \instruction z\i\().\acc, z\a\().\element, z\b\().\element
  .endif
.endm

.macro EVERY_ACCUMULATOR instruction, acc, element, a
  EACH_EVEN MULTIPLY_ADD \instruction, \acc, \element, \a, 26,
  EACH_ODD MULTIPLY_ADD \instruction, \acc, \element, \a, 27,
.endm

.macro CLEAR i
  mov z\i\().b, #0
.endm

.macro STORE i
  str z\i, [x1, #\i, mul vl]
.endm

// acc and element are lane widths, "s" and "b".
.macro SVE_LOOP name, instruction, acc, element
FUNCTION \name
  SAVE_CALLER_LANES
  ptrue p0.b
  ldr z24, [x0]
  ldr z25, [x0, #1, mul vl]
  ldr z26, [x0, #2, mul vl]
  ldr z27, [x0, #3, mul vl]
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

SVE_LOOP tpp_sve_fmla_f64,   fmla,   d, d
SVE_LOOP tpp_sve_fmla_f32,   fmla,   s, s
SVE_LOOP tpp_sve_fmla_f16,   fmla,   h, h
SVE_LOOP tpp_sve_bfdot,      bfdot,  s, h
SVE_LOOP tpp_sve_bfmmla,     bfmmla, s, h
SVE_LOOP tpp_sve_fmmla_f64,  fmmla,  d, d
SVE_LOOP tpp_sve_fmmla_f32,  fmmla,  s, s
SVE_LOOP tpp_sve_sdot,       sdot,   s, b
SVE_LOOP tpp_sve_smmla,      smmla,  s, b

// uint64_t: bytes of a Z register of this thread.
FUNCTION tpp_sve_vector_bytes
  rdvl x0, #1
END_FUNCTION tpp_sve_vector_bytes

END_OF_FILE
