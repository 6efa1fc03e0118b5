#include "kernels/cuda/gemm/formats.h"

#include "kernels/cuda/gemm/cublaslt_api.h"

namespace tpp::cuda {
namespace {

using boundary::Element;

// Rounded in 11 bits, a sum of thousands of products may be off by more than it comes to. Of
// operands 0.5, 1 and 1.5 of either sign all partial sums are multiples of 0.25; over 8320 products
// they stay six standard deviations under 512, and up to there 11 bits hold them, in any order.
constexpr gpu::ValueGrid kExactInHalf = {0.5, 2};

constexpr GemmFormat kFormats[] = {
    {"fp64", "", CUDA_R_64F, CUDA_R_64F, CUBLAS_COMPUTE_64F_PEDANTIC, CUDA_R_64F, Element::f64,
     Element::f64, 53, false, 6, 0},
    {"fp32", "", CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_PEDANTIC, CUDA_R_32F, Element::f32,
     Element::f32, 24, false, 5, 0},
    // The library rounds operands of 32 bits itself.
    {"tf32", "", CUDA_R_32F, CUDA_R_32F, CUBLAS_COMPUTE_32F_FAST_TF32, CUDA_R_32F, Element::tf32,
     Element::f32, 22, false, 8, 0},
    {"fp16", "", CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::f16, Element::f16,
     22, false, 7, 0},
    {"fp16", "fp16", CUDA_R_16F, CUDA_R_16F, CUBLAS_COMPUTE_16F, CUDA_R_16F, Element::f16,
     Element::f16, 0, false, 7, 0, nullptr, kExactInHalf},
    {"bf16", "", CUDA_R_16BF, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::bf16,
     Element::bf16, 22, false, 8, 0},
    {"fp8_e4m3", "", CUDA_R_8F_E4M3, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::e4m3,
     Element::bf16, 13, true, 8, 9},
    // Hopper's and Ada's bits of a sum are taken for FP8 here too, as in the issue loops.
    {"mxfp8", "", CUDA_R_8F_E4M3, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::e4m3,
     Element::bf16, 13, false, 10, 0, &kMxScaling},
    {"nvfp4", "", kTypeE2m1, CUDA_R_16BF, CUBLAS_COMPUTE_32F, CUDA_R_32F, Element::e2m1,
     Element::bf16, 22, false, 10, 0, &kNvScaling},
    {"int8", "", CUDA_R_8I, CUDA_R_32I, CUBLAS_COMPUTE_32I, CUDA_R_32I, Element::i8, Element::i32,
     0, false, 7, 5},
};

}  // namespace

std::span<const GemmFormat> gemm_formats() { return kFormats; }

}  // namespace tpp::cuda
