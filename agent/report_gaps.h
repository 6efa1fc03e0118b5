// What a report says that it lacks of its node: it stands in none of its boards. Pure.
#ifndef TPP_AGENT_REPORT_GAPS_H
#define TPP_AGENT_REPORT_GAPS_H

#include <vector>

#include "agent/model/finding.h"
#include "agent/model/report.h"

namespace tpp {

// A device that only the bus shows (`device.unseen`), a probe or a module that failed
// (`probe.failed`, `backend.failed`): what it would have shown is missing.
bool is_gap(const Finding& finding);

// Each once, of the pass and of its inventory; also a device that its bus shows, and of which it
// has no other word: what says so was taken out.
std::vector<Finding> gap_findings(const Report& report);

}  // namespace tpp

#endif
