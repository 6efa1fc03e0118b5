// Every figure that decides how long and how often is measured: one struct, two values of it.
#ifndef TPP_KERNELS_BENCH_POLICY_H
#define TPP_KERNELS_BENCH_POLICY_H

#include <cstdint>
#include <limits>

namespace tpp::bench {

struct Policy {
  // Device events resolve 0.5 to 1 us; 5 ms keeps that under 0.05 % of a batch. Clocks rise and
  // fall a little between batches, so they are calibrated to a tenth more, and one that is shorter
  // all the same does not count.
  double batch_s = 0.0055;
  double batch_s_least = 0.005;

  // Ramp: until the clock (or the rate, without a clock) changes less than ramp_change from one
  // window to the next, three times in a row. Idle clocks need 30 to 150 ms.
  double ramp_window_s = 0.01;
  double ramp_change = 0.005;
  int ramp_windows = 3;
  double ramp_least_s;
  double ramp_most_s;

  // Choice between variants: everything included, preparation too.
  double search_s;
  double search_slice_s;  // of one variant in the first round; later rounds double it
  // Variants stay prepared between rounds while their working sets fit in here.
  std::uint64_t search_resident_bytes = std::uint64_t{512} << 20;

  // Time inside counted batches. Between the two, the steady state decides.
  double counted_least_s;
  double counted_most_s;
  // One benchmark, everything included. Counted time gives way, but not below counted_floor_s: 30
  // batches, which an interval needs, or the second that a sustained rate has to last.
  double total_s;
  double counted_floor_s;

  // Steady: the line fitted through the last `windows` windows rises or falls by less than
  // steady_change over all of them, and the median is known to within steady_change.
  double window_s;
  int windows = 8;
  double steady_change = 0.005;

  // A batch counts where the device's timer and the host's clock agree: within a share of the
  // batch, with a floor for the cost of a launch and a wake-up.
  double timer_tolerance = 0.01;
  double timer_floor_s = 20e-6;
  int timer_batches_least = 10;  // of which most must agree
};

// A quick pass: under a second a precision.
inline constexpr Policy kQuick = {.ramp_least_s = 0.03,
                                  .ramp_most_s = 0.12,
                                  .search_s = 0.2,
                                  .search_slice_s = 0.006,
                                  .counted_least_s = 0.35,
                                  .counted_most_s = 0.5,
                                  .total_s = 0.92,
                                  .counted_floor_s = 0.2,
                                  .window_s = 0.04};

// A full pass: five seconds of sustained work each. The power control loop settles in 0.1 to 1 s.
inline constexpr Policy kFull = {.ramp_least_s = 0.1,
                                 .ramp_most_s = 0.3,
                                 .search_s = 1.0,
                                 .search_slice_s = 0.02,
                                 .counted_least_s = 5.0,
                                 .counted_most_s = 5.0,
                                 .total_s = std::numeric_limits<double>::infinity(),
                                 .counted_floor_s = 1.0,
                                 .window_s = 0.25};

// What one benchmark takes under `policy`, `searched` if it has several variants: checks and
// what a search leaves behind included.
double expected_s(const Policy& policy, bool searched);

// `policy` for benchmarks that may take `limit_s` each: search and counted batches are shortened
// alike, down to what a figure needs. Unchanged where there is time enough.
Policy within(const Policy& policy, double limit_s);

// `policy` for processes that count at one time: all of them for as long as one may, however long
// each took to get there.
Policy side_by_side(const Policy& policy);

}  // namespace tpp::bench

#endif
