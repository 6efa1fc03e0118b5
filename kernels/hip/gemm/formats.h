// The precisions that are asked of AMD's libraries, on which targets, and what each is in their
// terms. Data; pure.
#ifndef TPP_KERNELS_HIP_GEMM_FORMATS_H
#define TPP_KERNELS_HIP_GEMM_FORMATS_H

#include <optional>
#include <span>
#include <string_view>

#include "kernels/gpu/gemm/format.h"
#include "kernels/hip/gemm/hipblaslt_api.h"
#include "kernels/hip/gemm/rocblas_api.h"

namespace tpp::hip {

struct BlasFormat {
  gpu::GemmFormat format;
  LtCompute compute;
  int lt_since;                            // of hipBLASLt, as it tells its version
  bool rocblas;                            // whether that has it too
  std::span<const char* const> targets{};  // whose hardware has it; empty = all
  const char* note = "";                   // what the path says besides
};

// Those of one precision, which targets have in unlike ways, stand together.
std::span<const BlasFormat> blas_formats();

// Whether a target multiplies in it.
bool has(std::string_view target, const BlasFormat& format);

// The version of hipBLASLt that first was built for a target, as it tells it; nullopt: none is
// known. Asked for another target, some versions follow a null pointer.
std::optional<int> lt_since(std::string_view target);

LtType lt_type_of(boundary::Element element);
RocblasType rocblas_type_of(boundary::Element element);

}  // namespace tpp::hip

#endif
