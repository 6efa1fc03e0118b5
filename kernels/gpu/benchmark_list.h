// The list of a device's benchmarks, made of the rows of its kernels: several rows may be ways to
// do the same.
#ifndef TPP_KERNELS_GPU_BENCHMARK_LIST_H
#define TPP_KERNELS_GPU_BENCHMARK_LIST_H

#include <vector>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/issue.h"

namespace tpp::gpu {

bool same_row(const boundary::Benchmark& benchmark, const IssueRow& row);

// The row's benchmark in the list, added to it if it is not there yet.
boundary::Benchmark& benchmark_of(std::vector<boundary::Benchmark>& list, const IssueRow& row);

// Adds one way to run it, behind those that are there. The list says that a benchmark is generic
// where all its ways are.
void add_way(boundary::Benchmark& benchmark, bool generic, boundary::MakeWorkload make);

}  // namespace tpp::gpu

#endif
