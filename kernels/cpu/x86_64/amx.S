/* AMX issue loops: 4 accumulator tiles, 2 tiles of each operand. One tile multiplication occupies
 * the unit for 16 clocks and its result is ready after about 52, so that 4 chains just fill it.
 *
 * All tiles have the full 16 rows of 64 bytes. */
#include "kernels/cpu/x86_64/issue_loop.inc"

        .section .rodata
        .p2align 6
tile_shapes:
        .byte   1, 0                    /* palette 1, start row 0 */
        .zero   14
        .rept   8
        .short  64                      /* bytes of a row */
        .endr
        .zero   16
        .rept   8
        .byte   16                      /* rows */
        .endr
        .zero   8

.macro AMX_SWEEP insn, va
        \insn   tmm0, \va, tmm6
        \insn   tmm1, \va, tmm7
        \insn   tmm2, \va, tmm6
        \insn   tmm3, \va, tmm7
.endm

.macro AMX_LOOP name, insn
        FUNCTION \name
        ldtilecfg [rip + tile_shapes]
        mov     eax, 64                 /* bytes from row to row in memory */
        tileloadd tmm4, [rdi + rax]
        tileloadd tmm5, [rdi + rax + 1024]
        tileloadd tmm6, [rdi + rax + 2048]
        tileloadd tmm7, [rdi + rax + 3072]
        tilezero tmm0
        tilezero tmm1
        tilezero tmm2
        tilezero tmm3
        .p2align 6
\name\()_loop:
        AMX_SWEEP \insn, tmm4
        AMX_SWEEP \insn, tmm5
        dec     rdx
        jnz     \name\()_loop
        AMX_SWEEP \insn, tmm4
        tilestored [rsi + rax], tmm0
        tilestored [rsi + rax + 1024], tmm1
        tilestored [rsi + rax + 2048], tmm2
        tilestored [rsi + rax + 3072], tmm3
        tilerelease                     /* else every context switch saves 8 KB more */
        ret
        END_FUNCTION \name
.endm

        AMX_LOOP tpp_amx_int8, tdpbssd
        AMX_LOOP tpp_amx_bf16, tdpbf16ps
        AMX_LOOP tpp_amx_fp16, tdpfp16ps

        .section .note.GNU-stack,"",@progbits
