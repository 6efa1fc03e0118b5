// The precisions that are asked of cuBLASLt, and what each is in its terms. Data; pure.
#ifndef TPP_KERNELS_CUDA_GEMM_FORMATS_H
#define TPP_KERNELS_CUDA_GEMM_FORMATS_H

#include <cublasLt.h>

#include <span>

#include "kernels/gpu/gemm/format.h"

namespace tpp::cuda {

struct CublasLtFormat {
  gpu::GemmFormat format;
  cublasComputeType_t compute;
  bool fast_accumulation;
  int least_major, least_minor;  // architecture
};

std::span<const CublasLtFormat> cublaslt_formats();

cudaDataType_t type_of(boundary::Element element);

}  // namespace tpp::cuda

#endif
