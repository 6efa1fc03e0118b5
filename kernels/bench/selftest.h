// Checks of the measuring itself, on whatever device is at hand: the module's count of work against
// one of our own or against what the units can do, work against the timers, the timers against each
// other and against the clock, and a wrong product that must be caught. Says what was expected and
// found; the reader decides what a failure means.
#ifndef TPP_KERNELS_BENCH_SELFTEST_H
#define TPP_KERNELS_BENCH_SELFTEST_H

#include <string>
#include <vector>

#include "kernels/bench/backend.h"
#include "kernels/bench/batch_runner.h"
#include "kernels/bench/plan.h"

namespace tpp::bench {

struct SelftestCheck {
  std::string device;
  std::string name;
  bool passed = false;
  std::string detail;
};

// All checks of one benchmark that can run. A module that fails on the way is a failed check.
std::vector<SelftestCheck> selftest(const Backend& backend, const Planned& planned);

// Of the planned benchmarks that can run, the first of each device and kernel; of simulated
// devices, which cost no time, all.
std::vector<Planned> selftest_choice(const std::vector<Planned>& planned);

// The judgements alone, on batches of `repeats` and of twice as many, in turn.
struct Doubling {
  std::vector<Batch> once;
  std::vector<Batch> twice;
  std::uint64_t repeats = 0;
  double amount_per_repeat = 0;     // operations or bytes, as the module says
  double product_operations = 0;    // of one repeat, as we count; 0 = not one product
  double operations_per_clock = 0;  // most that a unit can do; 0 = not known
  std::uint32_t units = 0;
  bool host_timed = false;
};
// Checks without their device.
std::vector<SelftestCheck> judge(const Doubling& doubling);

}  // namespace tpp::bench

#endif
