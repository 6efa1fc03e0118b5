#include "kernels/cpu/team.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <vector>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/device.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {
namespace {

ThreadTiming thread(uint64_t begin, uint64_t end, std::vector<double> slices,
                    std::vector<double> clocks) {
  return {begin, end, std::move(slices), std::move(clocks)};
}

TEST(Summarise, SpansFromTheFirstBeginToTheLastEnd) {
  const TeamTiming timing =
      summarise({thread(100, 900, {800}, {1e9}), thread(150, 1000, {850}, {1e9})});
  EXPECT_EQ(timing.begin_ns, 100u);
  EXPECT_EQ(timing.end_ns, 1000u);
  EXPECT_EQ(timing.elapsed_ns, 900);
}

TEST(Summarise, CountsTheCyclesOfASliceAtItsOwnClock) {
  const TeamTiming timing = summarise({thread(1, 2, {1000, 2000, 1000}, {3e9, 1.5e9, 3e9})});
  EXPECT_DOUBLE_EQ(timing.clock_hz, 3e9);
  EXPECT_DOUBLE_EQ(timing.unit_cycles, 9000);
}

TEST(Summarise, IsNotMovedByOneSliceInWhichTheCoreWasTakenAway) {
  const std::vector<double> clocks(5, 1e9);
  const TeamTiming timing = summarise({thread(1, 2, {100, 100, 5000, 100, 100}, clocks)});
  EXPECT_DOUBLE_EQ(timing.unit_cycles, 500);
}

TEST(Summarise, IsNotMovedByOneSpoiledReadingOfTheClockInABatch) {
  // 11 half milliseconds of 8 slices; the reading between the fifth and the sixth is half the clock
  // and counts for both.
  std::vector<double> clocks(88, 3e9);
  for (std::size_t i = 32; i < 48; ++i) clocks[i] = 2.25e9;
  const TeamTiming timing = summarise({thread(1, 2, std::vector<double>(88, 60e3), clocks)});
  EXPECT_DOUBLE_EQ(timing.clock_hz, 3e9);
  EXPECT_DOUBLE_EQ(timing.unit_cycles, 88 * 60e-6 * 3e9);
}

TEST(Summarise, TakesTheMedianThread) {
  const TeamTiming timing = summarise(
      {thread(1, 2, {100}, {1e9}), thread(1, 2, {110}, {1e9}), thread(1, 2, {900}, {1e9})});
  EXPECT_DOUBLE_EQ(timing.unit_cycles, 110);
}

TEST(Summarise, KnowsNoClockWhereTheArchitectureCannotTell) {
  const TeamTiming timing = summarise({thread(1, 50, {49}, {})});
  EXPECT_EQ(timing.clock_hz, 0);
  EXPECT_EQ(timing.unit_cycles, 0);
  EXPECT_EQ(timing.elapsed_ns, 49);
}

TEST(Team, RunsOnceOnEachOfItsCpus) {
  const std::vector<int> cpus = allowed_cpus();
  Team team(cpus);
  std::vector<int> ran_on(cpus.size(), -1);
  for (int round = 0; round < 3; ++round) {
    team.run([&](int i) { ran_on[static_cast<std::size_t>(i)] = sched_getcpu(); });
    EXPECT_EQ(ran_on, cpus);
  }
}

TEST(Team, TimesEverySliceOfEveryThread) {
  Team team(allowed_cpus());
  std::atomic<int> slices{0};
  const TeamTiming timing = team.run_timed(5, [&](int, int) {
    ++slices;
    clock_chain(64'000);
  });
  EXPECT_EQ(slices, 5 * team.size());
  EXPECT_GT(timing.elapsed_ns, 0);
}

TEST(Team, ReadsAClockThatSiliconCanHave) {
  if (!clock_chain_cycles_per_step()) GTEST_SKIP() << "this architecture's chain cannot tell";
  Team team({allowed_cpus().front()});
  const TeamTiming timing = team.run_timed(20, [](int, int) { clock_chain(640'00); });
  EXPECT_GT(timing.clock_hz, 2e8);
  EXPECT_LT(timing.clock_hz, 1e10);
}

TEST(Team, SaysWhichCpuCannotBePinned) {
  constexpr int kNoSuchCpu = 60'000;
  try {
    Team team({kNoSuchCpu});
    FAIL() << "pinned to a CPU that does not exist";
  } catch (const Failure& failure) {
    EXPECT_EQ(failure.status(), TPP_FAILED);
    EXPECT_NE(std::string(failure.what()).find("CPU 60000"), std::string::npos) << failure.what();
  }
}

}  // namespace
}  // namespace tpp::cpu
