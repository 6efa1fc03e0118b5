// Single answers of NVIDIA's management library as optional values: a call that a driver lacks or
// that fails, and values that mean "not known", are std::nullopt.
#ifndef TPP_PROBES_NVIDIA_NVML_ANSWERS_H
#define TPP_PROBES_NVIDIA_NVML_ANSWERS_H

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "probes/library_answers.h"
#include "probes/nvidia/nvml_api.h"

namespace tpp::nvml {

template <class... Parameters, class... Of>
std::optional<std::string> text_of(Result (*ask)(Parameters...), Of... of) {
  std::array<char, 96> bytes{};
  if (ask == nullptr) return std::nullopt;
  Result result = kSuccess;
  if constexpr (sizeof...(Parameters) == sizeof...(Of) + 1) {
    result = ask(of..., bytes.data());  // one that takes its room for granted
  } else {
    result = ask(of..., bytes.data(), static_cast<unsigned>(bytes.size()));
  }
  std::string text = result == kSuccess ? printable(bytes) : "";
  return text.empty() ? std::nullopt : std::optional(std::move(text));
}

// A number; 0 is one.
template <class Function, class... Of>
std::optional<typename Written<Function>::Type> number_of(Function ask, Device device, Of... of) {
  typename Written<Function>::Type value{};
  if (ask == nullptr || ask(device, of..., &value) != kSuccess) return std::nullopt;
  return told(value);
}

// A number of something that is there: 0 is "not known".
template <class Function, class... Of>
std::optional<typename Written<Function>::Type> amount_of(Function ask, Device device, Of... of) {
  const auto number = number_of(ask, device, of...);
  return number && *number == 0 ? std::nullopt : number;
}

// An enumerator or a switch (0, 1).
std::optional<bool> switch_of(Result (*ask)(Device, int*), Device device);

std::optional<double> clock_hz(Result (*ask)(Device, int, unsigned*), Device device, int clock);
std::optional<double> watts(Result (*ask)(Device, unsigned*), Device device);

// How many there are of what the library would write into an array.
std::optional<int> count_of(Result (*ask)(Device, unsigned*, void*), Device device);

// Processes that compute on it, or on that instance. One that computes through the sharing service
// (MPS) may stand in both lists. nullopt where the list of processes cannot be read.
std::optional<int> computing_processes(const Api& api, Device device);

// What is in use of its memory; without what driver and firmware reserve where the driver tells
// them apart.
std::optional<std::uint64_t> memory_used_bytes(const Api& api, Device device);

}  // namespace tpp::nvml

#endif
