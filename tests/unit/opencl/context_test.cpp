#include "kernels/opencl/context.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/opencl/fake_loader.h"

namespace tpp::opencl {
namespace {

using test::FakeLoader;
using testing::HasSubstr;

cl_device_id a_device() { return reinterpret_cast<cl_device_id>(1); }

Context make_context(const FakeLoader& loader) {
  return Context(loader.api(), a_device(), "the device", {dram_kernel("dram_write", false)});
}

TEST(BelievedTime, IsTheDevicesWhereTheHostBearsItOut) {
  EXPECT_EQ(believed_ns(9.95e6, 1e7), 9.95e6);
  EXPECT_EQ(believed_ns(1.005e7, 1e7), 1.005e7);
}

TEST(BelievedTime, IsTheHostsWhereEventsTickAtAnotherRate) {
  EXPECT_EQ(believed_ns(1e6, 1e7), 1e7);
  EXPECT_EQ(believed_ns(1e8, 1e7), 1e7);
  EXPECT_EQ(believed_ns(0, 1e7), 1e7);
}

TEST(OpenClContext, ShowsWhatTheCompilerSaidOfAFailureAndKeepsItWhole) {
  const FakeLoader loader("fault=build");
  Context context = make_context(loader);
  const auto failure = test::failure_of([&] { context.function("dram_write"); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_FAILED);
  EXPECT_THAT(failure->what(), HasSubstr("cannot compile dram_write for the device"));
  EXPECT_THAT(failure->what(), HasSubstr("error: no matching function for call to 'fma'"));
  EXPECT_THAT(context.build_log(), HasSubstr("1 error generated.\n"));
}

TEST(OpenClContext, CompilesAgainAfterAFailure) {
  FakeLoader loader("fault=build");
  Context context = make_context(loader);
  EXPECT_TRUE(test::failure_of([&] { context.function("dram_write"); }).has_value());
  loader.now("");
  EXPECT_NE(context.function("dram_write"), nullptr);
}

TEST(OpenClContext, SaysThatMemoryIsOut) {
  const FakeLoader loader("fault=memory");
  Context context = make_context(loader);
  const auto failure = test::failure_of([&] { context.allocate(4096); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_OUT_OF_MEMORY);
  EXPECT_THAT(failure->what(), HasSubstr("cannot take 4096 bytes of the device"));
}

TEST(OpenClContext, SaysThatADeviceIsLostWhileItIsWaitedFor) {
  FakeLoader loader("");
  Context context = make_context(loader);
  gpu::Address to = context.allocate(64);
  uint64_t words = 4;
  uint64_t seed = 1;
  void* arguments[] = {&to, &words, &seed};
  context.begin_timing();
  context.launch(context.function("dram_write"), {1, 64, 0}, arguments);
  loader.now("fault=lost");
  const auto failure = test::failure_of([&] { context.end_timing_ns(); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_FAILED);
  EXPECT_THAT(failure->what(), HasSubstr("CL_OUT_OF_RESOURCES"));
  loader.now("");
}

TEST(OpenClContext, FailsWhereItGetsNoQueue) {
  const FakeLoader loader("fault=queue");
  const auto failure = test::failure_of([&] { make_context(loader); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->what(), HasSubstr("cannot time on the device"));
}

TEST(OpenClContext, HasNoKernelBeyondItsTable) {
  const FakeLoader loader("");
  Context context = make_context(loader);
  const auto failure = test::failure_of([&] { context.function("mma"); });
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->status(), TPP_UNSUPPORTED);
}

TEST(OpenClContext, CutsGroupsToWhatTheKernelCanHave) {
  const FakeLoader loader("group=64");
  Context context = make_context(loader);
  gpu::Address to = context.allocate(64);
  uint64_t words = 4;
  uint64_t seed = 1;
  void* arguments[] = {&to, &words, &seed};
  EXPECT_NO_THROW(context.launch(context.function("dram_write"), {3, 512, 0}, arguments));
}

// Memory of OpenCL has handles: ours are numbers, which find their buffer from anywhere inside it.
TEST(OpenClContext, CopiesFromAnywhereInsideABuffer) {
  const FakeLoader loader("");
  Context context = make_context(loader);
  const gpu::Address first = context.allocate(16);
  const gpu::Address second = context.allocate(uint64_t{3} << 20);
  const std::vector<uint64_t> here = {1, 2, 3};
  context.upload(second + (uint64_t{2} << 20), here.data(), 24);
  uint64_t found = 0;
  context.download(&found, second + (uint64_t{2} << 20) + 8, sizeof found);
  EXPECT_EQ(found, 2u);
  context.download(&found, first + 8, sizeof found);
  EXPECT_EQ(found, 0u);
  EXPECT_TRUE(test::failure_of([&] { context.download(&found, 8, sizeof found); }).has_value());
}

}  // namespace
}  // namespace tpp::opencl
