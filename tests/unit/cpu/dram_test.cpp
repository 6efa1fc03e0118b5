#include "kernels/cpu/dram.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>
#include <vector>

#include "kernels/cpu/device.h"
#include "kernels/cpu/team.h"

namespace tpp::cpu {
namespace {

constexpr uint64_t kSmall = 4u << 20;

std::vector<const StreamKernel*> runnable_streams() {
  const FeatureSet features = detect_features();
  std::vector<const StreamKernel*> kernels{&portable_stream_kernel()};
  for (const StreamKernel& kernel : stream_kernels()) {
    if (features.has(kernel.needs)) kernels.push_back(&kernel);
  }
  return kernels;
}

class StreamLoop : public ::testing::TestWithParam<const StreamKernel*> {};

TEST_P(StreamLoop, ReadsEveryWordOnce) {
  alignas(64) static uint64_t words[640];
  std::iota(std::begin(words), std::end(words), uint64_t{1} << 40);
  EXPECT_EQ(GetParam()->read(words, 1024), std::accumulate(words, words + 128, uint64_t{0}));
  EXPECT_EQ(GetParam()->read(words, sizeof words),
            std::accumulate(words, words + 640, uint64_t{0}));
}

TEST_P(StreamLoop, WritesWhatItWasGivenAndNothingBeyond) {
  alignas(64) static uint64_t words[256];
  std::fill(std::begin(words), std::end(words), 7);
  GetParam()->write(words, 1024, 0x123456789abcdef0u);
  for (int i = 0; i < 128; ++i) ASSERT_EQ(words[i], 0x123456789abcdef0u) << i;
  for (int i = 128; i < 256; ++i) ASSERT_EQ(words[i], 7u) << i;
}

TEST_P(StreamLoop, AddsScaledCToB) {
  alignas(64) static double a[256];
  alignas(64) static double b[128];
  alignas(64) static double c[128];
  std::fill(std::begin(a), std::end(a), -1);
  for (int i = 0; i < 128; ++i) {
    b[i] = i;
    c[i] = 1000 + i;
  }
  GetParam()->triad(a, b, c, 3, 1024);
  for (int i = 0; i < 128; ++i) ASSERT_EQ(a[i], i + 3.0 * (1000 + i)) << i;
  for (int i = 128; i < 256; ++i) ASSERT_EQ(a[i], -1) << i;
}

TEST_P(StreamLoop, PassesItsCheckAndFailsItWhenAValueIsDamaged) {
  Team team(allowed_cpus());
  for (Stream stream : {Stream::read, Stream::write, Stream::triad}) {
    auto workload = make_stream_workload(*GetParam(), stream, team, kSmall, {false, 1, 0});
    for (uint64_t repeats : {1, 7, 40}) {  // within the working set, to its end, round it
      const Batch batch = workload->run_batch(repeats);
      EXPECT_EQ(batch.bytes, workload->info().bytes_per_repeat * static_cast<double>(repeats));
      EXPECT_EQ(batch.operations, 0);
      const Verification good = workload->verify(repeats, false);
      EXPECT_GE(good.values, 1u);
      EXPECT_EQ(good.max_error, 0) << static_cast<int>(stream) << ", " << repeats;
      EXPECT_EQ(workload->verify(repeats, true).max_error, INFINITY);
    }
  }
}

TEST_P(StreamLoop, MovesZerosWhenAsked) {
  Team team({allowed_cpus().front()});
  for (Stream stream : {Stream::read, Stream::write, Stream::triad}) {
    auto workload = make_stream_workload(*GetParam(), stream, team, kSmall, {true, 1, 0});
    workload->run_batch(16);
    EXPECT_EQ(workload->verify(1, false).max_error, 0);
    EXPECT_EQ(workload->verify(1, true).max_error, INFINITY);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryRunnable, StreamLoop, ::testing::ValuesIn(runnable_streams()));

void write_nothing(uint64_t*, uint64_t, uint64_t) {}

TEST(StreamCheck, CatchesAKernelThatDoesNotWrite) {
  StreamKernel kernel = portable_stream_kernel();
  kernel.write = write_nothing;
  Team team({allowed_cpus().front()});
  auto workload = make_stream_workload(kernel, Stream::write, team, kSmall, {false, 1, 0});
  workload->run_batch(1);
  EXPECT_EQ(workload->verify(1, false).max_error, INFINITY);
}

TEST(Dram, WorkingSetIsFourTimesTheCache) {
  EXPECT_EQ(stream_bytes_needed(100u << 20), 400u << 20);
  EXPECT_GT(stream_bytes_needed(0), 512u << 20) << "a cache of unknown size may be large";
}

TEST(Dram, RefusesAMemoryLimitBelowItsWorkingSetAndNamesBoth) {
  Device device = find_devices("").front();
  device.socket.cache_bytes = 1u << 20;
  const auto benchmarks = dram_benchmarks(device);
  ASSERT_EQ(benchmarks.size(), 3u);
  ASSERT_FALSE(benchmarks[0].variants.empty());
  try {
    benchmarks[0].variants[0]({false, 1, 3u << 20});
    FAIL();
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_OUT_OF_MEMORY);
    EXPECT_NE(std::string(failure.what()).find("3 MiB"), std::string::npos) << failure.what();
    EXPECT_NE(std::string(failure.what()).find("4 MiB"), std::string::npos) << failure.what();
  }
}

TEST(Dram, FailsForWantOfMemoryAndIsNeverCalledUnsupported) {
  Device device = find_devices("").front();
  device.socket.cache_bytes = uint64_t{1} << 50;
  for (const Benchmark& benchmark : dram_benchmarks(device)) {
    EXPECT_EQ(benchmark.unsupported_by, "");
    ASSERT_EQ(benchmark.variants.size(), 1u);
    try {
      benchmark.variants[0]({false, 1, 0});
      FAIL();
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.status(), TPP_OUT_OF_MEMORY);
      EXPECT_NE(std::string(failure.what()).find("available"), std::string::npos);
    }
  }
}

TEST(Dram, RefusesMoreRepeatsThanItCanTime) {
  Team team({allowed_cpus().front()});
  auto workload =
      make_stream_workload(portable_stream_kernel(), Stream::read, team, kSmall, {false, 1, 0});
  for (const uint64_t repeats : {uint64_t{1} << 21, uint64_t{1} << 31, UINT64_MAX}) {
    try {
      workload->run_batch(repeats);
      FAIL() << repeats;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.status(), TPP_INVALID);
    }
  }
  workload->run_batch(1);
  EXPECT_EQ(workload->verify(1, false).max_error, 0);
}

TEST(Dram, SharesItsBuffersBetweenStreams) {
  Device device = find_devices("").front();
  device.socket.cache_bytes = 1u << 20;
  const auto benchmarks = dram_benchmarks(device);
  for (const Benchmark& benchmark : benchmarks) {
    auto workload = benchmark.variants[0]({false, 1, 0});
    workload->run_batch(20);
    EXPECT_EQ(workload->verify(1, false).max_error, 0) << benchmark.subject;
  }
}

}  // namespace
}  // namespace tpp::cpu
