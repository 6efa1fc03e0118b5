// The command line of tpp-bench: our own flags taken out, Google Benchmark's left in place.
#ifndef TPP_KERNELS_BENCH_OPTIONS_H
#define TPP_KERNELS_BENCH_OPTIONS_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernels/bench/policy.h"
#include "kernels/tpp_backend.h"

namespace tpp::bench {

enum class Mode { quick, full };

struct Options {
  std::string backend;
  std::vector<std::pair<std::string, std::string>> backend_options;
  std::optional<std::string> device;  // its id; all where not given
  Mode mode = Mode::quick;
  std::optional<double> limit_s;  // for one benchmark; what its mode takes where not given
  std::uint64_t start_at_ns = 0;  // CLOCK_MONOTONIC: no batch counts before it
  std::uint32_t fill = TPP_FILL_NORMAL;
  std::uint64_t seed = 1;
  std::optional<int> record_fd;
  bool list = false;
  bool corrupt = false;
  bool selftest = false;
  bool help = false;
  // For benchmark::Initialize: the program's name and every --benchmark_ flag.
  std::vector<std::string> google_benchmark;
};

// How long and how often is measured under these options.
Policy policy_of(const Options& options);

// `arguments` as main received them. Throws UsageError that names the word and the nearest flag.
Options parse_options(const std::vector<std::string>& arguments);

// Our part of --help.
std::string usage();

}  // namespace tpp::bench

#endif
