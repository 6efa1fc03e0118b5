// The one list of what the CPU backend can measure.
#include "kernels/cpu/dram.h"
#include "kernels/cpu/gemm/gemm.h"
#include "kernels/cpu/issue.h"
#include "kernels/cpu/workload.h"

namespace tpp::cpu {

std::span<const BenchmarkFamily> benchmark_families() {
  static constexpr BenchmarkFamily kFamilies[] = {
      issue_benchmarks,
      gemm_benchmarks,
      dram_benchmarks,
  };
  return kFamilies;
}

}  // namespace tpp::cpu
