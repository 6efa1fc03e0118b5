#include "kernels/hip/gemm/hipblaslt_routine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace tpp::hip {
namespace {

using testing::HasSubstr;

// Memory that nobody looks into.
class NoDriver final : public gpu::Driver {
 public:
  gpu::Address allocate(uint64_t) override { return 4096; }
  void free(gpu::Address) noexcept override {}
  void upload(gpu::Address, const void*, uint64_t) override {}
  void download(void*, gpu::Address, uint64_t) override {}
  void* function(const std::string&) override { return nullptr; }
  void launch(void*, const gpu::Grid&, std::span<void*>) override {}
  void begin_timing() override {}
  double end_timing_ns() override { return 0; }
};

struct FakeLibrary {
  int version = 1'200;
  std::vector<LtResult> results;  // of the heuristic
  LtStatus heuristic = LtStatus::success;
  LtStatus layout = LtStatus::success;
  int asked = 0;    // the heuristic
  int objects = 0;  // that are not destroyed
};
FakeLibrary library;

template <class Handle>
LtStatus make(Handle** to) {
  ++library.objects;
  *to = reinterpret_cast<Handle*>(&library);
  return LtStatus::success;
}
template <class Handle>
LtStatus destroy(Handle*) {
  --library.objects;
  return LtStatus::success;
}

LtResult result_of(int32_t solution, size_t workspace = 0) {
  LtResult result{};
  std::memcpy(result.algorithm.data, &solution, sizeof solution);
  result.workspace_bytes = workspace;
  return result;
}

HipblasLtApi fake_library() {
  library = {};
  library.results = {result_of(7), result_of(9)};
  HipblasLtApi api;
  api.found = "libhipblaslt.so.0";
  api.create = make<LtHandle>;
  api.destroy = destroy<LtHandle>;
  api.version = [](LtHandle*, int* version) {
    *version = library.version;
    return LtStatus::success;
  };
  api.create_product = [](LtProduct** to, LtCompute, LtType) { return make(to); };
  api.destroy_product = destroy<LtProduct>;
  api.set_product = [](LtProduct*, LtAttribute, const void*, size_t) { return LtStatus::success; };
  api.create_layout = [](LtLayout** to, LtType, uint64_t, uint64_t, int64_t) {
    return library.layout == LtStatus::success ? make(to) : library.layout;
  };
  api.destroy_layout = destroy<LtLayout>;
  api.create_preference = make<LtPreference>;
  api.destroy_preference = destroy<LtPreference>;
  api.set_preference = [](LtPreference*, LtPreferenceAttribute, const void*, size_t) {
    return LtStatus::success;
  };
  api.heuristic = [](LtHandle*, LtProduct*, LtLayout*, LtLayout*, LtLayout*, LtLayout*,
                     LtPreference*, int wanted, LtResult results[], int* found) {
    ++library.asked;
    *found = std::min(wanted, static_cast<int>(library.results.size()));
    std::copy_n(library.results.begin(), *found, results);
    return library.heuristic;
  };
  return api;
}

const BlasFormat& bf16() {
  return *std::find_if(blas_formats().begin(), blas_formats().end(), [](const BlasFormat& one) {
    return std::string(one.format.subject) == "bf16";
  });
}
LtQuestion question(int k = 384) { return {0, &bf16(), {256, 256, k}, 600}; }

// The words of what is thrown, and its status.
std::pair<tpp_status, std::string> failure_of(HipblasLt& blas) {
  NoDriver driver;
  try {
    blas.routine(driver, question(), 0);
  } catch (const boundary::Failure& failure) {
    return {failure.status(), failure.what()};
  }
  return {TPP_OK, ""};
}

TEST(HipblasLt, AsksTheLibraryOnceForAProduct) {
  HipblasLt blas(fake_library());
  NoDriver driver;
  for (int rank = 0; rank < gpu::kGemmRanks; ++rank) blas.routine(driver, question(), rank);
  EXPECT_EQ(library.asked, 1);
  blas.routine(driver, question(512), 0);
  EXPECT_EQ(library.asked, 2);
}

TEST(HipblasLt, RemembersThatThereIsNone) {
  HipblasLt blas(fake_library());
  library.results.clear();
  for (int i = 0; i < 3; ++i) EXPECT_EQ(failure_of(blas).first, TPP_UNSUPPORTED);
  EXPECT_EQ(library.asked, 1);
}

TEST(HipblasLt, TakesTheAlgorithmOfARankOrTheLast) {
  HipblasLt blas(fake_library());
  NoDriver driver;
  EXPECT_EQ(blas.routine(driver, question(), 0)->algorithm(),
            "algorithm 1 of its heuristic (solution 7)");
  EXPECT_EQ(blas.routine(driver, question(), 3)->algorithm(),
            "algorithm 2 of its heuristic (solution 9)");
  EXPECT_EQ(blas.routine(driver, question(), 0)->library(), "libhipblaslt.so.0 version 0.12.0");
}

TEST(HipblasLt, LeavesOutWhatWantsMoreMemoryOrCannotRun) {
  HipblasLt blas(fake_library());
  LtResult broken = result_of(8);
  broken.state = LtStatus::not_supported;
  library.results = {result_of(7, gpu::kGemmWorkspaceBytes + 1), broken,
                     result_of(9, gpu::kGemmWorkspaceBytes)};
  NoDriver driver;
  EXPECT_THAT(blas.routine(driver, question(), 0)->algorithm(), HasSubstr("(solution 9)"));
}

// It says so of types that it does not know.
TEST(HipblasLt, HasNothingWhereItRefusesToLook) {
  for (const LtStatus status : {LtStatus::invalid_value, LtStatus::not_supported}) {
    HipblasLt blas(fake_library());
    library.heuristic = status;
    EXPECT_EQ(failure_of(blas).first, TPP_UNSUPPORTED);
  }
}

TEST(HipblasLt, DoesNotTakeAFaultForALack) {
  HipblasLt blas(fake_library());
  library.heuristic = static_cast<LtStatus>(6);
  EXPECT_EQ(failure_of(blas).first, TPP_FAILED);
  library.heuristic = LtStatus::success;
  EXPECT_EQ(failure_of(blas).first, TPP_OK);
}

TEST(HipblasLt, GivesBackWhatItMade) {
  HipblasLt blas(fake_library());
  NoDriver driver;
  blas.routine(driver, question(), 0);
  EXPECT_EQ(library.objects, 0);
  library.layout = LtStatus::allocation_failed;
  const auto [status, words] = failure_of(blas);
  EXPECT_EQ(status, TPP_OUT_OF_MEMORY);
  EXPECT_THAT(words, HasSubstr("free memory of the device"));
  EXPECT_EQ(library.objects, 0);
}

TEST(HipblasLt, IsTooOldForWhatCameLater) {
  HipblasLt blas(fake_library());
  library.version = 500;
  const auto [status, words] = failure_of(blas);
  EXPECT_EQ(status, TPP_UNSUPPORTED);
  EXPECT_THAT(words, HasSubstr("bf16 needs hipBLASLt 0.6.0 or newer on this device: libhipb"));
}

}  // namespace
}  // namespace tpp::hip
