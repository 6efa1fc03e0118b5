#include "kernels/cpu/issue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "kernels/cpu/architecture.h"
#include "kernels/cpu/device.h"
#include "kernels/cpu/reference.h"
#include "kernels/cpu/team.h"

namespace tpp::cpu {
namespace {

std::vector<const IssueKernel*> runnable_kernels() {
  const FeatureSet features = detect_features();
  std::vector<const IssueKernel*> kernels;
  for (const auto table : {issue_kernels(), portable_kernels()}) {
    for (const IssueKernel& kernel : table) {
      if (features.has(kernel.needs)) kernels.push_back(&kernel);
    }
  }
  return kernels;
}

std::string name_of_row(const ::testing::TestParamInfo<const IssueKernel*>& row) {
  std::string name = std::string(row.param->precision) + "_" + row.param->isa;
  for (char& c : name) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0) c = '_';
  }
  return name;
}

class IssueLoop : public ::testing::TestWithParam<const IssueKernel*> {
 protected:
  static Team& team() {
    static Team team({allowed_cpus().front()});
    return team;
  }
};

// 64-byte aligned storage.
struct Aligned {
  explicit Aligned(std::size_t bytes)
      : data(static_cast<char*>(std::aligned_alloc(64, (bytes + 63) / 64 * 64))) {
    std::memset(data, 0x5a, bytes);
  }
  ~Aligned() { std::free(data); }
  Aligned(const Aligned&) = delete;
  Aligned& operator=(const Aligned&) = delete;
  char* data;
};

