// The numbers of findings (model/thresholds.h) as a user sets them: `--threshold NAME=VALUE`. Pure.
#ifndef TPP_AGENT_THRESHOLD_SETTINGS_H
#define TPP_AGENT_THRESHOLD_SETTINGS_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/report.h"
#include "agent/model/thresholds.h"

namespace tpp {

// Throws UsageError for what is no setting, an unknown name, a value out of range, one that is
// laxer than the default where a verdict rests on it, and a name given twice.
Thresholds thresholds_of(const std::vector<std::string>& settings);

inline constexpr const char* kThresholdBanner = "THRESHOLDS: ";

// For the first line of every output; nullopt where every number is the default.
std::optional<std::string> threshold_banner(const Thresholds& thresholds);

// What a stored report is judged by again.
struct ReportThresholds {
  Thresholds used;
  std::vector<std::string> banners;  // for the first line, in place of those of the report
  // The report's first line names others than it has values of, of which verdicts rest on one that
  // none of `used` is as strict as.
  bool lost = false;
};

// Of what verdicts rest on, the stricter of the report's own value and of the one `given`; `given`
// alone of all else. Throws Error where the report has values that no pass can have worked with.
ReportThresholds thresholds_of(const Report& report, const Thresholds& given);

}  // namespace tpp

#endif
