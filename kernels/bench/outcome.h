// What one benchmark came to. Member names are those of the record protocol (README.md).
#ifndef TPP_KERNELS_BENCH_OUTCOME_H
#define TPP_KERNELS_BENCH_OUTCOME_H

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>

namespace tpp::bench {

using Ends = std::pair<double, double>;  // low, high

// A rate whose product was verified before and after the batches.
struct Rate {
  bool bytes = false;     // else operations
  double per_second = 0;  // median over batches
  Ends interval;          // of per_second
  bool bootstrap = false;
  int batches = 0;
  bool steady = false;
  double sustained_s = 0;
  std::optional<double> clock_hz;
  std::optional<double> per_clock_per_unit;
  std::optional<Ends> per_clock_interval;
  std::optional<double> snapped_per_clock;
  std::uint32_t units = 0;
  double max_error = 0;
  double error_bound = 0;
  std::uint32_t checked_values = 0;
  bool generic = false;
  bool emulated = false;
  std::optional<std::string> suspect;
  double timer_ratio = 1;
  std::string path;
};

struct Unsupported {
  std::string by;
  std::string reason;
};

struct Failed {
  std::string reason;
  std::string cause = "";  // "product", "timer": kinds that a reader tells apart; else ""
};

using Outcome = std::variant<Rate, Unsupported, Failed>;

// From the beginning of the first counted batch to the end of the last one, CLOCK_MONOTONIC.
struct CountedTime {
  std::uint64_t begin_ns = 0;
  std::uint64_t end_ns = 0;
};

struct Sampled {
  Outcome outcome;
  double wall_s = 0;  // a simulated device's batches count as long as they claim
  std::optional<CountedTime> counted = std::nullopt;  // of a rate that is not simulated
  bool device_lost = false;  // to this process: nothing more can be measured in it
};

}  // namespace tpp::bench

#endif
