// One simulated benchmark: what a batch of it reports. Time is simulated and runs ahead of the
// host's, so that a whole scenario takes milliseconds; equal calls give equal figures.
#ifndef TPP_KERNELS_SIM_SIMULATION_H
#define TPP_KERNELS_SIM_SIMULATION_H

#include <array>
#include <cstdint>

#include "kernels/cpp_workload.h"
#include "kernels/sim/scenario.h"

namespace tpp::sim {

// The host's monotonic clock as the scenario sees it: begins at the real one, then only advances by
// what batches claim.
class SimulatedClock {
 public:
  SimulatedClock();
  std::uint64_t now_ns() const { return now_ns_; }
  void advance_ns(std::uint64_t by) { now_ns_ += by; }

 private:
  std::uint64_t now_ns_;
};

class Simulation {
 public:
  Simulation(const Device& device, const Benchmark& benchmark, std::uint32_t variant,
             std::uint64_t seed);

  double amount_per_repeat() const;  // operations or bytes
  // m, n, k of the product that one repeat of `gemm` stands for; 0 for every other kernel.
  std::array<std::uint64_t, 3> product() const;
  // Advances `clock`. With the fault `slow` it lasts as long as it claims.
  boundary::Batch run(std::uint64_t repeats, SimulatedClock& clock);

 private:
  double gauss();

  const Device& device_;
  const Benchmark& benchmark_;
  double speed_;  // of this variant, 1 for the first
  std::uint64_t random_;
  double busy_s_ = 0;
};

boundary::Verification check_product(const Benchmark& benchmark, bool corrupt);

}  // namespace tpp::sim

#endif
