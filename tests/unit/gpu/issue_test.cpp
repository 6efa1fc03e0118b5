#include "kernels/gpu/issue.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "kernels/gpu/kernel_contract.h"

namespace tpp::gpu {
namespace {

constexpr IssueRow kRow{
    "entry",       "mma",
    "fp16",        "",
    "instruction", OperandPlace::registers,
    kMatrixUnroll, {Product::matrix, 16, 8, 16, Element::f16, Element::f32, 0, 0, 0}};

// A device whose kernels do nothing and take `ns_per_iteration`.
class IdleDriver final : public Driver {
 public:
  Address allocate(uint64_t bytes) override {
    if (static_cast<int>(memory_.size()) == fail_at_allocation) {
      throw Failure(TPP_OUT_OF_MEMORY, "no memory");
    }
    auto block = std::make_unique<std::vector<std::byte>>(bytes);
    const auto address = reinterpret_cast<Address>(block->data());
    memory_[address] = std::move(block);
    return address;
  }
  void free(Address address) noexcept override { memory_.erase(address); }
  void upload(Address to, const void* from, uint64_t bytes) override {
    std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  }
  void download(void* to, Address from, uint64_t bytes) override {
    std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  }
  void* function(const std::string& kernel) override {
    return kernel == "entry" ? this : throw Failure(TPP_UNSUPPORTED, "no such kernel");
  }
  void launch(void*, const Grid& grid, std::span<void*> arguments) override {
    grids.push_back(grid);
    auto* stamps = reinterpret_cast<UnitStamp*>(*static_cast<Address*>(arguments[2]));
    const uint32_t iterations = *static_cast<uint32_t*>(arguments[3]);
    launched.push_back(iterations);
    const auto ns = static_cast<uint64_t>(ns_per_iteration * iterations);
    for (uint32_t i = 0; i < grid.blocks; ++i) {
      const uint64_t cycles = i % 2 == 1 ? odd_units_cycles_per_ns * ns : 2 * ns;
      stamps[i] = {1000, 1000 + cycles, 5000, 5000 + ns, shared_unit ? 0 : i, i % 2};
    }
    elapsed_ns_ += static_cast<double>(ns);
  }
  void begin_timing() override { elapsed_ns_ = 0; }
  double end_timing_ns() override { return elapsed_ns_; }

  std::size_t blocks_taken() const { return memory_.size(); }

  int fail_at_allocation = -1;
  double ns_per_iteration = 1000;
  bool shared_unit = false;
  uint64_t odd_units_cycles_per_ns = 2;  // of those on the second die
  std::vector<Grid> grids;
  std::vector<uint32_t> launched;

