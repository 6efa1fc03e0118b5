#include "kernels/cuda/gemm/gemm.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <string>

#include "kernels/cuda/gemm/block_scales.h"
#include "kernels/cuda/gemm/formats.h"
#include "kernels/cuda/gemm/product.h"
#include "kernels/cuda/gemm/shapes.h"

namespace tpp::cuda {
namespace {

constexpr uint64_t kGiga = uint64_t{1} << 30;

TEST(GemmShapes, GiveEachUnitAsMuch) {
  const auto shapes = gemm_shapes(132, 16 * kGiga, 16);
  ASSERT_EQ(shapes.size(), 3u);
  // 132 = 12 x 11 tiles of 128 x 256, four times over in each direction, then twice.
  EXPECT_EQ(shapes[0], (GemmShape{12 * 128 * 4, 11 * 256 * 4, 8320}));
  EXPECT_EQ(shapes[1], (GemmShape{12 * 128 * 2, 11 * 256 * 2, 8320}));
  EXPECT_EQ(shapes[2], (GemmShape{8192, 8192, 8192}));
}

TEST(GemmShapes, AreOfAnyNumberOfUnits) {
  for (unsigned units = 1; units <= 200; ++units) {
    for (const GemmShape& shape : gemm_shapes(units, 16 * kGiga, 8)) {
      // What 8-bit formats ask for.
      EXPECT_EQ(shape.m % 16, 0) << units;
      EXPECT_EQ(shape.n % 16, 0) << units;
      EXPECT_EQ(shape.k % 16, 0) << units;
    }
  }
}

TEST(GemmShapes, FitIntoWhatThereIs) {
  EXPECT_EQ(gemm_shapes(132, 1 << 20, 64), (std::vector<GemmShape>{{256, 256, 384}}));
  EXPECT_EQ(gemm_shapes(132, kGiga / 2, 16).size(), 1u);
}

// So that no scale of a tile stands for nothing.
TEST(GemmShapes, AreWholeTilesOfScales) {
  for (unsigned units = 1; units <= 200; ++units) {
    for (const GemmShape& shape : gemm_shapes(units, 16 * kGiga, 8)) {
      EXPECT_EQ(shape.m % 128, 0) << units;
      EXPECT_EQ(shape.n % 128, 0) << units;
      EXPECT_EQ(shape.k % 128, 0) << units;
    }
  }
}

// NVIDIA's figure of one tile: 32 rows of 16 bytes, in each the four blocks of vectors r, r + 32,
// r + 64 and r + 96.
TEST(ScaleLayout, IsThatOfTheLibrarysTiles) {
  const ScaleLayout nv(kNvScaling, 256);  // 16 blocks a vector: 4 tiles a band
  EXPECT_EQ(nv.in_band(0, 0), 0u);
  EXPECT_EQ(nv.in_band(0, 3), 3u);
  EXPECT_EQ(nv.in_band(32, 0), 4u);
  EXPECT_EQ(nv.in_band(97, 2), 16u + 12 + 2);
  EXPECT_EQ(nv.in_band(127, 3), 511u);
  EXPECT_EQ(nv.in_band(1, 4), 512u + 16);
  EXPECT_EQ(nv.band_bytes(), 4 * 512u);
  EXPECT_EQ(nv.band_of(127), 0u);
  EXPECT_EQ(nv.band_of(128), 4 * 512u);
  EXPECT_EQ(nv.in_band(128, 0), 0u);
  EXPECT_EQ(nv.bytes(256), 8 * 512u);
}

TEST(ScaleLayout, TakesWholeTilesForWhatFillsThemInPart) {
  const ScaleLayout mx(kMxScaling, 160);  // 5 blocks: 2 tiles
  EXPECT_EQ(mx.band_bytes(), 2 * 512u);
  EXPECT_EQ(mx.bytes(129), 4 * 512u);
}

TEST(ScaleLayout, GivesEachBlockAByteOfItsOwn) {
  const ScaleLayout layout(kMxScaling, 384);
  std::set<uint64_t> places;
  for (uint64_t vector = 0; vector < 256; ++vector) {
    for (uint64_t block = 0; block < 12; ++block) {
      places.insert(layout.band_of(vector) + layout.in_band(vector, block));
    }
  }
  EXPECT_EQ(places.size(), 256u * 12);
  EXPECT_EQ(*places.rbegin() + 1, layout.bytes(256));
}

TEST(BlockScaling, MeansWhatTheFormatsSay) {
  EXPECT_EQ(kMxScaling.value(127), 1);
  EXPECT_EQ(kMxScaling.value(120), 1.0 / 128);
  EXPECT_EQ(kNvScaling.value(0x38), 1);
  EXPECT_EQ(kNvScaling.value(0x7e), 448);
  for (const BlockScaling* scaling : {&kMxScaling, &kNvScaling}) {
    std::set<double> values;
    for (const uint8_t pattern : scaling->patterns) values.insert(scaling->value(pattern));
    // Unlike ones, or a wrong place would not show.
    EXPECT_EQ(values.size(), scaling->patterns.size());
    EXPECT_EQ(*values.begin(), 0.5);
    EXPECT_EQ(*values.rbegin(), 2);
  }
}

#if CUBLAS_VER_MAJOR * 100 + CUBLAS_VER_MINOR >= 1208
TEST(BlockScaling, HasTheNumbersOfTheLibrarysHeader) {
  EXPECT_EQ(kTypeE2m1, CUDA_R_4F_E2M1);
  EXPECT_EQ(kScaleModeOfA, CUBLASLT_MATMUL_DESC_A_SCALE_MODE);
  EXPECT_EQ(kScaleModeOfB, CUBLASLT_MATMUL_DESC_B_SCALE_MODE);
  EXPECT_EQ(kNvScaling.mode, CUBLASLT_MATMUL_MATRIX_SCALE_VEC16_UE4M3);
  EXPECT_EQ(kMxScaling.mode, CUBLASLT_MATMUL_MATRIX_SCALE_VEC32_UE8M0);
}
#endif

// The partial sums of a random product are a walk of k steps.
TEST(GemmFormats, KeepAllSumsOfHalfPrecisionWithinItsElevenBits) {
  const auto& formats = gemm_formats();
  const auto half = std::find_if(formats.begin(), formats.end(), [](const GemmFormat& one) {
    return std::string(one.accumulator) == "fp16";
  });
  ASSERT_NE(half, formats.end());
  ASSERT_EQ(half->accumulator_bits, 0);
  const auto values =
      gpu::OperandValues(half->operand_element, 7, false, half->grid).matrix(1000, 100).values;
  double square = 0;
  for (const double value : values) {
    EXPECT_EQ(std::fmod(value, half->grid.step), 0);
    square += value * value / static_cast<double>(values.size());
  }
  for (const GemmShape& shape : gemm_shapes(132, 16 * kGiga, 16)) {
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
  const GemmShape shape{256, 256, 384};
  const GemmFormat& format = gemm_formats().front();
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
