/* The clock's yardstick: dependent 64-bit multiplications, 3 clocks each on every x86-64 core from
 * Nehalem and Zen on. rdi: steps, a multiple of 64. Multiplications rather than additions because
 * the taken branch then hides in their latency: a chain of additions reads 2 to 3 % low. */
#include "kernels/cpu/x86_64/issue_loop.inc"

        FUNCTION tpp_clock_chain
        mov     eax, 3
        mov     ecx, 5
        shr     rdi, 6
        .p2align 6
tpp_clock_chain_loop:
        .rept   64
        imul    rax, rcx
        .endr
        dec     rdi
        jnz     tpp_clock_chain_loop
        ret
        END_FUNCTION tpp_clock_chain

        .section .note.GNU-stack,"",@progbits
