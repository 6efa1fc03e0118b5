/* AVX-512 issue loops: 32 registers, of which 16 accumulate. Two pipes of latency 4 (Intel) or 5
 * (AMD) need 8 to 10 chains; more only make the loop longer. */
#include "kernels/cpu/x86_64/issue_loop.inc"

.macro ZMM_LOOP name, muladd, insn
        VECTOR_LOOP \name, \muladd, <\insn>, vpxord, zmm, 64, 16, zmm28, zmm29, zmm30, zmm31
.endm

        ZMM_LOOP tpp_avx512_fp64, MULADD_AB, vfmadd231pd
        ZMM_LOOP tpp_avx512_fp32, MULADD_AB, vfmadd231ps
        ZMM_LOOP tpp_avx512_fp16, MULADD_AB, vfmadd231ph
        ZMM_LOOP tpp_avx512_bf16, MULADD_AB, vdpbf16ps
        ZMM_LOOP tpp_avx512_int8, MULADD_BA, vpdpbusd

        .section .note.GNU-stack,"",@progbits
