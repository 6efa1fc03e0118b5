#include "kernels/cuda/gemm/product.h"

#include <fmt/format.h>

#include <algorithm>

#include "kernels/gpu/gemm/gemm.h"

namespace tpp::cuda {

using boundary::Failure;

void check(cublasStatus_t status, const char* what) {
  if (status == CUBLAS_STATUS_SUCCESS) return;
  const bool never = status == CUBLAS_STATUS_NOT_SUPPORTED || status == CUBLAS_STATUS_ARCH_MISMATCH;
  throw Failure(never ? TPP_UNSUPPORTED : TPP_FAILED,
                fmt::format("gemm: {} failed with status {} of cuBLASLt; look at the versions of "
                            "driver and library",
                            what, static_cast<int>(status)));
}

CublasLtHandle::CublasLtHandle(const CublasLtApi& api) : handle_(api.destroy) {
  check(api.create(handle_.slot()), "starting cuBLASLt");
}

Product::Product(const CublasLtApi& api, const CublasLtFormat& asked, const gpu::GemmShape& shape)
    : api_(api),
      product_(api.destroy_product),
      a_(api.destroy_layout),
      b_(api.destroy_layout),
      d_(api.destroy_layout) {
  const gpu::GemmFormat& format = asked.format;
  check(api_.create_product(product_.slot(), asked.compute, type_of(format.factor)),
        "making a product");
  set(CUBLASLT_MATMUL_DESC_TRANSA, CUBLAS_OP_T);
  set(CUBLASLT_MATMUL_DESC_TRANSB, CUBLAS_OP_N);
  if (asked.fast_accumulation) set(CUBLASLT_MATMUL_DESC_FAST_ACCUM, int8_t{1});
  if (format.scaling != nullptr) {
    set(kScaleModeOfA, format.scaling->mode);
    set(kScaleModeOfB, format.scaling->mode);
  }
  layout(a_, format.operand, shape.k, shape.m);
  layout(b_, format.operand, shape.k, shape.n);
  layout(d_, format.product, shape.m, shape.n);
}

void Product::set_scales(gpu::Address of_a, gpu::Address of_b) {
  set(CUBLASLT_MATMUL_DESC_A_SCALE_POINTER, of_a);
  set(CUBLASLT_MATMUL_DESC_B_SCALE_POINTER, of_b);
}

void Product::layout(Layout& to, boundary::Element element, int rows, int columns) {
  check(api_.create_layout(to.slot(), type_of(element), static_cast<uint64_t>(rows),
                           static_cast<uint64_t>(columns), rows),
        "describing a matrix");
}

Chosen algorithm_of(const CublasLtApi& api, cublasLtHandle_t handle, const Product& product,
                    int rank) {
  Owned<cublasLtMatmulPreference_t> preference(api.destroy_preference);
  check(api.create_preference(preference.slot()), "asking for an algorithm");
  const size_t workspace = gpu::kGemmWorkspaceBytes;
  api.set_preference(preference.get(), CUBLASLT_MATMUL_PREF_MAX_WORKSPACE_BYTES, &workspace,
                     sizeof workspace);
  cublasLtMatmulHeuristicResult_t results[gpu::kGemmRanks] = {};
  int count = 0;
  const cublasStatus_t status =
      api.heuristic(handle, product.description(), product.a(), product.b(), product.d(),
                    product.d(), preference.get(), gpu::kGemmRanks, results, &count);
  if (status == CUBLAS_STATUS_NOT_SUPPORTED || (status == CUBLAS_STATUS_SUCCESS && count == 0)) {
    throw Failure(TPP_UNSUPPORTED, "gemm: cuBLASLt has no algorithm for it on this device");
  }
  check(status, "asking for an algorithm");
  const int last = std::min(rank, count - 1);
  return {results[last].algo, last};
}

}  // namespace tpp::cuda
