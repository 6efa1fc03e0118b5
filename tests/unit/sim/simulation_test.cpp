#include "kernels/sim/simulation.h"

#include <gtest/gtest.h>

#include <cstdlib>

namespace tpp::sim {
namespace {

Device example() {
  Device device;
  device.id = "d";
  device.units = 10;
  Benchmark benchmark;
  benchmark.kernel = "mma";
  benchmark.subject = "fp16";
  benchmark.ops_per_clock_per_unit = 1024;
  benchmark.clock_hz = 1e9;
  benchmark.efficiency = 0.5;
  device.benchmarks = {benchmark};
  return device;
}

double rate(const boundary::Batch& batch) {
  return (batch.operations + batch.bytes) / batch.elapsed_ns * 1e9;
}

TEST(Simulation, ReachesItsShareOfUnitsRateAndClock) {
  const Device device = example();
  SimulatedClock clock;
  const auto batch = Simulation(device, device.benchmarks[0], 0, 1).run(1000, clock);
  EXPECT_NEAR(rate(batch) / (0.5 * 1024 * 10 * 1e9), 1, 1e-9);
  EXPECT_NEAR(batch.operations / 10 / batch.unit_cycles, 512, 1e-6);
}

TEST(Simulation, IsHalfAsFastWhereAVariableIsSetThatItHeeds) {
  Device device = example();
  device.heeds = {"TPP_TEST_NONE", "TPP_TEST_HEEDED"};
  SimulatedClock clock;
  const double plain = rate(Simulation(device, device.benchmarks[0], 0, 1).run(1000, clock));
  ASSERT_EQ(::setenv("TPP_TEST_HEEDED", "", 1), 0);
  const double heeded = rate(Simulation(device, device.benchmarks[0], 0, 1).run(1000, clock));
  ASSERT_EQ(::unsetenv("TPP_TEST_HEEDED"), 0);
  EXPECT_NEAR(heeded / plain, 0.5, 1e-9);
}

TEST(Simulation, CountsARepeatOfGemmAsOneProduct) {
  Device device = example();
  EXPECT_EQ(Simulation(device, device.benchmarks[0], 0, 1).product()[0], 0u) << "mma is none";
  device.benchmarks[0].kernel = "gemm";
  Simulation simulation(device, device.benchmarks[0], 0, 1);
  const auto [m, n, k] = simulation.product();
  SimulatedClock clock;

  EXPECT_EQ(simulation.amount_per_repeat(), 2 * static_cast<double>(m * n * k));
  EXPECT_NEAR(rate(simulation.run(1000, clock)) / (0.5 * 1024 * 10 * 1e9), 1, 1e-9);
}

TEST(Simulation, AdvancesTheHostsClockByWhatABatchClaims) {
  const Device device = example();
  SimulatedClock clock;
  Simulation simulation(device, device.benchmarks[0], 0, 1);
  const auto first = simulation.run(100000, clock);
  const auto second = simulation.run(100000, clock);
  EXPECT_GE(second.begin_ns, first.end_ns);
  EXPECT_NEAR(static_cast<double>(first.end_ns - first.begin_ns) / first.elapsed_ns, 1, 1e-3);
}

TEST(Simulation, GivesTheSameNoiseForTheSameSeed) {
  Device device = example();
  device.benchmarks[0].noise = 0.05;
  SimulatedClock clock;
  const auto once = Simulation(device, device.benchmarks[0], 0, 9).run(10, clock);
  const auto again = Simulation(device, device.benchmarks[0], 0, 9).run(10, clock);
  const auto other = Simulation(device, device.benchmarks[0], 0, 8).run(10, clock);
  EXPECT_EQ(once.elapsed_ns, again.elapsed_ns);
  EXPECT_NE(once.elapsed_ns, other.elapsed_ns);
}

TEST(Simulation, MakesLaterVariantsSlower) {
  const Device device = example();
  SimulatedClock clock;
  const auto first = Simulation(device, device.benchmarks[0], 0, 1).run(10, clock);
  const auto second = Simulation(device, device.benchmarks[0], 1, 1).run(10, clock);
  EXPECT_LT(rate(second), 0.95 * rate(first));
}

TEST(Simulation, LowersTheClockOfAThrottledDeviceButNotItsRatePerClock) {
  Device device = example();
  device.benchmarks[0].fault = {.kind = FaultKind::throttled, .value = 0.6, .text = {}};
  SimulatedClock clock;
  Simulation simulation(device, device.benchmarks[0], 0, 1);
  const auto cool = simulation.run(1000, clock);
  simulation.run(1'000'000, clock);  // seconds of load
  const auto hot = simulation.run(1000, clock);
  EXPECT_NEAR(hot.clock_hz / cool.clock_hz, 0.6, 1e-9);
  EXPECT_NEAR(rate(hot) / rate(cool), 0.6, 1e-9);
  EXPECT_NEAR(hot.operations / hot.unit_cycles, cool.operations / cool.unit_cycles, 1e-6);
}

TEST(Simulation, LetsATimerThatLiesDisagreeWithTheHost) {
  Device device = example();
  device.benchmarks[0].fault = {.kind = FaultKind::timer_lies, .value = 1.1, .text = {}};
  SimulatedClock clock;
  const auto batch = Simulation(device, device.benchmarks[0], 0, 1).run(100000, clock);
  EXPECT_NEAR(batch.elapsed_ns / static_cast<double>(batch.end_ns - batch.begin_ns), 1.1, 1e-3);
}

TEST(CheckProduct, IsExactForIntegersAndFindsWhatIsWrong) {
  Benchmark benchmark = example().benchmarks[0];
  EXPECT_LE(check_product(benchmark, false).max_error, check_product(benchmark, false).error_bound);
  EXPECT_GT(check_product(benchmark, true).max_error, check_product(benchmark, true).error_bound);
  benchmark.subject = "int8";
  EXPECT_EQ(check_product(benchmark, false).error_bound, 0);
  EXPECT_EQ(check_product(benchmark, false).max_error, 0);
  benchmark.fault.kind = FaultKind::wrong_product;
  EXPECT_GT(check_product(benchmark, false).max_error, check_product(benchmark, false).error_bound);
}

}  // namespace
}  // namespace tpp::sim
