// The precisions that are asked of cuBLASLt, and what each is in its terms. Data; pure.
#ifndef TPP_KERNELS_CUDA_GEMM_FORMATS_H
#define TPP_KERNELS_CUDA_GEMM_FORMATS_H

#include <cublasLt.h>

#include <span>

#include "kernels/cpp_element.h"
#include "kernels/cuda/gemm/block_scales.h"
#include "kernels/gpu/operand_values.h"

namespace tpp::cuda {

struct GemmFormat {
  const char* subject;      // a precision, "bf16"
  const char* accumulator;  // "" unless it has to be told apart
  cudaDataType_t operands;
  cudaDataType_t product;
  cublasComputeType_t compute;
  cudaDataType_t scale;
  boundary::Element operand_element, product_element;
  int accumulator_bits;  // significand bits that sums keep, at least; 0 = exact
  bool fast_accumulation;
  int least_major, least_minor;           // architecture
  const BlockScaling* scaling = nullptr;  // of operands with a scale a block
  gpu::ValueGrid grid = {};               // of operands whose sums are to be exact
};

std::span<const GemmFormat> gemm_formats();

}  // namespace tpp::cuda

#endif
