// What single measurements tell of how they were taken: a clock far below the product's, a timer
// that drifts, paths that prove little. Boards' evidence is evidence's; heat and supply are
// telemetry's. Pure.
#ifndef TPP_AGENT_BOARDS_MEASUREMENT_FINDINGS_H
#define TPP_AGENT_BOARDS_MEASUREMENT_FINDINGS_H

#include <vector>

#include "agent/model/finding.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"

namespace tpp {

// Of each device of `report`, whose measurements, boards' performances and chips are in it.
std::vector<Finding> measurement_findings(const Report& report, const Thresholds& thresholds);

}  // namespace tpp

#endif
