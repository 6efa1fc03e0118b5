#include "probes/nvidia/nvml_clock_limits.h"

#include "probes/nvidia/nvml_answers.h"

namespace tpp::nvml {
namespace {

struct Limit {
  unsigned long long bit;
  const char* name;
};
// nvmlClocksEventReasons of the public reference.
constexpr Limit kLimits[] = {
    {0x001, "idle"},        {0x002, "applications_clocks"}, {0x004, "power_cap"},
    {0x008, "hw_slowdown"}, {0x010, "sync_boost"},          {0x020, "sw_thermal"},
    {0x040, "hw_thermal"},  {0x080, "power_brake"},         {0x100, "display_clocks"},
};

}  // namespace

std::optional<std::vector<std::string>> clock_limits(const Api& api, Device device) {
  const auto reasons = number_of(api.clock_limits, device);
  if (!reasons) return std::nullopt;
  auto left = *reasons;
  std::vector<std::string> names;
  for (const Limit& limit : kLimits) {
    if ((left & limit.bit) != 0) names.emplace_back(limit.name);
    left &= ~limit.bit;
  }
  if (left != 0) names.emplace_back("other");  // of drivers to come
  return names;
}

}  // namespace tpp::nvml
