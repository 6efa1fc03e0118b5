// The `gemm` rows of a GPU: dense matrix products through a library of its vendor, sampled values
// of the product checked. What the library is asked and how stands with the vendor.
#ifndef TPP_KERNELS_GPU_GEMM_GEMM_H
#define TPP_KERNELS_GPU_GEMM_GEMM_H

#include <cstdint>
#include <memory>
#include <string>

#include "kernels/cpp_workload.h"
#include "kernels/gpu/driver.h"
#include "kernels/gpu/gemm/format.h"
#include "kernels/gpu/gemm/operands.h"
#include "kernels/gpu/gemm/shapes.h"

namespace tpp::gpu {

// What libraries may use besides.
inline constexpr uint64_t kGemmWorkspaceBytes = uint64_t{128} << 20;
// Of a library's algorithms, best first by its own estimate: a search has time for no more.
inline constexpr int kGemmRanks = 4;

// One product as a library does it, its algorithm chosen. Used by one thread at a time; errors are
// Failures.
class GemmRoutine {
 public:
  virtual ~GemmRoutine() = default;
  virtual std::string library() const = 0;    // name and version
  virtual std::string algorithm() const = 0;  // which of the library's
  virtual uint64_t workspace_bytes() const = 0;
  // Queues d = a' * b, all as GemmOperands lays them out.
  virtual void multiply(const GemmOperands::Set& set) = 0;
};

// What it runs on.
struct GemmTarget {
  Driver& driver;
  uint32_t units;
  uint64_t cache_bytes;  // of the last level
};

struct GemmProblem {
  const GemmFormat& format;
  GemmShape shape;
};

// Throws Failure.
std::unique_ptr<boundary::Workload> make_gemm_workload(const GemmTarget& target,
                                                       const GemmProblem& problem,
                                                       std::unique_ptr<GemmRoutine> routine,
                                                       const boundary::Preparation& preparation);

// The row of a format, without a way to run it yet.
boundary::Benchmark gemm_benchmark(const GemmFormat& format);
// Marks it as one that cannot be run.
void mark_unsupported(boundary::Benchmark& benchmark, const char* by, std::string reason);

}  // namespace tpp::gpu

#endif
