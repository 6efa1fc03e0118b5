#include "kernels/cpu/gemm/openblas.h"

#include <gtest/gtest.h>

#include <map>

#include "kernels/cpu/device.h"
#include "kernels/cpu/gemm/product_check.h"

namespace tpp::cpu {
namespace {

template <class Real>
// NOLINTNEXTLINE(readability-function-size): the library's signature
void textbook_gemm(int, int, int, int m, int n, int k, Real, const Real* a, int lda, const Real* b,
                   int ldb, Real, Real* c, int ldc) {
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) {
      Real sum = 0;
      for (int l = 0; l < k; ++l) sum += a[i * lda + l] * b[l * ldb + j];
      c[i * ldc + j] = sum;
    }
  }
}

void nothing(int) {}
char* configuration() {
  static char text[] = "OpenBLAS 9.8.7 NO_LAPACKE DYNAMIC_ARCH SomeCore MAX_THREADS=64";
  return text;
}
char* core_name() {
  static char text[] = "SomeCore";
  return text;
}

// A library of these functions and no others.
using Symbols = std::map<std::string, void*>;
SymbolSource source_of(const Symbols& symbols) {
  return [symbols](const char* name) {
    const auto found = symbols.find(name);
    return found == symbols.end() ? nullptr : found->second;
  };
}
const Symbols kRequired = {
    {"cblas_dgemm", reinterpret_cast<void*>(textbook_gemm<double>)},
    {"cblas_sgemm", reinterpret_cast<void*>(textbook_gemm<float>)},
    {"openblas_set_num_threads", reinterpret_cast<void*>(nothing)},
};

TEST(OpenBlas, IsNamedAfterVersionAndCore) {
  Symbols symbols = kRequired;
  symbols["openblas_get_config"] = reinterpret_cast<void*>(configuration);
  symbols["openblas_get_corename"] = reinterpret_cast<void*>(core_name);
  std::string why;
  const auto blas = OpenBlas::bind(source_of(symbols), why);
  ASSERT_TRUE(blas) << why;
  EXPECT_EQ(blas->name, "OpenBLAS 9.8.7 SomeCore");
}

TEST(OpenBlas, NeedsNoOptionalFunction) {
  std::string why;
  const auto blas = OpenBlas::bind(source_of(kRequired), why);
  ASSERT_TRUE(blas) << why;
  EXPECT_EQ(blas->name, "OpenBLAS");
}

TEST(OpenBlas, IsNotLoadedWhereItCouldNotBeHeldToWhatIsForced) {
  std::string why;
  EXPECT_FALSE(OpenBlas::load({Feature::portable}, true, why));
  EXPECT_NE(why.find("option isa"), std::string::npos) << why;
}

TEST(OpenBlas, IsRefusedWithTheNamesOfMissingFunctions) {
  Symbols symbols = kRequired;
  symbols.erase("cblas_dgemm");
  symbols.erase("openblas_set_num_threads");
  std::string why;
  EXPECT_FALSE(OpenBlas::bind(source_of(symbols), why));
  EXPECT_EQ(why, "OpenBLAS lacks cblas_dgemm, openblas_set_num_threads");
}

TEST(OpenBlas, MultipliesEachCoresRows) {
  constexpr GemmFormat kFp64 = {"fp64", Element::f64, Element::f64, Element::f64};
  std::string why;
  const auto blas = OpenBlas::bind(source_of(kRequired), why);
  ASSERT_TRUE(blas) << why;
  Team team(allowed_cpus());
  Operands operands(kFp64, {5, 7, 11}, team, {.seed = 2});
  const auto routine = OpenBlas::make(*blas, operands);
  team.run([&](int core) { routine->multiply(core); });
  const Verification v = check_product(operands, team, 1, false);
  EXPECT_LE(v.max_error, v.error_bound);
  EXPECT_EQ(routine->name(), "OpenBLAS dgemm");
}

TEST(OpenBlasVersion, IsTheFirstNumberOfTheConfiguration) {
  EXPECT_EQ(openblas_version("OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH NO_AFFINITY SkylakeX "),
            "0.3.21");
  EXPECT_EQ(openblas_version("OpenBLAS"), "");
  EXPECT_EQ(openblas_version(""), "");
}

// Regression: OpenBLAS 0.3.21 by itself takes a fifth-generation Xeon for a Prescott.
TEST(OpenBlasCoreType, FollowsWhatTheProcessorCanDo) {
  EXPECT_STREQ(openblas_core_type({Feature::avx2_fma, Feature::avx512f, Feature::avx512_core}),
               "SkylakeX");
  // Xeon Phi: its AVX-512 lacks what those kernels use.
  EXPECT_STREQ(openblas_core_type({Feature::avx2_fma, Feature::avx512f}), "Haswell");
  EXPECT_STREQ(openblas_core_type({Feature::portable, Feature::avx2_fma}), "Haswell");
  EXPECT_EQ(openblas_core_type({Feature::portable}), nullptr);
  EXPECT_EQ(openblas_core_type({Feature::portable, Feature::neon}), nullptr);
}

}  // namespace
}  // namespace tpp::cpu