 private:
  std::map<Address, std::unique_ptr<std::vector<std::byte>>> memory_;
  double elapsed_ns_ = 0;
};

TEST(Issue, RunsOneBlockAUnitAndCountsWhatItDid) {
  IdleDriver driver;
  const auto workload = make_issue_workload(kRow, {driver, 7, "code"}, {});
  const boundary::Batch batch = workload->run_batch(3);
  ASSERT_EQ(driver.grids.size(), 1u);
  EXPECT_EQ(driver.grids[0].blocks, 7u);
  EXPECT_EQ(driver.grids[0].threads, kIssueThreads);
  const double steps = 2.0 * kMatrixUnroll * driver.launched[0] + 1;
  EXPECT_EQ(batch.operations, 7 * 8 * kChains * 4096 * steps);
  // Within a repeat of what the session says of itself.
  EXPECT_NEAR(batch.operations, 3 * workload->info().operations_per_repeat,
              0.01 * workload->info().operations_per_repeat);
}

TEST(Issue, RunsAndCountsAsManyWarpsAsItsRowSays) {
  IdleDriver driver;
  IssueRow row = kRow;
  row.warps = 16;
  const boundary::Batch batch = make_issue_workload(row, {driver, 7, "code"}, {})->run_batch(3);
  EXPECT_EQ(driver.grids[0].threads, 512u);
  const double steps = 2.0 * kMatrixUnroll * driver.launched[0] + 1;
  EXPECT_EQ(batch.operations, 7 * 16 * kChains * 4096 * steps);
}

TEST(Issue, ReadsTheClockOfTheUnits) {
  IdleDriver driver;
  const auto workload = make_issue_workload(kRow, {driver, 7, "code"}, {});
  const boundary::Batch batch = workload->run_batch(1);
  EXPECT_DOUBLE_EQ(batch.clock_hz, 2e9);
  EXPECT_DOUBLE_EQ(batch.unit_cycles, 2.0 * 1000 * driver.launched[0]);
}

TEST(Issue, TellsTheClockOfTheSlowestDie) {
  IdleDriver driver;
  const auto workload = make_issue_workload(kRow, {driver, 7, "code"}, {});
  driver.odd_units_cycles_per_ns = 1;
  EXPECT_DOUBLE_EQ(workload->run_batch(1).clock_hz, 1e9);
  driver.odd_units_cycles_per_ns = 4;
  EXPECT_DOUBLE_EQ(workload->run_batch(1).clock_hz, 2e9);
}

TEST(Issue, CountsTheDevicesTimerAtItsRate) {
  IdleDriver driver;
  IssueTarget target{driver, 7, "code"};
  target.timer_hz = 1e8;
  EXPECT_DOUBLE_EQ(make_issue_workload(kRow, target, {})->run_batch(1).clock_hz, 2e8);
  target.timer_hz = 0;  // not known
  const boundary::Batch batch = make_issue_workload(kRow, target, {})->run_batch(1);
  EXPECT_EQ(batch.clock_hz, 0);
  EXPECT_EQ(batch.unit_cycles, 0);
}

// Then one unit did the work of two, and its clock says nothing of a unit.
TEST(Issue, TellsNoClockWhereTwoBlocksSharedAUnit) {
  IdleDriver driver;
  driver.shared_unit = true;
  const auto workload = make_issue_workload(kRow, {driver, 2, "code"}, {});
  const boundary::Batch batch = workload->run_batch(1);
  EXPECT_EQ(batch.clock_hz, 0);
  EXPECT_EQ(batch.unit_cycles, 0);
  EXPECT_GT(batch.elapsed_ns, 0);
}

TEST(Issue, NeverLaunchesForLong) {
  IdleDriver driver;
  driver.ns_per_iteration = 1e6;
  const auto workload = make_issue_workload(kRow, {driver, 1, "code"}, {});
  workload->run_batch(1);
  driver.launched.clear();
  const boundary::Batch batch = workload->run_batch(20);
  EXPECT_GE(driver.launched.size(), 12u);
  uint64_t iterations = 0;
  for (const uint32_t count : driver.launched) {
    EXPECT_LE(count, 100u);
    iterations += count;
  }
  const double steps = 2.0 * kMatrixUnroll * static_cast<double>(iterations) +
                       static_cast<double>(driver.launched.size());
  EXPECT_EQ(batch.operations, 8 * kChains * 4096 * steps);
}

TEST(Issue, FindsThatNothingWasMultiplied) {
  IdleDriver driver;
  const auto workload = make_issue_workload(kRow, {driver, 2, "code"}, {});
  EXPECT_THROW(workload->verify(1, false), Failure);
  workload->run_batch(1);
  const boundary::Verification result = workload->verify(1, false);
  EXPECT_GT(result.values, 0u);
  EXPECT_GT(result.max_error, result.error_bound);
}

TEST(Issue, GivesBackWhatItTookWhereTheRestIsNotThere) {
  for (int i = 0; i < 3; ++i) {
    IdleDriver driver;
    driver.fail_at_allocation = i;
    EXPECT_THROW(make_issue_workload(kRow, {driver, 1, "code"}, {}), Failure);
    EXPECT_EQ(driver.blocks_taken(), 0u);
  }
}

}  // namespace
}  // namespace tpp::gpu
