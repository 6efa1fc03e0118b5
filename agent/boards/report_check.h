// Holds what a stored report says of its boards against all else in it: its inventory, its
// measurements, the code that took part, its findings and its verdicts. What makes a board smaller
// than those show is no ground to call it below. Whether a figure can be at all is board_check's.
// Pure.
#ifndef TPP_AGENT_BOARDS_REPORT_CHECK_H
#define TPP_AGENT_BOARDS_REPORT_CHECK_H

#include <map>
#include <string>
#include <vector>

#include "agent/model/finding.h"
#include "agent/model/report.h"
#include "agent/model/thresholds.h"

namespace tpp {

// By board, in words that begin with the member, each thing in `performances` that the rest of the
// report does not bear out; boards that it bears out are left out. A board that is smaller by its
// inventory than by its figures is no matter: the stricter is what counts. `thresholds` are those
// that the report is judged by; what its figures came from is worked out by the report's own.
std::map<BoardId, std::vector<std::string>> not_borne_out(const Report& report,
                                                          const Thresholds& thresholds);

// The boards of a report as stored, with what is no outcome by `thresholds` that are stricter than
// the report's own.
std::vector<BoardPerformance> by_stricter(const Report& report, const Thresholds& thresholds);

// `report.inconsistent` of a board, one a reason.
std::vector<Finding> inconsistent_findings(const BoardId& board,
                                           const std::vector<std::string>& reasons);

}  // namespace tpp

#endif
