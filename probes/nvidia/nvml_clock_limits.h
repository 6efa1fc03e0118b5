// What holds a GPU's clock down, in the words that reports use (exporters/schema).
#ifndef TPP_PROBES_NVIDIA_NVML_CLOCK_LIMITS_H
#define TPP_PROBES_NVIDIA_NVML_CLOCK_LIMITS_H

#include <optional>
#include <string>
#include <vector>

#include "probes/nvidia/nvml_api.h"

namespace tpp::nvml {

// Empty if nothing does; nullopt if it is not known.
std::optional<std::vector<std::string>> clock_limits(const Api& api, Device device);

}  // namespace tpp::nvml

#endif
