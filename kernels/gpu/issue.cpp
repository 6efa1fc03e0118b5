#include "kernels/gpu/issue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

#include "kernels/gpu/kernel_contract.h"
#include "kernels/gpu/timed_batch.h"

namespace tpp::gpu {
namespace {

// Iterations of one repeat: some 10 us of matrix instructions, so that batches can be fitted to
// their length finely.
constexpr uint64_t kIterationsPerRepeat = 64;
// One launch is never longer than this, as far as is known: a kernel that is waited for must not
// look like one that hangs, and a display must not be stopped by it.
constexpr double kLongestLaunchNs = 100e6;
constexpr uint64_t kMostLaunches = 1024;
constexpr uint32_t kSampledBlocks = 4;

// The middle one of what was measured, or the mean of the two.
double median(std::vector<double> values) {
  const std::size_t half = values.size() / 2;
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half),
                   values.end());
  const double upper = values[half];
  if (values.size() % 2 == 1) return upper;
  return (upper +
          *std::max_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(half))) /
         2;
}

const char* place_words(OperandPlace place) {
  switch (place) {
    case OperandPlace::registers:
      return "operands in registers";
    case OperandPlace::shared_tiles:
      return "operands in shared memory";
    case OperandPlace::tensor_memory:
      break;
  }
  return "operands in shared memory, sums in tensor memory";
}

class IssueWorkload final : public boundary::Workload {
 public:
  IssueWorkload(const IssueRow& row, const IssueTarget& target,
                std::unique_ptr<IssueOperands> operands)
      : row_(row),
        target_(target),
        driver_(target.driver),
        function_(driver_.function(row.entry)),
        operands_(std::move(operands)),
        operand_buffer_(driver_, operands_->bytes().size()),
        accumulators_(driver_, operands_->accumulator_bytes() * target.units),
        stamps_(driver_, sizeof(UnitStamp) * target.units) {
    driver_.upload(operand_buffer_.address(), operands_->bytes().data(), operand_buffer_.bytes());
  }

  boundary::SessionInfo info() const override {
    boundary::SessionInfo info;
    info.units = target_.units;
    info.path = fmt::format("{}, {}, {}", row_.instruction, target_.image, place_words(row_.place));
    // That of a repeat in a long batch: the step after the last iteration is counted where it is
    // done.
    info.operations_per_repeat =
        operations_of(2 * kIterationsPerRepeat) - operations_of(kIterationsPerRepeat);
    info.working_set_bytes = operand_buffer_.bytes() + accumulators_.bytes() + stamps_.bytes();
    if (target_.generic) info.flags |= TPP_BENCHMARK_GENERIC;
    return info;
  }

  boundary::Batch run_batch(uint64_t repeats) override {
    const uint64_t launches = launches_for(repeats);
    iterations_ = repeats * kIterationsPerRepeat / launches;
    boundary::Batch batch = timed_batch(driver_, launches, [&] { launch(iterations_); });
    ns_per_repeat_ = batch.elapsed_ns / static_cast<double>(repeats);
    batch.operations = static_cast<double>(launches) * operations_of(iterations_);
    read_clocks(static_cast<double>(launches), batch);
    return batch;
  }

  boundary::Verification verify(uint64_t seed, bool corrupt) override {
    if (iterations_ == 0) throw Failure(TPP_INVALID, "verify: no batch has run in this session");
    boundary::Verification result;
    result.error_bound = error_bound(row_.shape);
    std::mt19937_64 generator(seed);
    const uint64_t bytes = operands_->accumulator_bytes();
    std::vector<std::byte> stored(bytes);
    for (uint32_t i = 0; i < std::min(kSampledBlocks, target_.units); ++i) {
      const auto block = static_cast<uint32_t>(generator() % target_.units);
      driver_.download(stored.data(), accumulators_.address() + block * bytes, bytes);
      operands_->check(stored, block, iterations_, corrupt && i == 0, result);
    }
    return result;
  }

 private:
  double operations_of(uint64_t iterations) const {
    return operands_->operations(iterations) * target_.units;
  }

