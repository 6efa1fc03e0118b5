// Products by rocBLAS, whose own choice of an algorithm is taken. Used by one thread at a time;
// errors are Failures.
#ifndef TPP_KERNELS_HIP_GEMM_ROCBLAS_ROUTINE_H
#define TPP_KERNELS_HIP_GEMM_ROCBLAS_ROUTINE_H

#include <memory>

#include "kernels/gpu/gemm/gemm.h"
#include "kernels/hip/gemm/formats.h"

namespace tpp::hip {

// For the device that is current; `api` and `format` outlive the result. Throws Failure.
std::unique_ptr<gpu::GemmRoutine> make_rocblas_routine(const RocblasApi& api,
                                                       const BlasFormat& format,
                                                       const gpu::GemmShape& shape);

}  // namespace tpp::hip

#endif
