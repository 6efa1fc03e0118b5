#include "kernels/bench/plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "agent/support/text.h"

namespace tpp::bench {
namespace {

// Lowest power first, so that the heat of one does not lower the clock of the next: links and
// memory leave the multipliers idle, one vector instruction feeds fewer of them than a matrix
// instruction, and a library's product moves its operands besides. Within a kernel the module's own
// order stays: which format draws most differs from part to part.
constexpr std::string_view kKernelsByPower[] = {"link", "dram", "fma", "mma", "gemm"};

std::size_t power_rank(const tpp_benchmark_info& info) {
  const auto found =
      std::find(std::begin(kKernelsByPower), std::end(kKernelsByPower), text(info.kernel));
  return static_cast<std::size_t>(found - std::begin(kKernelsByPower));
}

std::string benchmark_name(const tpp_device_info& device, const tpp_benchmark_info& info) {
  const std::string accumulator = text(info.accumulator);
  return fmt::format("{}/{}/{}{}{}", text(device.id), text(info.kernel), text(info.subject),
                     accumulator.empty() ? "" : "+", accumulator);
}

void check_known(const std::vector<tpp_device_info>& devices, const std::string& wanted) {
  std::vector<std::string> ids;
  for (const tpp_device_info& device : devices) ids.push_back(text(device.id));
  if (std::find(ids.begin(), ids.end(), wanted) != ids.end()) return;
  const std::string near = closest(wanted, ids);
  throw UsageError(fmt::format("--device={}: no such device; there {} {}{}", wanted,
                               ids.size() == 1 ? "is" : "are", fmt::join(ids, ", "),
                               near.empty() ? "" : "; did you mean " + near + "?"));
}

}  // namespace

std::vector<Planned> plan(const Backend& backend, const std::vector<tpp_device_info>& devices,
                          const std::optional<std::string>& device) {
  if (device) check_known(devices, *device);
  std::vector<Planned> all;
  for (std::uint32_t d = 0; d < devices.size(); ++d) {
    if (device && text(devices[d].id) != *device) continue;
    const auto first = static_cast<std::ptrdiff_t>(all.size());
    const auto benchmarks = backend.benchmarks(d);
    for (std::uint32_t b = 0; b < benchmarks.size(); ++b) {
      all.push_back({.name = benchmark_name(devices[d], benchmarks[b]),
                     .device = d,
                     .benchmark = b,
                     .simulated = (devices[d].flags & TPP_DEVICE_SIMULATED) != 0,
                     .host_timed = (devices[d].flags & TPP_DEVICE_TIMER_IS_HOST) != 0,
                     .info = benchmarks[b]});
    }
    std::stable_sort(all.begin() + first, all.end(), [](const Planned& a, const Planned& b) {
      return power_rank(a.info) < power_rank(b.info);
    });
  }
  return all;
}

}  // namespace tpp::bench
