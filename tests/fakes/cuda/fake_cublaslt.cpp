// NVIDIA's cuBLASLt without a GPU: libcublasLt.so.13 for tests. Products are computed on the host,
// from device memory as fake_cuda has it. It knows two algorithms for each, and no 8-bit floating
// point before it was given scales, as the library wants them.
#include <cublasLt.h>

#include <cstring>
#include <string>
#include <vector>

#include "kernels/cpp_element.h"

namespace {

using tpp::boundary::Element;

struct Layout {
  cudaDataType type;
  uint64_t rows, columns;
  int64_t stride;
};
struct Product {
  cublasComputeType_t compute;
  bool transposed_a = false, transposed_b = false;
  bool scaled_a = false, scaled_b = false;
};

const Layout& layout_of(cublasLtMatrixLayout_t handle) {
  return *reinterpret_cast<const Layout*>(handle);
}

Element element_of(cudaDataType type, cublasComputeType_t compute) {
  switch (type) {
    case CUDA_R_64F:
      return Element::f64;
    case CUDA_R_32F:
      return compute == CUBLAS_COMPUTE_32F_FAST_TF32 ? Element::tf32 : Element::f32;
    case CUDA_R_16F:
      return Element::f16;
    case CUDA_R_16BF:
      return Element::bf16;
    case CUDA_R_8F_E4M3:
      return Element::e4m3;
    case CUDA_R_8I:
      return Element::i8;
    default:
      return Element::i32;
  }
}

struct Matrix {
  const Layout& layout;
  void* at;
};

std::vector<double> values_of(const Matrix& matrix, Element element) {
  const std::size_t bytes = tpp::boundary::bytes_of(element);
  std::vector<double> values(matrix.layout.rows * matrix.layout.columns);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = tpp::boundary::decode(element, static_cast<const char*>(matrix.at) + i * bytes);
  }
  return values;
}

// D = A^T B, all by columns.
void multiply(const Product& product, const Matrix& a, const Matrix& b, const Matrix& d) {
  const auto left = values_of(a, element_of(a.layout.type, product.compute));
  const auto right = values_of(b, element_of(b.layout.type, product.compute));
  const Element element = element_of(d.layout.type, CUBLAS_COMPUTE_32F);
  const std::size_t bytes = tpp::boundary::bytes_of(element);
  const uint64_t depth = a.layout.rows;
  for (uint64_t column = 0; column < d.layout.columns; ++column) {
    for (uint64_t row = 0; row < d.layout.rows; ++row) {
      double sum = 0;
      for (uint64_t k = 0; k < depth; ++k) sum += left[row * depth + k] * right[column * depth + k];
      tpp::boundary::encode(element, sum,
                            static_cast<char*>(d.at) + (column * d.layout.rows + row) * bytes);
    }
  }
}

}  // namespace

extern "C" {

cublasStatus_t cublasLtCreate(cublasLtHandle_t* handle) {
  *handle = reinterpret_cast<cublasLtHandle_t>(new int(0));
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtDestroy(cublasLtHandle_t handle) {
  delete reinterpret_cast<int*>(handle);
  return CUBLAS_STATUS_SUCCESS;
}
size_t cublasLtGetVersion() { return 130000; }
cublasStatus_t cublasLtMatmulDescCreate(cublasLtMatmulDesc_t* to, cublasComputeType_t compute,
                                        cudaDataType_t) {
  *to = reinterpret_cast<cublasLtMatmulDesc_t>(new Product{compute});
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescDestroy(cublasLtMatmulDesc_t product) {
  delete reinterpret_cast<Product*>(product);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulDescSetAttribute(cublasLtMatmulDesc_t handle,
                                              cublasLtMatmulDescAttributes_t which,
                                              const void* value, size_t) {
  auto* product = reinterpret_cast<Product*>(handle);
  cublasOperation_t operation = CUBLAS_OP_N;
  if (which == CUBLASLT_MATMUL_DESC_TRANSA || which == CUBLASLT_MATMUL_DESC_TRANSB) {
    std::memcpy(&operation, value, sizeof operation);
  }
  if (which == CUBLASLT_MATMUL_DESC_TRANSA) product->transposed_a = operation == CUBLAS_OP_T;
  if (which == CUBLASLT_MATMUL_DESC_TRANSB) product->transposed_b = operation == CUBLAS_OP_T;
  if (which == CUBLASLT_MATMUL_DESC_A_SCALE_POINTER) product->scaled_a = true;
  if (which == CUBLASLT_MATMUL_DESC_B_SCALE_POINTER) product->scaled_b = true;
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutCreate(cublasLtMatrixLayout_t* to, cudaDataType type,
                                          uint64_t rows, uint64_t columns, int64_t stride) {
  *to = reinterpret_cast<cublasLtMatrixLayout_t>(new Layout{type, rows, columns, stride});
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatrixLayoutDestroy(cublasLtMatrixLayout_t layout) {
  delete reinterpret_cast<Layout*>(layout);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceCreate(cublasLtMatmulPreference_t* to) {
  *to = reinterpret_cast<cublasLtMatmulPreference_t>(new int(0));
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceDestroy(cublasLtMatmulPreference_t preference) {
  delete reinterpret_cast<int*>(preference);
  return CUBLAS_STATUS_SUCCESS;
}
cublasStatus_t cublasLtMatmulPreferenceSetAttribute(cublasLtMatmulPreference_t,
                                                    cublasLtMatmulPreferenceAttributes_t,
                                                    const void*, size_t) {
  return CUBLAS_STATUS_SUCCESS;
}
// NOLINTNEXTLINE(readability-function-size): NVIDIA's parameters.
cublasStatus_t cublasLtMatmulAlgoGetHeuristic(cublasLtHandle_t, cublasLtMatmulDesc_t handle,
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatmulPreference_t, int wanted,
                                              cublasLtMatmulHeuristicResult_t results[],
                                              int* found) {
  const auto* product = reinterpret_cast<const Product*>(handle);
  if (!product->transposed_a || product->transposed_b) return CUBLAS_STATUS_NOT_SUPPORTED;
  const bool unscaled = !product->scaled_a || !product->scaled_b;
  if (layout_of(a).type == CUDA_R_8F_E4M3 && unscaled) return CUBLAS_STATUS_NOT_SUPPORTED;
  *found = wanted < 2 ? wanted : 2;
  for (int i = 0; i < *found; ++i) results[i] = {};
  return CUBLAS_STATUS_SUCCESS;
}
// NOLINTNEXTLINE(readability-function-size): NVIDIA's parameters.
cublasStatus_t cublasLtMatmul(cublasLtHandle_t, cublasLtMatmulDesc_t product, const void*,
                              const void* a, cublasLtMatrixLayout_t a_layout, const void* b,
                              cublasLtMatrixLayout_t b_layout, const void*, const void*,
                              cublasLtMatrixLayout_t, void* d, cublasLtMatrixLayout_t d_layout,
                              const cublasLtMatmulAlgo_t*, void*, size_t, cudaStream_t) {
  multiply(*reinterpret_cast<const Product*>(product), {layout_of(a_layout), const_cast<void*>(a)},
           {layout_of(b_layout), const_cast<void*>(b)}, {layout_of(d_layout), d});
  return CUBLAS_STATUS_SUCCESS;
}

}  // extern "C"
