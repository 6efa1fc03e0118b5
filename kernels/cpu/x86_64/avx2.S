/* AVX2 and AVX-VNNI issue loops: 16 registers, of which 12 accumulate and 4 hold the operands. Two
 * pipes of latency 4 (Intel) or 5 (AMD) need 8 to 10 chains. */
#include "kernels/cpu/x86_64/issue_loop.inc"

.macro YMM_LOOP name, muladd, insn
        VECTOR_LOOP \name, \muladd, <\insn>, vpxor, ymm, 32, 12, ymm12, ymm13, ymm14, ymm15
.endm

/* {vex}: without it the assembler may take the EVEX form, which processors that have AVX-VNNI but
 * not AVX-512 do not know. */
.macro VEX_VPDPBUSD acc, va, vb
        {vex} vpdpbusd \acc, \va, \vb
.endm

        YMM_LOOP tpp_avx2_fp64, MULADD_AB, vfmadd231pd
        YMM_LOOP tpp_avx2_fp32, MULADD_AB, vfmadd231ps
        YMM_LOOP tpp_avx_vnni_int8, MULADD_BA, VEX_VPDPBUSD

        .section .note.GNU-stack,"",@progbits
