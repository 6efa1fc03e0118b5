// cuBLASLt's objects of one matrix product, ended with their owner, and its choice of an algorithm.
// Both operands run along k: the one layout that every format has. Nothing here touches device
// memory. Used by one thread at a time; errors are Failures.
#ifndef TPP_KERNELS_CUDA_GEMM_PRODUCT_H
#define TPP_KERNELS_CUDA_GEMM_PRODUCT_H

#include <cublasLt.h>

#include <cstddef>

#include "kernels/cuda/gemm/cublaslt_api.h"
#include "kernels/cuda/gemm/formats.h"
#include "kernels/gpu/driver.h"
#include "kernels/gpu/gemm/shapes.h"

namespace tpp::cuda {

// Throws Failure for an error: TPP_UNSUPPORTED where the library says that it is not for it.
void check(cublasStatus_t status, const char* what);

// One object of the library's, once it is made: ended with this one.
template <class Handle>
class Owned {
 public:
  using End = cublasStatus_t (*)(Handle);
  explicit Owned(End end) : end_(end) {}
  ~Owned() {
    if (handle_ != nullptr) end_(handle_);
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  Handle* slot() { return &handle_; }  // for the call that makes it
  Handle get() const { return handle_; }

 private:
  End end_;
  Handle handle_ = nullptr;
};

// One use of the library.
class CublasLtHandle {
 public:
  explicit CublasLtHandle(const CublasLtApi& api);
  cublasLtHandle_t get() const { return handle_.get(); }

 private:
  Owned<cublasLtHandle_t> handle_;
};

class Product {
 public:
  Product(const CublasLtApi& api, const CublasLtFormat& asked, const gpu::GemmShape& shape);

  // Where the scales of the operands lie, for formats that have them.
  void set_scales(gpu::Address of_a, gpu::Address of_b);
  cublasLtMatmulDesc_t description() const { return product_.get(); }
  cublasLtMatrixLayout_t a() const { return a_.get(); }
  cublasLtMatrixLayout_t b() const { return b_.get(); }
  cublasLtMatrixLayout_t d() const { return d_.get(); }

 private:
  using Layout = Owned<cublasLtMatrixLayout_t>;

  template <class Value>
  void set(cublasLtMatmulDescAttributes_t attribute, Value value) {
    check(api_.set_product(product_.get(), attribute, &value, sizeof value),
          "describing a product");
  }
  void layout(Layout& to, boundary::Element element, int rows, int columns);

  const CublasLtApi& api_;
  Owned<cublasLtMatmulDesc_t> product_;
  Layout a_, b_, d_;
};

// The library's algorithm of that rank, or its last one, and which it is. Throws Failure:
// TPP_UNSUPPORTED where it has none.
struct Chosen {
  cublasLtMatmulAlgo_t algorithm{};
  int rank = 0;
};
Chosen algorithm_of(const CublasLtApi& api, cublasLtHandle_t handle, const Product& product,
                    int rank);

}  // namespace tpp::cuda

#endif
