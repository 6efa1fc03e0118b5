// NVIDIA's cuBLASLt without a GPU: libcublasLt.so.13 for tests. Products are computed on the host,
// from device memory as fake_cuda has it. It knows two algorithms for each, and no floating point
// of 8 or 4 bits before it was given scales, as the library wants them. Scales of blocks are read
// the other way round than the backend places them: by what stands at each byte of a tile (NVIDIA,
// cuBLAS, "1D Block Scaling Factors Layout").
//
// What the environment variable TPP_FAKE_CUBLASLT asks for (words apart by spaces):
//
//   version=120300   that of the library; before 120800 it knows no scales of blocks
//   lacks=33         no algorithm for operands of that cudaDataType
//   skips=1          so many of the products of each sum are left out
//   wide=1           tf32 is multiplied as fp32
#include <cublasLt.h>

#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "kernels/cpp_element.h"
#include "kernels/cuda/gemm/cublaslt_api.h"
#include "tests/fakes/product_emulation.h"
#include "tests/fakes/settings.h"

namespace {

using tpp::boundary::Element;

// cublasLtMatmulMatrixScale_t, which headers older than CUDA 12.8 lack.
enum : int32_t { kOneScale = 0, kVec16Ue4m3 = 1, kVec32Ue8m0 = 2 };

std::size_t setting(const std::string& name, std::size_t otherwise) {
  static const fakes::Settings settings("TPP_FAKE_CUBLASLT");
  return static_cast<std::size_t>(settings.number(name, static_cast<int>(otherwise)));
}
std::size_t version() { return setting("version", 130000); }

// Of one operand.
struct Scaling {
  int32_t mode = kOneScale;
  const unsigned char* at = nullptr;
};

struct Layout {
  cudaDataType type;
  uint64_t rows, columns;
  int64_t stride;
};
struct Product {
  cublasComputeType_t compute;
  bool transposed_a = false, transposed_b = false;
  Scaling scaling_a{}, scaling_b{};
};

const Layout& layout_of(cublasLtMatrixLayout_t handle) {
  return *reinterpret_cast<const Layout*>(handle);
}

Element element_of(cudaDataType type, cublasComputeType_t compute) {
  switch (type) {
    case CUDA_R_64F:
      return Element::f64;
    case CUDA_R_32F:
      return compute == CUBLAS_COMPUTE_32F_FAST_TF32 && setting("wide", 0) == 0 ? Element::tf32
                                                                                : Element::f32;
    case CUDA_R_16F:
      return Element::f16;
    case CUDA_R_16BF:
      return Element::bf16;
    case CUDA_R_8F_E4M3:
      return Element::e4m3;
    case CUDA_R_8I:
      return Element::i8;
    case tpp::cuda::kTypeE2m1:
      return Element::e2m1;
    default:
      return Element::i32;
  }
}

struct Matrix {
  const Layout& layout;
  void* at;
};

double scale_value(int32_t mode, unsigned char pattern) {
  return mode == kVec32Ue8m0 ? std::exp2(static_cast<int>(pattern) - 127)
                             : tpp::boundary::decode_bits(Element::e4m3, pattern);
}

// Byte by byte: which vectors' which block each scale belongs to.
void apply_block_scales(const Scaling& scaling, const Layout& layout, std::vector<double>& values) {
  const uint64_t block = scaling.mode == kVec32Ue8m0 ? 32 : 16;
  const uint64_t blocks = (layout.rows + block - 1) / block;
  const uint64_t padded_blocks = (blocks + 3) / 4 * 4;
  const uint64_t padded_vectors = (layout.columns + 127) / 128 * 128;
  for (uint64_t at = 0; at < padded_blocks * padded_vectors; ++at) {
    const uint64_t tile = at / 512;
    const uint64_t offset = at % 512;
    const uint64_t vector = tile / (padded_blocks / 4) * 128 + offset % 16 / 4 * 32 + offset / 16;
    const uint64_t begin = (tile % (padded_blocks / 4) * 4 + offset % 4) * block;
    if (vector >= layout.columns) continue;
    for (uint64_t k = begin; k < begin + block && k < layout.rows; ++k) {
      values[vector * layout.rows + k] *= scale_value(scaling.mode, scaling.at[at]);
    }
  }
}

std::vector<double> operand_of(const Matrix& matrix, const Scaling& scaling,
                               cublasComputeType_t compute) {
  const Element element = element_of(matrix.layout.type, compute);
  auto values = fakes::values_of(matrix.at, matrix.layout.rows * matrix.layout.columns, element);
  if (scaling.mode != kOneScale) apply_block_scales(scaling, matrix.layout, values);
  return values;
}

bool takes(const Layout& layout, const Scaling& scaling) {
  if (layout.type == static_cast<cudaDataType>(setting("lacks", 1000))) return false;
  if (layout.type == tpp::cuda::kTypeE2m1) {
    return scaling.mode == kVec16Ue4m3 && scaling.at != nullptr && layout.stride % 32 == 0;
  }
  if (layout.type == CUDA_R_8F_E4M3) return scaling.mode != kVec16Ue4m3 && scaling.at != nullptr;
  return scaling.mode == kOneScale;
}

// D = A^T B, all by columns.
void multiply(const Product& product, const Matrix& a, const Matrix& b, const Matrix& d) {
  const auto left = operand_of(a, product.scaling_a, product.compute);
  const auto right = operand_of(b, product.scaling_b, product.compute);
  fakes::multiply(left, right,
                  {d.layout.rows, d.layout.columns, a.layout.rows, setting("skips", 0)}, d.at,
                  element_of(d.layout.type, CUBLAS_COMPUTE_32F));
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
size_t cublasLtGetVersion() { return version(); }
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
  const bool of_blocks = which == tpp::cuda::kScaleModeOfA || which == tpp::cuda::kScaleModeOfB;
  if (of_blocks && version() < 120800) return CUBLAS_STATUS_INVALID_VALUE;
  const auto copy = [&](auto& to) { std::memcpy(&to, value, sizeof to); };
  if (which == tpp::cuda::kScaleModeOfA) copy(product->scaling_a.mode);
  if (which == tpp::cuda::kScaleModeOfB) copy(product->scaling_b.mode);
  if (which == CUBLASLT_MATMUL_DESC_A_SCALE_POINTER) copy(product->scaling_a.at);
  if (which == CUBLASLT_MATMUL_DESC_B_SCALE_POINTER) copy(product->scaling_b.at);
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
                                              cublasLtMatrixLayout_t a, cublasLtMatrixLayout_t b,
                                              cublasLtMatrixLayout_t, cublasLtMatrixLayout_t,
                                              cublasLtMatmulPreference_t, int wanted,
                                              cublasLtMatmulHeuristicResult_t results[],
                                              int* found) {
  const auto* product = reinterpret_cast<const Product*>(handle);
  if (!product->transposed_a || product->transposed_b) return CUBLAS_STATUS_NOT_SUPPORTED;
  if (!takes(layout_of(a), product->scaling_a) || !takes(layout_of(b), product->scaling_b)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
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
