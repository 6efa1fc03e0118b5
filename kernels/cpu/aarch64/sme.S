// Loops of outer products into the ZA array of SME, after the contract in
// kernels/cpu/issue_kernel.h; and the question how long a streaming vector is.
//
// The accumulators are all tiles of that element: two of 16 bits, four of 32, eight of 64. There are
// no more, so an instruction whose latency is longer cannot be hidden by any program.
//
// smstart and smstop each set all Z and P registers to zero (Arm ARM, PSTATE.SM), d8 to d15 of the
// caller among them. ZA is taken without asking (no TPIDR2 lazy save, AAPCS64 SME): nothing that
// shares a thread with these loops may hold ZA live across the call.
//
//   x0 operands   x1 accumulators   x2 iterations   z0 a0   z1 a1   z2 b0   z3 b1

#include "kernels/cpu/aarch64/function.inc"

  // The file may use what a core may lack: the caller asks first (kernels/cpu/aarch64/detect.cpp).
  .arch armv9-a+sme+sme-f64

// Instructions with 16-bit tiles are given as numbers, with p0, z0 and tile 0 for every operand:
// assemblers before binutils 2.41 do not know them.
.macro OUTER_PRODUCT instruction, acc, element, a, b, tile
  .ifc \acc, h
  .inst \instruction | \b << 16 | \a << 5 | \tile
  .else
  \instruction za\tile\().\acc, p0/m, p0/m, z\a\().\element, z\b\().\element
  .endif
.endm

.macro EVERY_TILE instruction, tiles, acc, element, a
  .irp tile, 0, 2, 4, 6
  .if \tile < \tiles
  OUTER_PRODUCT \instruction, \acc, \element, \a, 2, \tile
  .endif
  .endr
  .irp tile, 1, 3, 5, 7
  .if \tile < \tiles
  OUTER_PRODUCT \instruction, \acc, \element, \a, 3, \tile
  .endif
  .endr
.endm

.macro SME_LOOP name, instruction, tiles, acc, element
FUNCTION \name
  SAVE_CALLER_LANES
  smstart
  ptrue p0.b
  ldr z0, [x0]
  ldr z1, [x0, #1, mul vl]
  ldr z2, [x0, #2, mul vl]
  ldr z3, [x0, #3, mul vl]
  zero {za}
  .p2align 6
1:
  EVERY_TILE \instruction, \tiles, \acc, \element, 0
  EVERY_TILE \instruction, \tiles, \acc, \element, 1
  subs x2, x2, #1
  b.ne 1b
  EVERY_TILE \instruction, \tiles, \acc, \element, 0

  // Row r of tile t is vector r * tiles + t of the array (Arm ARM, ZA tile access). Stored tile
  // after tile, row after row.
  rdsvl x3, #1
  mov w4, #0
2:
  mov w12, w4
3:
  str za[w12, 0], [x1]
  addvl x1, x1, #1
  add w12, w12, #\tiles
  cmp w12, w3
  b.lo 3b
  add w4, w4, #1
  cmp w4, #\tiles
  b.ne 2b

  smstop
  RESTORE_CALLER_LANES
END_FUNCTION \name
.endm

SME_LOOP tpp_sme_fmopa_f64,     fmopa,  8, d, d
SME_LOOP tpp_sme_fmopa_f32,     fmopa,  4, s, s
SME_LOOP tpp_sme_fmopa_f16_f32, fmopa,  4, s, h
SME_LOOP tpp_sme_bfmopa,        bfmopa, 4, s, h
SME_LOOP tpp_sme_fmopa_f16,     0x81800008, 2, h, h  // fmopa za0.h, p0/m, p0/m, z0.h, z0.h
SME_LOOP tpp_sme_bfmopa_bf16,   0x81a00008, 2, h, h  // bfmopa za0.h, p0/m, p0/m, z0.h, z0.h
SME_LOOP tpp_sme_smopa_i8,      smopa,  4, s, b

// uint64_t: bytes of a Z register of this thread in streaming mode.
FUNCTION tpp_sme_vector_bytes
  rdsvl x0, #1
END_FUNCTION tpp_sme_vector_bytes

END_OF_FILE
