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
  {
    Context context(api, 0, "device", {&kImage});
    EXPECT_EQ(fake.loaded, 0);
    context.function("fma_fp32");
    context.function("fma_fp64");
    EXPECT_EQ(fake.loaded, 1);
  }
  EXPECT_EQ(fake.unloaded, 1);
  EXPECT_EQ(fake.events, 0);
}

TEST(HipContext, GivesBackItsFirstEventWhereTheSecondFails) {
  HipApi api = fake_api();
  api.create_event = [](EventHandle** event) {
    if (++fake.events == 2) return --fake.events, Error::out_of_memory;
    *event = reinterpret_cast<EventHandle*>(&fake);
    return Error::none;
  };
  EXPECT_THROW(Context(api, 0, "device", {&kImage}), boundary::Failure);
  EXPECT_EQ(fake.events, 0);
}

TEST(HipContext, OfADeviceThatRunsNothingOfThisModuleHasNoKernels) {
  const HipApi api = fake_api();
  Context context(api, 0, "device", {});
  EXPECT_THROW(context.function("fma_fp32"), boundary::Failure);
  EXPECT_EQ(fake.loaded, 0);
}

// Both rows of a pair open it: the runtime refuses a second time.
TEST(HipContext, OpensAPeerOnceAndClosesItWhenTheLastNeedsItNoMore) {
  HipApi api = fake_api();
  static int opened = 0;
  opened = 0;
  api.open_peer = [](DeviceNumber, unsigned) { return ++opened, Error::none; };
  api.close_peer = [](DeviceNumber) { return --opened, Error::none; };
  Context context(api, 0, "device", {});
  const Context peer(api, 1, "peer", {});
  context.open_peer(peer);
  context.open_peer(peer);
  EXPECT_EQ(opened, 1);
  context.close_peer(peer);
  EXPECT_EQ(opened, 1);
  context.close_peer(peer);
  EXPECT_EQ(opened, 0);
}

TEST(HipContext, SpeaksOfTheHostsMemoryWhereNoneCanBePinned) {
  HipApi api = fake_api();
  api.allocate_pinned = [](void**, size_t, unsigned) { return Error::out_of_memory; };
  Context context(api, 0, "device", {});
  try {
    context.allocate_pinned(8);
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_OUT_OF_MEMORY);
    EXPECT_THAT(failure.what(), testing::HasSubstr("free memory of the host"));
  }
}

TEST(HipContext, SaysThatARefusedCodeObjectIsNewerThanTheRuntime) {
  const HipApi api = fake_api();
  fake.load = Error::no_binary_for_gpu;
  try {
    Context context(api, 0, "device", {&kImage});
    context.function("fma_fp32");
    FAIL();
  } catch (const boundary::Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_FAILED);
    EXPECT_THAT(failure.what(), testing::HasSubstr("gfx942 on device"));
    EXPECT_THAT(failure.what(), testing::HasSubstr("update it"));
  }
}

TEST(HipContext, CompilesOnceWhateverComesOfIt) {
  const HipApi api = fake_api();
  static int asked = 0;
  asked = 0;
  Compiler compiler;
  compiler.create = [](RtcProgram**, const char*, const char*, int, const char**, const char**) {
    return ++asked, RtcResult::out_of_memory;
  };
  compiler.error_text = [](RtcResult) { return "HIPRTC_ERROR"; };
  Context context(api, 0, "device", {&kImage, &compiler});
  for (const char* kernel : {"fma_fp32", "fma_fp64"}) {
    try {
      context.function(kernel);
      FAIL();
    } catch (const boundary::Failure& failure) {
      EXPECT_THAT(failure.what(), testing::HasSubstr("HIPRTC_ERROR"));
    }
  }
  EXPECT_EQ(asked, 1);
}

TEST(HipContext, DoesNotSupportAKernelThatItsCodeLacks) {
  const HipApi api = fake_api();
  Context context(api, 0, "device", {&kImage});
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
