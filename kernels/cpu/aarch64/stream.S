// Memory streams over 128-bit registers: what kernels/cpu/architecture.h asks of a StreamKernel.
//
// Memory, not the width of a register, bounds them on every current core, so that there is no SVE
// form. stnp says that the lines will not be used again. Cores that see whole lines being written
// in a row stop reading them first ("write streaming mode", Neoverse N1, V1 and V2 technical
// reference manuals); no instruction can demand it.

#include "kernels/cpu/aarch64/function.inc"

// uint64_t read(x0 from, x1 bytes): the sum of all words. Eight sums, so that no
// addition waits for another.
FUNCTION tpp_neon_stream_read
  .irp register, v16, v17, v18, v19, v20, v21, v22, v23
  movi \register\().2d, #0
  .endr
  .p2align 6
1:
  ldp q0, q1, [x0]
  ldp q2, q3, [x0, #32]
  ldp q4, q5, [x0, #64]
  ldp q6, q7, [x0, #96]
  add v16.2d, v16.2d, v0.2d
  add v17.2d, v17.2d, v1.2d
  add v18.2d, v18.2d, v2.2d
  add v19.2d, v19.2d, v3.2d
  add v20.2d, v20.2d, v4.2d
  add v21.2d, v21.2d, v5.2d
  add v22.2d, v22.2d, v6.2d
  add v23.2d, v23.2d, v7.2d
  add x0, x0, #128
  subs x1, x1, #128
  b.ne 1b
  add v16.2d, v16.2d, v17.2d
  add v18.2d, v18.2d, v19.2d
  add v20.2d, v20.2d, v21.2d
  add v22.2d, v22.2d, v23.2d
  add v16.2d, v16.2d, v18.2d
  add v20.2d, v20.2d, v22.2d
  add v16.2d, v16.2d, v20.2d
  addp d16, v16.2d
  fmov x0, d16
END_FUNCTION tpp_neon_stream_read

// void write(x0 to, x1 bytes, x2 value)
FUNCTION tpp_neon_stream_write
  dup v0.2d, x2
  .p2align 6
1:
  stnp q0, q0, [x0]
  stnp q0, q0, [x0, #32]
  stnp q0, q0, [x0, #64]
  stnp q0, q0, [x0, #96]
  add x0, x0, #128
  subs x1, x1, #128
  b.ne 1b
END_FUNCTION tpp_neon_stream_write

// void triad(x0 a, x1 b, x2 c, d0 s, x3 bytes): a = b + s * c, fused
FUNCTION tpp_neon_stream_triad
  dup v0.2d, v0.d[0]
  .p2align 6
1:
  ldp q16, q17, [x1]
  ldp q18, q19, [x1, #32]
  ldp q20, q21, [x2]
  ldp q22, q23, [x2, #32]
  fmla v16.2d, v20.2d, v0.2d
  fmla v17.2d, v21.2d, v0.2d
  fmla v18.2d, v22.2d, v0.2d
  fmla v19.2d, v23.2d, v0.2d
  stnp q16, q17, [x0]
  stnp q18, q19, [x0, #32]
  add x1, x1, #64
  add x2, x2, #64
  add x0, x0, #64
  subs x3, x3, #64
  b.ne 1b
END_FUNCTION tpp_neon_stream_triad

END_OF_FILE
