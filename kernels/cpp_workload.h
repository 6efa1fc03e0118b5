// What one benchmark is to a backend in C++: a list of variants that can be made ready, and the
// thing made ready, a Workload. Loops, memory streams and matrix products implement it;
// cpp_backend.h alone turns it into the C interface. Used by one thread at a time.
#ifndef TPP_KERNELS_CPP_WORKLOAD_H
#define TPP_KERNELS_CPP_WORKLOAD_H

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "kernels/cpp_boundary.h"
#include "kernels/tpp_backend.h"

namespace tpp::boundary {

// The members of tpp_session_info, tpp_batch_result and tpp_verify_result; meanings and units
// there.
struct SessionInfo {
  uint32_t units = 0;
  std::string path;
  double operations_per_repeat = 0;
  double bytes_per_repeat = 0;
  uint64_t working_set_bytes = 0;
  double operations_per_clock = 0;       // most that one unit can do a clock; 0 = not known
  std::array<uint64_t, 3> product = {};  // m, n, k of the one product of a repeat; 0 = none
  uint32_t flags = 0;                    // TPP_BENCHMARK_... that making it ready showed
};

struct Batch {
  double elapsed_ns = 0;
  uint64_t begin_ns = 0;
  uint64_t end_ns = 0;
  double operations = 0;
  double bytes = 0;
  double clock_hz = 0;
  double unit_cycles = 0;
};

struct Verification {
  uint32_t values = 0;
  double max_error = 0;
  double error_bound = 0;
};

// How the host wants one variant made ready.
struct Preparation {
  bool zeros = false;  // TPP_FILL_ZEROS instead of random N(0,1)
  uint64_t seed = 0;
  uint64_t memory_limit_bytes = 0;  // 0 = this backend's own default
};

class Workload {
 public:
  virtual ~Workload() = default;
  virtual SessionInfo info() const = 0;
  // `repeats` >= 1 back-to-back executions. Throws Failure.
  virtual Batch run_batch(uint64_t repeats) = 0;
  // The product of the last batch against a reference. `corrupt` damages one value of the product
  // first. Throws Failure where no batch has run.
  virtual Verification verify(uint64_t seed, bool corrupt) = 0;
};

using MakeWorkload = std::function<std::unique_ptr<Workload>(const Preparation&)>;

struct Benchmark {
  std::string kernel;                  // "mma"
  std::string subject;                 // "bf16"
  std::string accumulator;             // "" unless it has to be told apart
  uint32_t flags = 0;                  // TPP_BENCHMARK_...
  std::vector<MakeWorkload> variants;  // best first; empty: unsupported, and these two say why
  std::string unsupported_by;          // "hardware", "library" or "build"
  std::string reason;
};

}  // namespace tpp::boundary

#endif
