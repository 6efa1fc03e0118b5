// The `gemm` rows: dense products by the libraries that this node has, the better one of several
// found by the host's search over variants (library, way of asking, shape).
#ifndef TPP_KERNELS_CPU_GEMM_GEMM_H
#define TPP_KERNELS_CPU_GEMM_GEMM_H

#include <optional>
#include <string>
#include <vector>

#include "kernels/cpu/gemm/onednn.h"
#include "kernels/cpu/gemm/openblas.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {

// What could be loaded; an absent one says why.
struct GemmLibraries {
  std::optional<OneDnn> onednn;
  std::string onednn_absent;
  std::optional<OpenBlas> openblas;
  std::string openblas_absent;
};

// A BenchmarkFamily. Loads the libraries once a process.
std::vector<Benchmark> gemm_benchmarks(Device& device);

// The same with given libraries, which outlive the result, as `device` does.
std::vector<Benchmark> gemm_benchmarks_with(const GemmLibraries& libraries, Device& device);

}  // namespace tpp::cpu

#endif