// The contract, from outside: a0, a1 = -a0, b0, b1, then every stored value against the reference.
TEST_P(IssueLoop, LeavesOneProductAfterAnyNumberOfIterations) {
  const IssueKernel& kernel = *GetParam();
  const uint32_t bytes = register_bytes_of(kernel);
  const uint32_t stored = accumulator_bytes_of(kernel, bytes);
  const auto chains = static_cast<std::size_t>(kernel.accumulators);
  Aligned operands(4 * bytes);
  Aligned accumulators(chains * stored);
  std::mt19937 generator(7);
  std::uniform_real_distribution<double> size(0.1, 2.0);
  const double scale = is_integer(kernel.accumulator) ? 50 : 1;
  const auto fill = [&](Element element, std::size_t which) {
    for (std::size_t i = 0; i < bytes; i += bytes_of(element)) {
      const double sign = element != Element::u8 && generator() % 2 != 0 ? -1 : 1;
      encode(element, sign * scale * size(generator), operands.data + which * bytes + i);
    }
  };
  fill(kernel.a, 0);
  fill(kernel.b, 2);
  fill(kernel.b, 3);
  for (std::size_t i = 0; i < bytes; i += bytes_of(kernel.a)) {
    encode(kernel.a, -decode(kernel.a, operands.data + i), operands.data + bytes + i);
  }
  for (uint64_t iterations : {1, 2, 3, 5, 7, 64, 1001, 30'001}) {
    // On a thread of the team: denormals off, as in a measurement.
    team().run([&](int) { kernel.run(operands.data, accumulators.data, iterations); });
    for (std::size_t chain = 0; chain < chains; ++chain) {
      const auto expected = reference_product(kernel, bytes, operands.data,
                                              operands.data + (2 + (chain & 1)) * bytes);
      for (std::size_t i = 0; i < expected.size(); ++i) {
        const double value = decode(kernel.accumulator, accumulators.data + chain * stored +
                                                            i * bytes_of(kernel.accumulator));
        const auto error = static_cast<double>(std::fabs(value - expected[i].value));
        ASSERT_LE(error, error_bound(kernel, bytes) * static_cast<double>(expected[i].magnitude))
            << iterations << " iterations, accumulator " << chain << ", value " << i;
      }
    }
  }
}

TEST_P(IssueLoop, PassesItsCheckAndFailsItWhenAValueIsDamaged) {
  auto workload = make_issue_workload(*GetParam(), team(), {false, 1, 0});
  workload->run_batch(3);
  const Verification good = workload->verify(5, false);
  EXPECT_GE(good.values, 1u);
  EXPECT_LE(good.max_error, good.error_bound);
  const Verification damaged = workload->verify(5, true);
  EXPECT_GT(damaged.max_error, damaged.error_bound);
  const Verification again = workload->verify(5, false);
  EXPECT_LE(again.max_error, again.error_bound) << "damage must not outlive its check";
}

TEST_P(IssueLoop, MultipliesZerosWhenAsked) {
  auto workload = make_issue_workload(*GetParam(), team(), {true, 1, 0});
  workload->run_batch(1);
  EXPECT_EQ(workload->verify(1, false).max_error, 0);
  EXPECT_EQ(workload->verify(1, true).max_error, INFINITY);
}

TEST_P(IssueLoop, CountsOperationsInProportionToRepeats) {
  auto workload = make_issue_workload(*GetParam(), team(), {false, 1, 0});
  const double nominal = 50 * workload->info().operations_per_repeat;
  // The first batch is one slice, for the time of a repeat is not known yet; the second one is cut.
  for (int batches = 0; batches < 2; ++batches) {
    const Batch batch = workload->run_batch(50);
    // Each slice ends with a sweep more, and a remainder of the cut is left out.
    EXPECT_GE(batch.operations, nominal * (1 - 1e-4)) << batches;
    EXPECT_LE(batch.operations, nominal * 1.001) << batches;
    EXPECT_GT(batch.elapsed_ns, 0);
    EXPECT_GE(batch.end_ns, batch.begin_ns);
  }
}

INSTANTIATE_TEST_SUITE_P(EveryRunnable, IssueLoop, ::testing::ValuesIn(runnable_kernels()),
                         name_of_row);

// A loop that breaks the contract in one value.
void wrong_loop(const void* operands, void* accumulators, uint64_t iterations) {
  portable_kernels()[0].run(operands, accumulators, iterations);
  double value = 0;
  std::memcpy(&value, accumulators, sizeof value);
  value *= 1 + 1e-15;
  std::memcpy(accumulators, &value, sizeof value);
}

// Right in the last slice of a batch, wrong in an earlier one.
int slices_run = 0;
void once_wrong_loop(const void* operands, void* accumulators, uint64_t iterations) {
  portable_kernels()[0].run(operands, accumulators, iterations);
  if (slices_run++ == 1) static_cast<char*>(accumulators)[3] ^= 1;
}

TEST(IssueCheck, CatchesAValueThatIsOffByAFewUnitsInTheLastPlace) {
  IssueKernel kernel = portable_kernels()[0];
  kernel.run = wrong_loop;
  Team team({allowed_cpus().front()});
  auto workload = make_issue_workload(kernel, team, {false, 1, 0});
  workload->run_batch(1);
  const Verification result = workload->verify(1, false);
  EXPECT_GT(result.max_error, result.error_bound);
}

TEST(IssueCheck, CatchesAFaultInASliceThatIsNotTheLast) {
  IssueKernel kernel = portable_kernels()[0];
  kernel.run = once_wrong_loop;
  Team team({allowed_cpus().front()});
  auto workload = make_issue_workload(kernel, team, {false, 1, 0});
  slices_run = 1000;
  workload->run_batch(2000);  // tells how long a repeat takes
  slices_run = 0;
  workload->run_batch(2000);
  ASSERT_GT(slices_run, 2);
  EXPECT_EQ(workload->verify(1, false).max_error, INFINITY);
}

// Counts what it is asked to do. Slow enough at first that the batches after it are cut into
// slices.
bool counting_is_slow = false;
uint64_t sweeps_run = 0;
int calls_run = 0;
void counting_loop(const void* operands, void* accumulators, uint64_t iterations) {
  portable_kernels()[0].run(operands, accumulators, 1);
  sweeps_run += 2 * iterations + 1;
  ++calls_run;
  const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(53);
  while (counting_is_slow && std::chrono::steady_clock::now() < until) {
  }
}

// Regression: batches of more than 2048 slices lost more than a repeat, which the host refuses.
TEST(IssueCount, IsWhatWasDoneAndNearlyWhatWasAskedHoweverABatchIsCut) {
  IssueKernel kernel = portable_kernels()[0];
  kernel.run = counting_loop;
  Team team({allowed_cpus().front()});
  auto workload = make_issue_workload(kernel, team, {false, 1, 0});
  const double per_repeat = workload->info().operations_per_repeat;
  for (const uint64_t repeats : {2, 7, 100, 999, 2500, 2999, 5000, 12'345}) {
    counting_is_slow = true;
    workload->run_batch(1);
    counting_is_slow = false;
    sweeps_run = 0;
    calls_run = 0;
    const Batch batch = workload->run_batch(repeats);
    const double nominal = per_repeat * static_cast<double>(repeats);
    EXPECT_EQ(batch.operations, per_repeat / 2048 * static_cast<double>(sweeps_run)) << repeats;
    EXPECT_GE(batch.operations, nominal * (1 - 1e-4)) << repeats;
    EXPECT_LE(std::fabs(batch.operations - nominal), per_repeat) << repeats;
    EXPECT_TRUE(repeats < 7 || calls_run > 2) << repeats;
  }
}

// Where a loop was last asked to read and write.
const void* operands_seen = nullptr;
const void* accumulators_seen = nullptr;
void noting_loop(const void* operands, void* accumulators, uint64_t iterations) {
  portable_kernels()[0].run(operands, accumulators, iterations);
  operands_seen = operands;
  accumulators_seen = accumulators;
}

TEST(IssueContract, AlignsOperandsAndAccumulatorsTo64Bytes) {
  IssueKernel kernel = portable_kernels()[0];
  kernel.run = noting_loop;
  Team team({allowed_cpus().front()});
  make_issue_workload(kernel, team, {false, 1, 0})->run_batch(1);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(operands_seen) % 64, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(accumulators_seen) % 64, 0u);
  ASSERT_NE(accumulators_seen, nullptr);
}

TEST(IssueCheck, RefusesToCheckBeforeABatchHasRun) {
  Team team({allowed_cpus().front()});
  auto workload = make_issue_workload(portable_kernels()[0], team, {false, 1, 0});
  EXPECT_THROW(workload->verify(1, false), Failure);
}

// The place of the level that brings a feature.
std::ptrdiff_t level_of(Feature feature) {
  const auto levels = isa_levels();
  const auto level = std::ranges::find_if(
      levels, [&](const IsaLevel& row) { return row.introduces.has(feature); });
  return level - levels.begin();
}

TEST(IssueTable, ListsEachPrecisionBestFirst) {
  std::map<std::string, std::ptrdiff_t> last;
  for (const IssueKernel& kernel : issue_kernels()) {
    const std::string row =
        std::string(kernel.kernel) + "/" + kernel.precision + "+" + kernel.accumulates;
    const std::ptrdiff_t level = level_of(kernel.needs);
    const auto before = last.find(row);
    EXPECT_TRUE(before == last.end() || level <= before->second) << row << " " << kernel.isa;
    last[row] = level;
  }
}

TEST(IssueTable, HoldsLoopsThatCanFollowTheContract) {
  for (const IssueKernel& kernel : issue_kernels()) {
    EXPECT_EQ(kernel.accumulators % 2, 0) << kernel.isa;
    EXPECT_NE(kernel.a, Element::u8) << kernel.isa << ": a must have a negative";
    EXPECT_NE(kernel.run, nullptr) << kernel.isa;
  }
}

}  // namespace
}  // namespace tpp::cpu
