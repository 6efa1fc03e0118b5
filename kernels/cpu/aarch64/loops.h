// The entry points of this folder's assembly. For detect.cpp, kernels.cpp and their tests only.
#ifndef TPP_KERNELS_CPU_AARCH64_LOOPS_H
#define TPP_KERNELS_CPU_AARCH64_LOOPS_H

#include <cstdint>

extern "C" {

// Issue loops; contract in kernels/cpu/issue_kernel.h.
using TppIssueLoop = void(const void* operands, void* accumulators, uint64_t iterations);
TppIssueLoop tpp_neon_fmla_f64, tpp_neon_fmla_f32, tpp_neon_fmla_f16, tpp_neon_bfdot,
    tpp_neon_bfmmla, tpp_neon_sdot, tpp_neon_smmla;
TppIssueLoop tpp_sve_fmla_f64, tpp_sve_fmla_f32, tpp_sve_fmla_f16, tpp_sve_bfdot, tpp_sve_bfmmla,
    tpp_sve_fmmla_f64, tpp_sve_fmmla_f32, tpp_sve_sdot, tpp_sve_smmla;
TppIssueLoop tpp_sme_fmopa_f64, tpp_sme_fmopa_f32, tpp_sme_fmopa_f16_f32, tpp_sme_bfmopa,
    tpp_sme_fmopa_f16, tpp_sme_bfmopa_bf16, tpp_sme_smopa_i8;

// Bytes of a vector of the calling thread. The first needs SVE, the second SME.
uint64_t tpp_sve_vector_bytes();
uint64_t tpp_sme_vector_bytes();

// Returns the end of the chain.
uint64_t tpp_clock_chain(uint64_t steps);

// Memory streams; contract in kernels/cpu/architecture.h.
uint64_t tpp_neon_stream_read(const uint64_t* from, uint64_t bytes);
void tpp_neon_stream_write(uint64_t* to, uint64_t bytes, uint64_t value);
void tpp_neon_stream_triad(double* a, const double* b, const double* c, double s, uint64_t bytes);
}

#endif
