#include "kernels/hip/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/hip/fake_runtime.h"

namespace tpp::hip {
namespace {

constexpr const char* kFamilies[] = {"fma"};
constexpr Image kImage{"gfx942", 64, kFamilies, {}};

TEST(HipContext, GivesBackItsModuleAndEvents) {
  const HipApi api = fake_api();
  { const Context context(api, 0, "device", kImage); }
  EXPECT_EQ(fake.loaded, 1);
  EXPECT_EQ(fake.unloaded, 1);
  EXPECT_EQ(fake.events, 0);
}

TEST(HipContext, GivesBackItsModuleWhereEventsFail) {
  HipApi api = fake_api();
  api.create_event = [](EventHandle**) { return Error::out_of_memory; };
  EXPECT_THROW(Context(api, 0, "device", kImage), boundary::Failure);
  EXPECT_EQ(fake.unloaded, 1);
}

TEST(HipContext, SaysThatARefusedCodeObjectIsNewerThanTheRuntime) {
  const HipApi api = fake_api();
  fake.load = Error::no_binary_for_gpu;
  try {
    const Context context(api, 0, "device", kImage);
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_FAILED);
    EXPECT_THAT(failure.what(), testing::HasSubstr("gfx942 on device"));
    EXPECT_THAT(failure.what(), testing::HasSubstr("update it"));
  }
}

TEST(HipContext, DoesNotSupportAKernelThatItsCodeLacks) {
  const HipApi api = fake_api();
  Context context(api, 0, "device", kImage);
  fake.find = Error::not_found;
  try {
    context.function("fma_fp32");
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_UNSUPPORTED);
  }
}

}  // namespace
}  // namespace tpp::hip
