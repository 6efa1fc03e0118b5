#include "probes/nvidia/nvml_answers.h"

#include <algorithm>

namespace tpp::nvml {
namespace {

constexpr unsigned kMostCounted = 1u << 20;  // more of anything is garbage

}  // namespace

std::optional<bool> switch_of(Result (*ask)(Device, int*), Device device) {
  const auto value = number_of(ask, device);
  if (value != 0 && value != 1) return std::nullopt;
  return *value == 1;
}

std::optional<double> clock_hz(Result (*ask)(Device, int, unsigned*), Device device, int clock) {
  const auto megahertz = amount_of(ask, device, clock);
  if (!megahertz) return std::nullopt;
  return *megahertz * kHertzPerMegahertz;
}

std::optional<double> watts(Result (*ask)(Device, unsigned*), Device device) {
  const auto milliwatts = amount_of(ask, device);
  if (!milliwatts) return std::nullopt;
  return *milliwatts / 1000.0;
}

std::optional<int> count_of(Result (*ask)(Device, unsigned*, void*), Device device) {
  unsigned count = 0;
  const Result result = ask == nullptr ? kSuccess : ask(device, &count, nullptr);
  const bool answered = ask != nullptr && (result == kSuccess || result == kTooSmall);
  if (!answered || count > kMostCounted) return std::nullopt;
  return static_cast<int>(count);
}

std::optional<int> computing_processes(const Api& api, Device device) {
  const auto processes = count_of(api.processes, device);
  if (!processes) return std::nullopt;
  return std::max(*processes, count_of(api.mps_processes, device).value_or(0));
}

std::optional<std::uint64_t> memory_used_bytes(const Api& api, Device device) {
  MemoryApart apart{};
  apart.version = kMemoryApartVersion;
  if (api.memory_apart != nullptr && api.memory_apart(device, &apart) == kSuccess) {
    return told<std::uint64_t>(apart.used);
  }
  Memory memory{};
  if (api.memory == nullptr || api.memory(device, &memory) != kSuccess) return std::nullopt;
  return told<std::uint64_t>(memory.used);
}

}  // namespace tpp::nvml
