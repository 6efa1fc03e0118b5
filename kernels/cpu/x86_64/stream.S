/* Memory streams (contract: StreamKernel in kernels/cpu/architecture.h), one shape for both
 * register widths. Eight registers a step: enough lines in flight that the prefetchers and fill
 * buffers, not the loop, set the pace. */
#include "kernels/cpu/x86_64/issue_loop.inc"

.macro READ_ONE reg, i, bytes
        vpaddq  \reg\i, \reg\i, [rdi + \i * \bytes]
.endm
.macro WRITE_ONE reg, i, bytes
        vmovntdq [rdi + \i * \bytes], \reg\()0
.endm
.macro TRIAD_LOAD reg, i, bytes
        vmovupd \reg\i, [rdx + \i * \bytes]
.endm
.macro TRIAD_ONE reg, i, bytes
        vfmadd213pd \reg\i, \reg\()8, [rsi + \i * \bytes]
        vmovntpd [rdi + \i * \bytes], \reg\i
.endm
.macro EIGHT step, reg, bytes
    .set index, 0
    .rept 8
        \step   \reg, %index, \bytes
        .set index, index + 1
    .endr
.endm

/* read: rdi from, rsi bytes -> rax. The last sum passes through the red zone (128 bytes) below the
 * stack pointer. */
.macro READ_LOOP name, zero, reg, bytes
        FUNCTION \name
    .set index, 0
    .rept 8
        ZERO_ONE \zero, \reg, %index
        .set index, index + 1
    .endr
        .p2align 6
\name\()_loop:
        EIGHT   READ_ONE, \reg, \bytes
        add     rdi, 8 * \bytes
        sub     rsi, 8 * \bytes
        jnz     \name\()_loop
        vpaddq  \reg\()0, \reg\()0, \reg\()1
        vpaddq  \reg\()2, \reg\()2, \reg\()3
        vpaddq  \reg\()4, \reg\()4, \reg\()5
        vpaddq  \reg\()6, \reg\()6, \reg\()7
        vpaddq  \reg\()0, \reg\()0, \reg\()2
        vpaddq  \reg\()4, \reg\()4, \reg\()6
        vpaddq  \reg\()0, \reg\()0, \reg\()4
        vmovups [rsp - \bytes], \reg\()0
        mov     rax, [rsp - \bytes]
    .set index, 1
    .rept \bytes / 8 - 1
        add     rax, [rsp - \bytes + 8 * index]
        .set index, index + 1
    .endr
        vzeroupper
        ret
        END_FUNCTION \name
.endm

/* write: rdi to, rsi bytes, rdx value. */
.macro WRITE_LOOP name, reg, bytes
        FUNCTION \name
        vmovq   xmm0, rdx
        vpbroadcastq \reg\()0, xmm0
        .p2align 6
\name\()_loop:
        EIGHT   WRITE_ONE, \reg, \bytes
        add     rdi, 8 * \bytes
        sub     rsi, 8 * \bytes
        jnz     \name\()_loop
        sfence                          /* non-temporal stores are done only then */
        vzeroupper
        ret
        END_FUNCTION \name
.endm

/* triad: rdi a, rsi b, rdx c, xmm0 s, rcx bytes. */
.macro TRIAD_LOOP name, reg, bytes
        FUNCTION \name
        vbroadcastsd \reg\()8, xmm0
        .p2align 6
\name\()_loop:
        EIGHT   TRIAD_LOAD, \reg, \bytes
        EIGHT   TRIAD_ONE, \reg, \bytes
        add     rdi, 8 * \bytes
        add     rsi, 8 * \bytes
        add     rdx, 8 * \bytes
        sub     rcx, 8 * \bytes
        jnz     \name\()_loop
        sfence
        vzeroupper
        ret
        END_FUNCTION \name
.endm

        READ_LOOP tpp_avx512_read, vpxord, zmm, 64
        WRITE_LOOP tpp_avx512_write, zmm, 64
        TRIAD_LOOP tpp_avx512_triad, zmm, 64
        READ_LOOP tpp_avx2_read, vpxor, ymm, 32
        WRITE_LOOP tpp_avx2_write, ymm, 32
        TRIAD_LOOP tpp_avx2_triad, ymm, 32

        .section .note.GNU-stack,"",@progbits
