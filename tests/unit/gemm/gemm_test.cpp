#include "kernels/cpu/gemm/gemm.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <iterator>
#include <set>
#include <utility>

#include "kernels/cpu/device.h"

namespace tpp::cpu {
namespace {

// A faulty library: right as often as `g_right_calls` says, then it returns without a word.
int g_right_calls;
template <class Real>
// NOLINTNEXTLINE(readability-function-size): the library's signature
void tiring_gemm(int, int, int, int m, int n, int k, Real, const Real* a, int lda, const Real* b,
                 int ldb, Real, Real* c, int ldc) {
  if (g_right_calls-- <= 0) return;
  for (int i = 0; i < m; ++i) {
    for (int j = 0; j < n; ++j) c[i * ldc + j] = 0;
    for (int l = 0; l < k; ++l) {
      for (int j = 0; j < n; ++j) c[i * ldc + j] += a[i * lda + l] * b[l * ldb + j];
    }
  }
}
void nothing(int) {}

GemmLibraries only_a_tiring_openblas() {
  GemmLibraries libraries;
  libraries.onednn_absent = "libdnnl.so.2: not here";
  libraries.openblas = OpenBlas::bind(
      [](const char* name) -> void* {
        const std::string_view wanted = name;
        if (wanted == "cblas_dgemm") return reinterpret_cast<void*>(tiring_gemm<double>);
        if (wanted == "cblas_sgemm") return reinterpret_cast<void*>(tiring_gemm<float>);
        if (wanted == "openblas_set_num_threads") return reinterpret_cast<void*>(nothing);
        return nullptr;
      },
      libraries.openblas_absent);
  return libraries;
}

class Gemm : public testing::Test {
 protected:
  // One core only: the fake counts its calls without a lock.
  Gemm() { device_.socket.cpus.resize(1); }

  static const Benchmark& of(const std::vector<Benchmark>& all, std::string_view subject) {
    for (const Benchmark& b : all) {
      if (b.subject == subject) return b;
    }
    throw std::runtime_error("no such benchmark");
  }

  Device device_ = find_devices("").front();
};

TEST_F(Gemm, IsUnsupportedByTheLibraryWhereNoneIsInstalled) {
  GemmLibraries none;
  none.onednn_absent = "libdnnl.so.2: not here";
  none.openblas_absent = "libopenblas.so.0: not here";
  std::set<std::string> subjects;
  for (const Benchmark& b : gemm_benchmarks_with(none, device_)) {
    subjects.insert(b.subject);
    EXPECT_TRUE(b.variants.empty()) << b.subject;
    EXPECT_EQ(b.unsupported_by, "library") << b.subject;
  }
  EXPECT_EQ(subjects, (std::set<std::string>{"fp64", "fp32", "fp16", "bf16", "int8"}));
  EXPECT_EQ(of(gemm_benchmarks_with(none, device_), "fp32").reason,
            "libdnnl.so.2: not here; libopenblas.so.0: not here");
}

TEST_F(Gemm, MakesDoWithTheOneLibraryThatIsThere) {
  const GemmLibraries libraries = only_a_tiring_openblas();
  ASSERT_TRUE(libraries.openblas);
  const auto benchmarks = gemm_benchmarks_with(libraries, device_);
  EXPECT_FALSE(of(benchmarks, "fp64").variants.empty());
  EXPECT_FALSE(of(benchmarks, "fp32").variants.empty());
  EXPECT_EQ(of(benchmarks, "bf16").reason, "libdnnl.so.2: not here");
}

TEST_F(Gemm, CatchesALibraryThatStopsComputing) {
  const GemmLibraries libraries = only_a_tiring_openblas();
  const auto benchmarks = gemm_benchmarks_with(libraries, device_);
  const auto workload = of(benchmarks, "fp32").variants.front()({.seed = 1});
  g_right_calls = 1;
  workload->run_batch(1);
  const Verification right = workload->verify(1, false);
  workload->run_batch(1);
  const Verification wrong = workload->verify(1, false);
  EXPECT_LE(right.max_error, right.error_bound);
  EXPECT_GT(wrong.max_error, wrong.error_bound);
}

TEST_F(Gemm, GivesTheDimensionsOfItsProduct) {
  const GemmLibraries libraries = only_a_tiring_openblas();
  const auto benchmarks = gemm_benchmarks_with(libraries, device_);
  const SessionInfo info = of(benchmarks, "fp64").variants.front()({.seed = 1})->info();
  const auto [m, n, k] = info.product;
  EXPECT_GT(m * n * k, 0u);
  EXPECT_EQ(info.operations_per_repeat, 2 * static_cast<double>(m * n * k));
}

TEST_F(Gemm, CannotBeVerifiedBeforeABatchHasRun) {
  const GemmLibraries libraries = only_a_tiring_openblas();
  const auto benchmarks = gemm_benchmarks_with(libraries, device_);
  const auto workload = of(benchmarks, "fp64").variants.front()({.seed = 1});
  EXPECT_THROW(workload->verify(1, false), Failure);
}

// All that could slow the libraries down or have OpenMP bind and start threads, set before anything
// is loaded.
class HostileEnvironment : public testing::Environment {
 public:
  void SetUp() override {
    for (const auto& [name, value] : {std::pair{"OMP_NUM_THREADS", "64"},
                                      {"OMP_PROC_BIND", "true"},
                                      {"OMP_PLACES", "cores"},
                                      {"OPENBLAS_NUM_THREADS", "64"},
                                      {"OPENBLAS_CORETYPE", "Prescott"}}) {
      setenv(name, value, 1);
    }
  }
};
const auto* const kHostile = testing::AddGlobalTestEnvironment(new HostileEnvironment);

std::ptrdiff_t threads_of_this_process() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/task"),
                       std::filesystem::directory_iterator());
}

