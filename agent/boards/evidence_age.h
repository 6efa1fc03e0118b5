// How old the measurements are that a report shows: those of the daemon hold what earlier passes
// measured. How old the report is itself is report_age's. Pure.
#ifndef TPP_AGENT_BOARDS_EVIDENCE_AGE_H
#define TPP_AGENT_BOARDS_EVIDENCE_AGE_H

#include <vector>

#include "agent/model/finding.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"

namespace tpp {

// `evidence.stale` of each board with a measurement that is more than `evidence_age` days older
// than the report, or of which that cannot be told: it says no time, or one after the report. It
// changes no verdict.
std::vector<Finding> evidence_age_findings(const Report& report, const Thresholds& thresholds);

}  // namespace tpp

#endif
