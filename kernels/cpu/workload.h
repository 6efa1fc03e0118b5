// The benchmarks of this backend, in the words of cpp_workload.h.
//
// To add a kernel: a BenchmarkFamily in a file of its own, and its line in
// benchmark_families.cpp.
#ifndef TPP_KERNELS_CPU_WORKLOAD_H
#define TPP_KERNELS_CPU_WORKLOAD_H

#include <span>
#include <vector>

#include "kernels/cpp_workload.h"

namespace tpp::cpu {

struct Device;

using boundary::Batch;
using boundary::Benchmark;
using boundary::Failure;
using boundary::MakeWorkload;
using boundary::Preparation;
using boundary::SessionInfo;
using boundary::Verification;
using boundary::Workload;

// The benchmarks of one kind that `device` is asked about, those it cannot do included. The device
// outlives them. Quick and without load: it is called while the backend opens.
using BenchmarkFamily = std::vector<Benchmark> (*)(Device& device);

// All of them, in the order in which a host lists benchmarks (benchmark_families.cpp).
std::span<const BenchmarkFamily> benchmark_families();

}  // namespace tpp::cpu

#endif
