#include "kernels/cuda/gemm/gemm.h"

#include <gtest/gtest.h>

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