  uint64_t launches_for(uint64_t repeats) const {
    const double expected = ns_per_repeat_ * static_cast<double>(repeats);
    const auto wanted = static_cast<uint64_t>(std::ceil(expected / kLongestLaunchNs));
    // Equal launches: the remainder is left out, and counted nowhere.
    const uint64_t launches = std::clamp<uint64_t>(wanted, 1, std::min(repeats, kMostLaunches));
    const uint64_t iterations = repeats * kIterationsPerRepeat / launches;
    if (iterations > std::numeric_limits<uint32_t>::max()) {
      throw Failure(TPP_INVALID,
                    fmt::format("a batch of {} repeats is longer than can be launched", repeats));
    }
    return launches;
  }

  void launch(uint64_t iterations) {
    Address operands = operand_buffer_.address();
    Address accumulators = accumulators_.address();
    Address stamps = stamps_.address();
    auto count = static_cast<uint32_t>(iterations);
    uint32_t sets = operands_->sets();
    void* arguments[] = {&operands, &accumulators, &stamps, &count, &sets};
    driver_.launch(function_,
                   {target_.units, issue_threads(row_.shape.lanes, row_.warps), shared_bytes()},
                   arguments);
  }

  // What the tiles need, and as much more as keeps a second block off the unit.
  uint32_t shared_bytes() const {
    constexpr uint32_t kAlignment = 1024;  // of tiles: what the swizzle repeats after
    constexpr uint32_t kOwn = 1024;        // that a kernel may declare by itself
    const bool tiled = row_.place != OperandPlace::registers;
    const auto needed = tiled ? static_cast<uint32_t>(operands_->bytes().size()) + kAlignment : 0u;
    const uint32_t whole = target_.shared_bytes > kOwn ? target_.shared_bytes - kOwn : 0;
    return std::max(needed, whole);
  }

  // Every unit's own clock, in the last launch. Two blocks on one unit would make it twice as slow
  // and leave another idle: then no rate a unit can be told. Where dies have clocks of their own
  // the slowest one's is told, which the others wait for.
  void read_clocks(double launches, boundary::Batch& batch) {
    std::vector<UnitStamp> stamps(target_.units);
    driver_.download(stamps.data(), stamps_.address(), stamps_.bytes());
    std::vector<double> cycles;
    std::map<uint32_t, std::vector<double>> clocks;  // by die
    std::vector<uint32_t> units;
    for (const UnitStamp& stamp : stamps) {
      const auto ticks = static_cast<double>(stamp.clock_end - stamp.clock_begin);
      const double s = static_cast<double>(stamp.time_end - stamp.time_begin) / target_.timer_hz;
      if (!(ticks > 0) || !(s > 0) || !std::isfinite(s)) return;
      cycles.push_back(ticks);
      clocks[stamp.die].push_back(ticks / s);
      units.push_back(stamp.unit);
    }
    std::sort(units.begin(), units.end());
    if (std::adjacent_find(units.begin(), units.end()) != units.end()) return;
    batch.clock_hz = std::numeric_limits<double>::infinity();
    for (auto& [die, of_die] : clocks) {
      batch.clock_hz = std::min(batch.clock_hz, median(std::move(of_die)));
    }
    batch.unit_cycles = median(cycles) * launches;
  }

  const IssueRow& row_;
  const IssueTarget target_;
  Driver& driver_;
  void* function_;
  std::unique_ptr<IssueOperands> operands_;
  Buffer operand_buffer_;
  Buffer accumulators_;
  Buffer stamps_;
  uint64_t iterations_ = 0;   // of each launch of the last batch
  double ns_per_repeat_ = 0;  // in the last batch; 0 = none yet
};

}  // namespace

std::unique_ptr<boundary::Workload> make_issue_workload(const IssueRow& row,
                                                        const IssueTarget& target,
                                                        const boundary::Preparation& preparation) {
  // Before operands are drawn, which takes time.
  target.driver.function(row.entry);
  return issue_workload_with(row, target,
                             make_operands(row.place, {row.shape, row.unroll, preparation.seed,
                                                       preparation.zeros, row.warps}));
}

std::unique_ptr<boundary::Workload> issue_workload_with(const IssueRow& row,
                                                        const IssueTarget& target,
                                                        std::unique_ptr<IssueOperands> operands) {
  return std::make_unique<IssueWorkload>(row, target, std::move(operands));
}

}  // namespace tpp::gpu
