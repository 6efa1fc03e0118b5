#include "kernels/cuda/gemm/formats.h"

#include <algorithm>

#include "kernels/cuda/gemm/cublaslt_api.h"

namespace tpp::cuda {
namespace {

using boundary::Element;
using enum boundary::Element;

constexpr CublasLtFormat kFormats[] = {
    {{"fp64", "", f64, f64, f64, 53}, CUBLAS_COMPUTE_64F_PEDANTIC, false, 6, 0},
    {{"fp32", "", f32, f32, f32, 24}, CUBLAS_COMPUTE_32F_PEDANTIC, false, 5, 0},
    {{"tf32", "", tf32, f32, f32, 22}, CUBLAS_COMPUTE_32F_FAST_TF32, false, 8, 0},
    {{"fp16", "", f16, f16, f32, 22}, CUBLAS_COMPUTE_32F, false, 7, 0},
    {{"fp16", "fp16", f16, f16, f16, 0, nullptr, gpu::kExactInHalf},
     CUBLAS_COMPUTE_16F,
     false,
     7,
     0},
    {{"bf16", "", bf16, bf16, f32, 22}, CUBLAS_COMPUTE_32F, false, 8, 0},
    {{"fp8_e4m3", "", e4m3, bf16, f32, 13}, CUBLAS_COMPUTE_32F, true, 8, 9},
    // Hopper's and Ada's bits of a sum are taken for FP8 here too, as in the issue loops.
    {{"mxfp8", "", e4m3, bf16, f32, 13, &gpu::kMxScaling}, CUBLAS_COMPUTE_32F, false, 10, 0},
    {{"nvfp4", "", e2m1, bf16, f32, 22, &gpu::kNvScaling}, CUBLAS_COMPUTE_32F, false, 10, 0},
    {{"int8", "", i8, i32, i32, 0}, CUBLAS_COMPUTE_32I, false, 7, 5},
};

struct Type {
  Element element;
  cudaDataType_t type;
};
// The library rounds operands of 32 bits to TF32 itself.
constexpr Type kTypes[] = {{f64, CUDA_R_64F}, {f32, CUDA_R_32F},   {tf32, CUDA_R_32F},
                           {f16, CUDA_R_16F}, {bf16, CUDA_R_16BF}, {e4m3, CUDA_R_8F_E4M3},
                           {e2m1, kTypeE2m1}, {i8, CUDA_R_8I},     {i32, CUDA_R_32I}};

}  // namespace

std::span<const CublasLtFormat> cublaslt_formats() { return kFormats; }

cudaDataType_t type_of(Element element) {
  return std::find_if(std::begin(kTypes), std::end(kTypes),
                      [&](const Type& row) { return row.element == element; })
      ->type;
}

}  // namespace tpp::cuda
