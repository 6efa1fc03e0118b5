#include "kernels/cuda/gemm/gemm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>

#include "kernels/cuda/gemm/formats.h"
#include "kernels/cuda/gemm/product.h"
#include "kernels/gpu/gemm/shapes.h"

namespace tpp::cuda {
namespace {

#if CUBLAS_VER_MAJOR * 100 + CUBLAS_VER_MINOR >= 1208
TEST(BlockScaling, HasTheNumbersOfTheLibrarysHeader) {
  EXPECT_EQ(kTypeE2m1, CUDA_R_4F_E2M1);
  EXPECT_EQ(kScaleModeOfA, CUBLASLT_MATMUL_DESC_A_SCALE_MODE);
  EXPECT_EQ(kScaleModeOfB, CUBLASLT_MATMUL_DESC_B_SCALE_MODE);
  EXPECT_EQ(gpu::kNvScaling.mode, CUBLASLT_MATMUL_MATRIX_SCALE_VEC16_UE4M3);
  EXPECT_EQ(gpu::kMxScaling.mode, CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0);
}
#endif

// The partial sums of a random product are a walk of k steps.
TEST(GemmFormats, KeepAllSumsOfHalfPrecisionWithinItsElevenBits) {
  const auto formats = cublaslt_formats();
  const auto found = std::find_if(formats.begin(), formats.end(), [](const CublasLtFormat& one) {
    return std::string(one.format.accumulator) == "fp16";
  });
  ASSERT_NE(found, formats.end());
  const gpu::GemmFormat* const half = &found->format;
  ASSERT_EQ(half->accumulator_bits, 0);
  const auto values =
      gpu::OperandValues(half->operand, 7, false, half->grid).matrix(1000, 100).values;
  double square = 0;
  for (const double value : values) {
    EXPECT_EQ(std::fmod(value, half->grid.step), 0);
    square += value * value / static_cast<double>(values.size());
  }
  for (const gpu::GemmShape& shape : gpu::gemm_shapes(132, uint64_t{16} << 30, 16)) {
    const double deviation = square * std::sqrt(shape.k);
    EXPECT_GT(2048 * half->grid.step * half->grid.step, 6 * deviation) << shape.k;
  }
}

// A library whose calls fail from the given one on, and that counts what is left.
struct FailingLibrary {
  static inline int calls_left = 0;
  static inline int alive = 0;

  static cublasStatus_t next() {
    return calls_left-- > 0 ? CUBLAS_STATUS_SUCCESS : CUBLAS_STATUS_ALLOC_FAILED;
  }
  template <class Handle>
  static cublasStatus_t make(Handle* to) {
    const cublasStatus_t status = next();
    if (status != CUBLAS_STATUS_SUCCESS) return status;
    ++alive;
    *to = reinterpret_cast<Handle>(&alive);
    return status;
  }
  static cublasStatus_t end() {
    --alive;
    return CUBLAS_STATUS_SUCCESS;
  }
  static CublasLtApi api() {
    CublasLtApi api;
    api.create_product = [](cublasLtMatmulDesc_t* to, cublasComputeType_t, cudaDataType_t) {
      return make(to);
    };
    api.destroy_product = [](cublasLtMatmulDesc_t) { return end(); };
    api.set_product = [](cublasLtMatmulDesc_t, cublasLtMatmulDescAttributes_t, const void*,
                         std::size_t) { return next(); };
    api.create_layout = [](cublasLtMatrixLayout_t* to, cudaDataType, uint64_t, uint64_t, int64_t) {
      return make(to);
    };
    api.destroy_layout = [](cublasLtMatrixLayout_t) { return end(); };
    return api;
  }
};

TEST(Product, LeavesNothingOfTheLibrarysBehindWhicheverCallFails) {
  const CublasLtApi api = FailingLibrary::api();
  const gpu::GemmShape shape{256, 256, 384};
  const CublasLtFormat& format = cublaslt_formats().front();
  int calls = 0;
  for (bool made = false; !made; ++calls) {
    FailingLibrary::calls_left = calls;
    try {
      const Product product(api, format, shape);
      made = true;
      EXPECT_EQ(FailingLibrary::alive, 4);
    } catch (const boundary::Failure&) {
    }
    EXPECT_EQ(FailingLibrary::alive, 0) << "of " << calls << " calls";
  }
  EXPECT_EQ(calls, 1 + 6) << "a product, two settings, three layouts";
}

TEST(CublasLtApi, NamesWhatALibraryLacks) {
  std::string why;
  EXPECT_FALSE(CublasLtApi::bind([](const char*) -> void* { return nullptr; }, why));
  EXPECT_NE(why.find("cublasLtMatmul"), std::string::npos);
  const CublasLt library = find_cublaslt("/nowhere");
  EXPECT_FALSE(library.api);
  EXPECT_NE(library.why_not.find("/nowhere"), std::string::npos);
}

}  // namespace
}  // namespace tpp::cuda
