// The system: all boards of a computer. Entries of the control list for computers (4A090) go by any
// integrated circuit that one contains, never by a sum, so that one statement about the node
// follows from the verdicts on its boards. Pure.
#ifndef TPP_AGENT_BOARDS_SYSTEM_H
#define TPP_AGENT_BOARDS_SYSTEM_H

#include <string>
#include <vector>

#include "agent/model/edition.h"
#include "agent/model/finding.h"
#include "agent/model/verdict.h"

namespace tpp {

// One a entry for computers that some board brings the node under, or is presumed to, by the
// verdicts under that edition; `day` an ISO date.
std::vector<Finding> system_findings(const Edition& edition, const std::vector<Verdict>& verdicts,
                                     const std::string& day);

}  // namespace tpp

#endif
