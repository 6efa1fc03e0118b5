// The `fma` and `mma` rows: the issue loops (issue_kernel.h) on every core at once, with operands
// filled, product checked.
#ifndef TPP_KERNELS_CPU_ISSUE_H
#define TPP_KERNELS_CPU_ISSUE_H

#include <vector>

#include "kernels/cpu/issue_kernel.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {

class Team;

// One benchmark a (kernel, precision, accumulator) of the tables; its variants are the rows whose
// feature the device has, or the portable loop where none fits.
std::vector<Benchmark> issue_benchmarks(Device& device);

// One row made ready on all threads of `team`, which outlives it.
std::unique_ptr<Workload> make_issue_workload(const IssueKernel& kernel, Team& team,
                                              const Preparation& preparation);

}  // namespace tpp::cpu

#endif
