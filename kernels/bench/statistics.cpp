#include "kernels/bench/statistics.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "agent/support/error.h"

namespace tpp::bench {
namespace {

// Reorders `values`.
double median_in_place(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) return *middle;
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

// Not std::uniform_int_distribution: its sequence differs between standard libraries. The bias of
// the remainder is below 2^-50 here.
std::size_t below(std::mt19937_64& random, std::size_t limit) { return random() % limit; }

}  // namespace

double median(std::span<const double> values) {
  TPP_CHECK(!values.empty());
  std::vector<double> copy(values.begin(), values.end());
  return median_in_place(copy);
}

MedianInterval median_interval(std::span<const double> values, std::uint64_t seed) {
  TPP_CHECK(!values.empty());
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  if (values.size() < kBootstrapLeast) return {.low = *least, .high = *most, .bootstrap = false};

  std::mt19937_64 random(seed);
  const std::size_t starts = values.size() - kBootstrapBlock + 1;
  std::vector<double> resample(values.size());
  std::vector<double> medians(kBootstrapResamples);
  for (double& result : medians) {
    for (std::size_t at = 0; at < resample.size(); at += kBootstrapBlock) {
      const std::size_t count = std::min(kBootstrapBlock, resample.size() - at);
      const auto block = values.subspan(below(random, starts), count);
      std::copy(block.begin(), block.end(), resample.begin() + static_cast<std::ptrdiff_t>(at));
    }
    result = median_in_place(resample);
  }
  std::sort(medians.begin(), medians.end());
  constexpr std::size_t tail = kBootstrapResamples / 40;  // 2.5 % at either end
  return {.low = medians[tail - 1], .high = medians[medians.size() - tail], .bootstrap = true};
}

double relative_half_width(std::span<const double> values) {
  if (values.size() < 2) return std::numeric_limits<double>::infinity();
  const double middle = median(values);
  std::vector<double> deviations(values.size());
  std::transform(values.begin(), values.end(), deviations.begin(),
                 [middle](double value) { return std::fabs(value - middle); });
  // 1.4826 turns the deviation into a standard deviation, 1.2533 the error of a mean into that of a
  // median, both for normal values.
  const double spread = 1.4826 * median_in_place(deviations);
  return 1.96 * 1.2533 * spread / std::sqrt(static_cast<double>(values.size())) / middle;
}

std::vector<double> window_rates(std::span<const Sample> samples, double window_s) {
  std::vector<double> rates;
  Sample window;
  for (const Sample& sample : samples) {
    window.amount += sample.amount;
    window.seconds += sample.seconds;
    if (window.seconds < window_s) continue;
    rates.push_back(window.amount / window.seconds);
    window = {};
  }
  return rates;
}

double relative_drift(std::span<const double> rates, int windows) {
  const auto count = static_cast<std::size_t>(windows);
  if (count < 2 || rates.size() < count) return std::numeric_limits<double>::infinity();
  const auto last = rates.last(count);
  const double mean = std::accumulate(last.begin(), last.end(), 0.0) / static_cast<double>(count);
  const double centre = static_cast<double>(count - 1) / 2;
  double product = 0;
  double square = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const double x = static_cast<double>(i) - centre;
    product += x * last[i];
    square += x * x;
  }
  return product / square * static_cast<double>(count - 1) / mean;
}

}  // namespace tpp::bench
