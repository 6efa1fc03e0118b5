// How old a stored report is, against the day that it answers for and against the clock. Pure.
#ifndef TPP_AGENT_REPORT_AGE_H
#define TPP_AGENT_REPORT_AGE_H

#include <optional>
#include <string>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/report.h"

namespace tpp {

// One of the two clocks is wrong where a report begins later than `now`: then no age can be told.
// Both are ISO times in UTC.
std::optional<Finding> later_than_clock(const std::string& started_at, const std::string& now);

struct AgeLimits {
  std::string as_of;     // ISO date: the day that is asked about
  std::string now;       // ISO time, UTC
  double most_days = 0;  // report_age
};

// `report.stale` where it is older on that day, or does not say when it was taken;
// `report.later_than_clock` as above.
std::vector<Finding> age_findings(const Report& report, const AgeLimits& limits);

// For the first line: "STALE: ...", one a finding.
std::vector<std::string> age_banners(const std::vector<Finding>& findings);

}  // namespace tpp

#endif
