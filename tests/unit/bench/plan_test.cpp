#include "kernels/bench/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/bench/fake_backend.h"

namespace tpp::bench {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Plan, NamesBenchmarksByDeviceKernelSubjectAndAccumulator) {
  reset_fake().benchmarks = {{.kernel = "mma", .subject = "fp16", .accumulator = "fp32"}};
  EXPECT_EQ(Fake().plan().front().name, "fake:0/mma/fp16+fp32");
}

TEST(Plan, RunsLowestPowerFirstAndKeepsTheModulesOrderWithinAKernel) {
  reset_fake().benchmarks = {{.kernel = "gemm", .subject = "bf16"},
                             {.kernel = "mma", .subject = "int8"},
                             {.kernel = "mma", .subject = "fp16"},
                             {.kernel = "dram", .subject = "read"},
                             {.kernel = "fma", .subject = "fp32"}};
  std::vector<std::string> names;
  for (const Planned& planned : Fake().plan()) names.push_back(planned.name.substr(7));
  EXPECT_THAT(names, ElementsAre("dram/read", "fma/fp32", "mma/int8", "mma/fp16", "gemm/bf16"));
}

TEST(Plan, RefusesADeviceThatIsNotThereAndNamesThoseThatAre) {
  reset_fake();
  const Fake fake;
  try {
    plan(fake.backend, fake.backend.devices(), "fake:1");
    FAIL() << "accepted";
  } catch (const UsageError& error) {
    EXPECT_THAT(error.what(), HasSubstr("did you mean fake:0?"));
  }
}

}  // namespace
}  // namespace tpp::bench
