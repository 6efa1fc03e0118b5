// Statistics over batches: median, its interval, and drift. Pure; nothing here knows of devices.
#ifndef TPP_KERNELS_BENCH_STATISTICS_H
#define TPP_KERNELS_BENCH_STATISTICS_H

#include <cstdint>
#include <span>
#include <vector>

namespace tpp::bench {

// At least one value. The mean of the two middle ones where their number is even.
double median(std::span<const double> values);

struct MedianInterval {
  double low = 0;
  double high = 0;
  bool bootstrap = false;  // 95 % percentile bootstrap; else smallest and largest value
};

// Batches follow one another under one control loop, so neighbours resemble each other: blocks of
// four keep that in the resamples. Below 30 values there are too few blocks to draw from.
inline constexpr std::size_t kBootstrapLeast = 30;
inline constexpr std::size_t kBootstrapBlock = 4;
inline constexpr int kBootstrapResamples = 1000;

// 95 % interval of the median of `values` (at least one, in order of time). Equal input and seed
// give equal output on every machine.
MedianInterval median_interval(std::span<const double> values, std::uint64_t seed = 1);

// Half the width of a 95 % interval of the median, over the median: a cheap estimate from the
// median absolute deviation, for use between batches. Infinity below two values.
double relative_half_width(std::span<const double> values);

// One batch as the stop rule sees it.
struct Sample {
  double amount = 0;  // operations or bytes
  double seconds = 0;
};

// Rates of consecutive windows of at least `window_s` each; a last window that is not full is left
// out.
std::vector<double> window_rates(std::span<const Sample> samples, double window_s);

// The line of least squares through the last `windows` rates: its rise over all of them, over their
// mean. Infinity where there are fewer.
double relative_drift(std::span<const double> rates, int windows);

}  // namespace tpp::bench

#endif