TEST_F(Gemm, StartsNoThreadBesideTheTeamAndLeavesTheCallerUnbound) {
  const std::vector<int> allowed = allowed_cpus();
  device_.team();
  const std::ptrdiff_t threads = threads_of_this_process();
  for (const Benchmark& b : gemm_benchmarks(device_)) {
    if (!b.variants.empty()) b.variants.front()({.seed = 1})->run_batch(1);
  }
  EXPECT_EQ(threads_of_this_process(), threads);
  EXPECT_EQ(allowed_cpus(), allowed);
}

// Regression: OpenBLAS took a processor newer than itself for a Prescott.
TEST_F(Gemm, UsesTheVectorsOfTheProcessorWhateverTheEnvironmentSays) {
  if (!device_.features.has(Feature::avx2_fma)) GTEST_SKIP() << "no AVX2 here";
  const auto benchmarks = gemm_benchmarks(device_);
  const Benchmark& fp64 = of(benchmarks, "fp64");
  if (fp64.variants.empty()) GTEST_SKIP() << fp64.reason;
  const std::string path = fp64.variants.front()({.seed = 1})->info().path;
  EXPECT_EQ(path.find("Prescott"), std::string::npos) << path;
}

// With whatever this node has installed; on one with nothing, nothing is multiplied.
TEST_F(Gemm, IsRightInEveryVariantOfEveryInstalledLibrary) {
  for (const Benchmark& b : gemm_benchmarks(device_)) {
    if (b.variants.empty()) {
      EXPECT_EQ(b.unsupported_by, "library") << b.subject;
      EXPECT_FALSE(b.reason.empty()) << b.subject;
    }
    for (const MakeWorkload& make : b.variants) {
      const auto workload = make({.seed = 1});
      const Batch batch = workload->run_batch(2);
      const SessionInfo info = workload->info();
      EXPECT_EQ(batch.operations, 2 * info.operations_per_repeat) << info.path;
      EXPECT_EQ(info.units, 1u);
      const Verification v = workload->verify(7, false);
      EXPECT_LE(v.max_error, v.error_bound) << info.path;
      const Verification corrupt = workload->verify(7, true);
      EXPECT_GT(corrupt.max_error, corrupt.error_bound) << info.path;
    }
  }
}

}  // namespace
}  // namespace tpp::cpu
