// Which benchmarks there are, what each is called, and in which order they run.
#ifndef TPP_KERNELS_BENCH_PLAN_H
#define TPP_KERNELS_BENCH_PLAN_H

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "kernels/bench/backend.h"

namespace tpp::bench {

struct Planned {
  std::string name;  // "<device>/<kernel>/<subject>[+<accumulator>]"
  std::uint32_t device = 0;
  std::uint32_t benchmark = 0;
  bool simulated = false;
  bool host_timed = false;  // the device's timer is the host's monotonic clock
  tpp_benchmark_info info = {};
};

// Of all devices, or of the one called `device`: UsageError if there is none of that name.
std::vector<Planned> plan(const Backend& backend, const std::vector<tpp_device_info>& devices,
                          const std::optional<std::string>& device);

}  // namespace tpp::bench

#endif
