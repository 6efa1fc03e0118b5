// The numbers of findings (model/thresholds.h) as a user sets them: `--threshold NAME=VALUE`. Pure.
#ifndef TPP_AGENT_THRESHOLD_SETTINGS_H
#define TPP_AGENT_THRESHOLD_SETTINGS_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/thresholds.h"

namespace tpp {

// Throws UsageError for what is no setting, an unknown name, a value out of range, one that is
// laxer than the default where a verdict rests on it, and a name given twice.
Thresholds thresholds_of(const std::vector<std::string>& settings);

inline constexpr const char* kThresholdBanner = "THRESHOLDS: ";

// For the first line of every output; nullopt where every number is the default.
std::optional<std::string> threshold_banner(const Thresholds& thresholds);

}  // namespace tpp

#endif
