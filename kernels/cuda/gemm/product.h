// cuBLASLt's objects of one matrix product, ended with their owner, and its choice of an algorithm.
// Both operands run along k: the one layout that every format has. Nothing here touches device
// memory. Used by one thread at a time; errors are Failures.
#ifndef TPP_KERNELS_CUDA_GEMM_PRODUCT_H
#define TPP_KERNELS_CUDA_GEMM_PRODUCT_H

#include <cublasLt.h>

#include <cstddef>

#include "kernels/cuda/gemm/cublaslt_api.h"
#include "kernels/cuda/gemm/formats.h"
#include "kernels/cuda/gemm/shapes.h"
#include "kernels/gpu/driver.h"

namespace tpp::cuda {

inline constexpr std::size_t kWorkspaceBytes = std::size_t{128} << 20;
inline constexpr int kRanks = 4;  // of the library's algorithms, best first by its own estimate

// Throws Failure for an error: TPP_UNSUPPORTED where the library says that it is not for it.
void check(cublasStatus_t status, const char* what);

// One use of the library.
class CublasLtHandle {
 public:
  explicit CublasLtHandle(const CublasLtApi& api);
  ~CublasLtHandle();
  CublasLtHandle(const CublasLtHandle&) = delete;
  CublasLtHandle& operator=(const CublasLtHandle&) = delete;
  cublasLtHandle_t get() const { return handle_; }

 private:
  const CublasLtApi& api_;
  cublasLtHandle_t handle_ = nullptr;
};

class Product {
 public:
  Product(const CublasLtApi& api, const GemmFormat& format, const GemmShape& shape);
  ~Product();
  Product(const Product&) = delete;
  Product& operator=(const Product&) = delete;

  // Where the scales of the operands lie, for formats that have them.
  void set_scales(gpu::Address of_a, gpu::Address of_b);
  cublasLtMatmulDesc_t description() const { return product_; }

  cublasLtMatrixLayout_t a = nullptr, b = nullptr, d = nullptr;

 private:
  template <class Value>
  void set(cublasLtMatmulDescAttributes_t attribute, Value value) {
    check(api_.set_product(product_, attribute, &value, sizeof value), "describing a product");
  }
  void layout(cublasLtMatrixLayout_t& to, cudaDataType_t type, int rows, int columns);

  const CublasLtApi& api_;
  cublasLtMatmulDesc_t product_ = nullptr;
};

// The library's algorithm of that rank, or its last one, and which it is. Throws Failure:
// TPP_UNSUPPORTED where it has none.
struct Chosen {
  cublasLtMatmulAlgo_t algorithm{};
  int rank = 0;
};
Chosen algorithm_of(const CublasLtApi& api, cublasLtHandle_t handle, const Product& product,
                    int rank);

// One and zero in the type of a product's factors alpha and beta.
struct Factors {
  unsigned char one[8] = {};
  unsigned char zero[8] = {};
};
Factors factors_of(cudaDataType_t type);

}  // namespace tpp::cuda

#endif
